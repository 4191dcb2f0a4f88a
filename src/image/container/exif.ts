/** Where each container keeps its EXIF block. */
import { hasBytesAt, latin1Bytes, viewOf } from '../../core/index.js';
import { resolveLimits } from '../limits.js';
import type { ImageLimits } from '../limits.js';
import { sniffFormat } from '../sniff.js';
import { readBoxes } from './boxes.js';
import { readHeifItems, readItem } from './items.js';
import { readJpegSegments } from './jpeg.js';
import { readPngChunks } from './png.js';
import { readRiffChunks } from './riff.js';
import { compactExif } from './exif-block.js';

/** Begins an EXIF APP1 segment, Exif 2.32 §4.7.2. */
export const EXIF_PREFIX = latin1Bytes('Exif\0\0');

/**
 * The EXIF block of a JPEG, PNG, WebP, AVIF, HEIF, JPEG XL or TIFF as a bare TIFF structure (no
 * `Exif\0\0` before it), or null. Of a TIFF file it is a new block with the descriptive fields of
 * the first directory, since the file itself is one large EXIF block with the picture inside.
 *
 * @throws ImageError IMAGE_CONTAINER_LIMIT.
 */
export function extractExif(
  bytes: Uint8Array,
  limits: Partial<ImageLimits> = {},
): Uint8Array | null {
  const { maxTextBytes } = resolveLimits(limits);
  const found = findExif(bytes, limits, maxTextBytes);
  if (!found || found.length > maxTextBytes) return null;
  const block = hasBytesAt(found, 0, EXIF_PREFIX) ? found.subarray(EXIF_PREFIX.length) : found;
  return isTiffBlock(block) ? block.slice() : null;
}

function findExif(
  bytes: Uint8Array,
  limits: Partial<ImageLimits>,
  maxBytes: number,
): Uint8Array | null {
  switch (sniffFormat(bytes)?.format) {
    case 'jpeg': {
      const segments = readJpegSegments(bytes, limits);
      return segments.find((s) => isExifSegment(s.name, s.data) && !s.truncated)?.data ?? null;
    }
    case 'png':
      return dataOf(readPngChunks(bytes, limits), 'eXIf');
    case 'webp':
      return dataOf(readRiffChunks(bytes, limits), 'EXIF');
    case 'avif':
    case 'heif': {
      const item = readHeifItems(bytes, limits).find(({ type }) => type === 'Exif');
      return afterOffset(item ? readItem(bytes, item, maxBytes) : null);
    }
    case 'jxl': {
      const box = readBoxes(bytes, limits).find(({ type }) => type === 'Exif');
      return afterOffset(
        box && !box.truncated ? bytes.subarray(box.payloadOffset, box.offset + box.length) : null,
      );
    }
    case 'tiff':
      return compactExif(bytes, limits);
    case 'gif':
    case 'svg':
    case undefined:
      return null;
  }
}

export function isExifSegment(name: string, data: Uint8Array): boolean {
  return name === 'APP1' && hasBytesAt(data, 0, EXIF_PREFIX);
}

function dataOf(
  chunks: readonly { type: string; data: Uint8Array; truncated: boolean }[],
  type: string,
): Uint8Array | null {
  return chunks.find((chunk) => chunk.type === type && !chunk.truncated)?.data ?? null;
}

/** ISO/IEC 23008-12 A.2.1: the item begins with the distance to the TIFF header. */
function afterOffset(item: Uint8Array | null): Uint8Array | null {
  if (!item || item.length < 4) return null;
  return item.subarray(4 + viewOf(item).getUint32(0));
}

function isTiffBlock(block: Uint8Array): boolean {
  return hasBytesAt(block, 0, [0x49, 0x49, 0x2a, 0]) || hasBytesAt(block, 0, [0x4d, 0x4d, 0, 0x2a]);
}
