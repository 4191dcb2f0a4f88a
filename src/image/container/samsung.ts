/**
 * What Samsung's camera and gallery apps append to a JPEG: blocks, then a directory (`SEFH`) that
 * points back at them, then its length and `SEFT` (or a further `QDIO` block). The layout is that of
 * ExifTool's Samsung.pm, since Samsung publishes none.
 */
import { viewOf } from '../../core/index.js';
import type { ImageLimits } from '../limits.js';
import { resolveLimits } from '../limits.js';
import { readJpegSegments } from './jpeg.js';

export interface SamsungBlock {
  readonly type: number;
  readonly name: string;
  /** View of the payload behind the name. */
  readonly data: Uint8Array;
  readonly offset: number;
  readonly where: string;
}

const MAX_BLOCKS = 256;
const MAX_FOOTERS = 8;
const MAX_NAME_BYTES = 64;
const HEADER_BYTES = 12;
const ENTRY_BYTES = 12;

/**
 * Blocks in the order of the directory; none when there is no such trailer behind the end of the
 * picture, or its directory does not fit what it points at. Blocks above `maxTextBytes` (each) or `maxTextBytesTotal` are left out.
 *
 * @throws ImageError IMAGE_MALFORMED without SOI, IMAGE_CONTAINER_LIMIT.
 */
export function readSamsungBlocks(
  bytes: Uint8Array,
  limits: Partial<ImageLimits> = {},
): SamsungBlock[] {
  const { maxTextBytes, maxTextBytesTotal } = resolveLimits(limits);
  let total = 0;
  const last = readJpegSegments(bytes, limits).at(-1);
  if (last?.name !== 'EOI') return [];
  const start = last.offset + last.length;
  const directory = findDirectory(bytes, start);
  if (directory === null) return [];

  const view = viewOf(bytes);
  const count = view.getUint32(directory.offset + 8, true);
  if (count > MAX_BLOCKS || HEADER_BYTES + count * ENTRY_BYTES > directory.length) return [];
  const blocks: SamsungBlock[] = [];
  for (let i = 0; i < count; i++) {
    const entry = directory.offset + HEADER_BYTES + i * ENTRY_BYTES;
    const back = view.getUint32(entry + 4, true);
    const size = view.getUint32(entry + 8, true);
    const offset = directory.offset - back;
    if (offset < start || size < 8 || size > back) return [];
    const nameLength = view.getUint32(offset + 4, true);
    if (nameLength > MAX_NAME_BYTES || 8 + nameLength > size) return [];
    const name = asciiName(bytes.subarray(offset + 8, offset + 8 + nameLength));
    // Entries may point at the same bytes: what they hold together is what a reader would have to look at.
    if (name === null || size > maxTextBytes || total + size > maxTextBytesTotal) continue;
    total += size;
    blocks.push({
      type: view.getUint16(entry + 2, true),
      name,
      data: bytes.subarray(offset + 8 + nameLength, offset + size),
      offset,
      where: `jpeg:trailer "${name}" @${offset}`,
    });
  }
  return blocks;
}

/** Walks back over the footers (length, four letters) to the one that ends the directory. */
function findDirectory(
  bytes: Uint8Array,
  start: number,
): { offset: number; length: number } | null {
  const view = viewOf(bytes);
  let end = bytes.length;
  if (letters(bytes, end - 6, 6) === 'QDIOBS') end -= 2;
  for (let i = 0; i < MAX_FOOTERS && end - 8 >= start; i++) {
    const type = letters(bytes, end - 4, 4);
    const length = view.getUint32(end - 8, true);
    const offset = end - 8 - length;
    if (!/^\w{4}$/.test(type) || length < 4 || length >= 0x10000 || offset < start) return null;
    if (type === 'SEFT') {
      return letters(bytes, offset, 4) === 'SEFH' && length >= HEADER_BYTES
        ? { offset, length }
        : null;
    }
    end = offset;
  }
  return null;
}

function letters(bytes: Uint8Array, offset: number, count: number): string {
  return offset < 0 ? '' : String.fromCharCode(...bytes.subarray(offset, offset + count));
}

function asciiName(bytes: Uint8Array): string | null {
  const name = String.fromCharCode(...bytes);
  return /^[\w .-]{1,64}$/.test(name) ? name : null;
}
