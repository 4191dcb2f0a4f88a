/** Photoshop's image resources, where a JPEG keeps its IPTC records: Adobe Photoshop File Format, "Image resources section". */
import { concatBytes, hasBytesAt, latin1Bytes, viewOf } from '../../core/index.js';
import { resolveLimits } from '../limits.js';
import type { ImageLimits } from '../limits.js';
import { createCounter } from './entry.js';
import { readJpegSegments } from './jpeg.js';

export interface PhotoshopResource {
  readonly id: number;
  /** View of the data without padding, clipped to what is there. */
  readonly data: Uint8Array;
}

/** Resource with IPTC-IIM records. */
const IPTC_ID = 0x0404;
const SEGMENT_PREFIX = latin1Bytes('Photoshop 3.0\0');
/** Photoshop's own signature comes first; the others are those that ExifTool met in files of Adobe's programs. */
const SIGNATURES = ['8BIM', 'MeSa', 'AgHg', 'PHUT', 'DCSR'].map(latin1Bytes);

/**
 * Resources in order, up to the first bytes that are none.
 *
 * @throws ImageError IMAGE_CONTAINER_LIMIT.
 */
export function readPhotoshopResources(
  bytes: Uint8Array,
  limits: Partial<ImageLimits> = {},
): PhotoshopResource[] {
  const count = createCounter(resolveLimits(limits).maxChunks, 'Photoshop resources');
  const view = viewOf(bytes);
  const resources: PhotoshopResource[] = [];
  let offset = 0;
  while (SIGNATURES.some((signature) => hasBytesAt(bytes, offset, signature))) {
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

const toEven = (length: number): number => length + (length % 2);

/**
 * The blocks of IPTC-IIM records of a JPEG, mostly one. Resources run on from one APP13 segment to the next.
 *
 * @throws ImageError IMAGE_MALFORMED without SOI, IMAGE_CONTAINER_LIMIT. Segments from where they are more than `maxTextBytes` together
 * are left out.
 */
export function extractJpegIptc(
  bytes: Uint8Array,
  limits: Partial<ImageLimits> = {},
): Uint8Array[] {
  const { maxTextBytes } = resolveLimits(limits);
  const parts: Uint8Array[] = [];
  let total = 0;
  for (const { name, data } of readJpegSegments(bytes, limits)) {
    if (name !== 'APP13' || !hasBytesAt(data, 0, SEGMENT_PREFIX)) continue;
    total += data.length - SEGMENT_PREFIX.length;
    if (total > maxTextBytes) break;
    parts.push(data.subarray(SEGMENT_PREFIX.length));
  }
  return iptcResources(concatBytes(parts), limits);
}

/** The blocks of IPTC-IIM records among Photoshop resources. @throws ImageError IMAGE_CONTAINER_LIMIT. */
export function iptcResources(
  resources: Uint8Array,
  limits: Partial<ImageLimits> = {},
): Uint8Array[] {
  return readPhotoshopResources(resources, limits)
    .filter(({ id }) => id === IPTC_ID)
    .map(({ data }) => data);
}
