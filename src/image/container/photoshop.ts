/** Photoshop's image resources, where JPEG and TIFF keep IPTC records: Adobe Photoshop File Format, "Image resources section". */
import { concatBytes, hasBytesAt, latin1Bytes, viewOf } from '../../core/index.js';
import { resolveLimits } from '../limits.js';
import type { ImageLimits } from '../limits.js';
import { createCounter } from './entry.js';
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
const SEGMENT_PREFIX = latin1Bytes('Photoshop 3.0\0');
/** Photoshop's own signature comes first; the others are those that ExifTool met in files of Adobe's programs. */
const SIGNATURES = ['8BIM', 'MeSa', 'AgHg', 'PHUT', 'DCSR'].map(latin1Bytes);

/** Resources in order, up to the first bytes that are none; `count` is told of each, and may throw. */
function readPhotoshopResources(bytes: Uint8Array, count: () => void): PhotoshopResource[] {
  const view = viewOf(bytes);
  const resources: PhotoshopResource[] = [];
  let offset = 0;
  while (isResource(bytes, offset)) {
    // Signature, id, name with its length before it, size, data; name and data are padded to even lengths.
    const sizeAt = offset + 6 + toEven(1 + (bytes[offset + 6] ?? 0));
    if (sizeAt + 4 > bytes.length) break;
    count();
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
 * @throws ImageError IMAGE_MALFORMED for damaged signatures, IMAGE_CONTAINER_LIMIT. What is more than `maxTextBytes` together is left out.
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

/** The records in a field of their own, and those in Photoshop's. */
function tiffIptc(bytes: Uint8Array, limits: Partial<ImageLimits>): Uint8Array[] {
  const { maxTextBytes } = resolveLimits(limits);
  const block = readTiff(bytes, limits);
  const valueOf = (tag: number): Uint8Array[] => {
    const field = findField(block, 'ifd0', tag);
    if (field === null || field.valueLength > maxTextBytes) return [];
    return [bytes.subarray(field.valueOffset, field.valueOffset + field.valueLength)];
  };
  return [...valueOf(TIFF_IPTC_TAG), ...recordsIn(valueOf(TIFF_PHOTOSHOP_TAG), limits)];
}

/** The blocks of IPTC-IIM records among Photoshop resources. @throws ImageError IMAGE_CONTAINER_LIMIT. */
export const iptcResources = (
  resources: Uint8Array,
  limits: Partial<ImageLimits> = {},
): Uint8Array[] => recordsIn([resources], limits);

/** Those of several runs of resources, which share the limit on their number. */
function recordsIn(runs: readonly Uint8Array[], limits: Partial<ImageLimits>): Uint8Array[] {
  const count = createCounter(resolveLimits(limits).maxChunks, 'Photoshop resources');
  return runs
    .flatMap((run) => readPhotoshopResources(run, count))
    .filter(({ id }) => id === IPTC_ID)
    .map(({ data }) => data);
}
