/** Photoshop's image resources, where JPEG and TIFF keep IPTC records: Adobe Photoshop File Format, "Image resources section". */
import { concatBytes, hasBytesAt, latin1Bytes, viewOf } from '../../core/index.js';
import { resolveLimits } from '../limits.js';
import type { ImageLimits } from '../limits.js';
import { sniffFormat } from '../sniff.js';
import { readJpegSegments } from './jpeg.js';
import { findField, readTiff } from './tiff.js';

interface PhotoshopResource {
  readonly id: number;
  /** View of the data without padding, clipped to what is there. */
  readonly data: Uint8Array;
}

/** Resource with IPTC-IIM records. */
const IPTC_ID = 0x0404;
/** `IPTC/NAA` and `Photoshop` of Adobe's TIFF Technical Notes. */
const TIFF_IPTC_TAG = 33723;
const TIFF_PHOTOSHOP_TAG = 34377;
const LONG = 4;
/** Every data set of IPTC-IIM begins with it. */
const IPTC_MARKER = 0x1c;
const SEGMENT_PREFIX = latin1Bytes('Photoshop 3.0\0');
/** Photoshop's own signature comes first; the others are those that ExifTool met in files of Adobe's programs. */
const SIGNATURES = ['8BIM', 'MeSa', 'AgHg', 'PHUT', 'DCSR'].map(latin1Bytes);

/** Resources in order, up to the first bytes that are none, and no more than `most`. */
function readPhotoshopResources(bytes: Uint8Array, most: number): PhotoshopResource[] {
  const view = viewOf(bytes);
  const resources: PhotoshopResource[] = [];
  let offset = 0;
  while (resources.length < most && isResource(bytes, offset)) {
    // Signature, id, name with its length before it, size, data; name and data are padded to even lengths.
    const sizeAt = offset + 6 + toEven(1 + (bytes[offset + 6] ?? 0));
    if (sizeAt + 4 > bytes.length) break;
    const start = sizeAt + 4;
    const size = view.getUint32(sizeAt);
    resources.push({
      id: view.getUint16(offset + 4),
      data: bytes.subarray(start, Math.min(start + size, bytes.length)),
    });
    offset = start + toEven(size);
  }
  return resources;
}

const isResource = (bytes: Uint8Array, offset: number): boolean =>
  SIGNATURES.some((signature) => hasBytesAt(bytes, offset, signature));

const toEven = (length: number): number => length + (length % 2);

/**
 * The blocks of IPTC-IIM records of a JPEG or a TIFF, mostly one; none of other formats.
 *
 * @throws ImageError IMAGE_MALFORMED for damaged signatures, IMAGE_CONTAINER_LIMIT for too many segments or fields. What is more than
 * `maxTextBytes` together, and resources behind the first `maxChunks`, are left out.
 */
export function extractIptc(bytes: Uint8Array, limits: Partial<ImageLimits> = {}): Uint8Array[] {
  const format = sniffFormat(bytes)?.format;
  if (format === 'jpeg') return recordsIn(jpegResources(bytes, limits), limits);
  return format === 'tiff' ? tiffIptc(bytes, limits) : [];
}

/**
 * Resources of the APP13 segments. They run on from one segment to the next, but a segment that begins with a resource
 * ends the one before, so that a damaged size hides nothing behind it.
 */
function jpegResources(bytes: Uint8Array, limits: Partial<ImageLimits>): Uint8Array[] {
  const { maxTextBytes } = resolveLimits(limits);
  const runs: Uint8Array[][] = [];
  let total = 0;
  for (const { name, data } of readJpegSegments(bytes, limits)) {
    if (name !== 'APP13' || !hasBytesAt(data, 0, SEGMENT_PREFIX)) continue;
    const resources = data.subarray(SEGMENT_PREFIX.length);
    total += resources.length;
    if (total > maxTextBytes) break;
    if (runs.length === 0 || isResource(resources, 0)) runs.push([]);
    runs.at(-1)!.push(resources);
  }
  return runs.map((parts) => concatBytes(parts));
}

/** The records in a field of their own, and those in Photoshop's that are not the same. */
function tiffIptc(bytes: Uint8Array, limits: Partial<ImageLimits>): Uint8Array[] {
  const block = readTiff(bytes, limits);
  let room = resolveLimits(limits).maxTextBytes;
  const valueOf = (tag: number): Uint8Array[] => {
    const field = findField(block, 'ifd0', tag);
    if (field === null || field.valueLength > room) return [];
    room -= field.valueLength;
    const value = bytes.subarray(field.valueOffset, field.valueOffset + field.valueLength);
    return [field.type === LONG ? withoutSwaps(value) : value];
  };
  const own = valueOf(TIFF_IPTC_TAG);
  const others = recordsIn(valueOf(TIFF_PHOTOSHOP_TAG), limits);
  return [...own, ...others.filter((other) => !own.some((value) => hasBytesAt(value, 0, other)))];
}

/** Some writers turn each word round, as if the records were numbers: their first byte then comes fourth. */
function withoutSwaps(value: Uint8Array): Uint8Array {
  const isSwapped = value[0] !== IPTC_MARKER && value[3] === IPTC_MARKER && value.length % 4 === 0;
  return isSwapped ? Buffer.from(value).swap32() : value;
}

/** The blocks of IPTC-IIM records among Photoshop resources, of which the first `maxChunks` are looked at. */
export const iptcResources = (
  resources: Uint8Array,
  limits: Partial<ImageLimits> = {},
): Uint8Array[] => recordsIn([resources], limits);

/** Those of several runs of resources, which share the limit on their number. */
function recordsIn(runs: readonly Uint8Array[], limits: Partial<ImageLimits>): Uint8Array[] {
  let left = resolveLimits(limits).maxChunks;
  return runs
    .flatMap((run) => {
      const resources = readPhotoshopResources(run, left);
      left -= resources.length;
      return resources;
    })
    .filter(({ id }) => id === IPTC_ID)
    .map(({ data }) => data);
}
