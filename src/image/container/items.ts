/** Items of a HEIF file (EXIF and XMP are two of them): ISO/IEC 14496-12 §8.11. */
import { concatBytes, viewOf } from '../../core/index.js';
import { resolveLimits } from '../limits.js';
import type { ImageLimits } from '../limits.js';
import { readBoxes } from './boxes.js';
import type { Box } from './boxes.js';

export interface HeifItem {
  readonly id: number;
  /** `av01`, `hvc1`, `Exif`, `mime`... */
  readonly type: string;
  /** Of a `mime` item. */
  readonly contentType: string;
  /** Pieces in the file, in order; null when the location cannot be read. */
  readonly extents: readonly { readonly offset: number; readonly length: number }[] | null;
}

/**
 * Items that the top-level `meta` box declares. Entries that do not parse are left out.
 *
 * @throws ImageError IMAGE_CONTAINER_LIMIT.
 */
export function readHeifItems(bytes: Uint8Array, limits: Partial<ImageLimits> = {}): HeifItem[] {
  const { maxChunks } = resolveLimits(limits);
  const meta = readBoxes(bytes, limits).find((box) => box.type === 'meta');
  const child = (type: string) => meta?.children.find((box) => box.type === type);
  const iinf = child('iinf');
  const iloc = child('iloc');
  if (!iinf) return [];
  const locations = iloc ? readLocations(bytes, iloc, child('idat'), maxChunks) : new Map();
  return readInfos(bytes, iinf, limits).map((info) => ({
    ...info,
    extents: (locations.get(info.id) as HeifItem['extents'] | undefined) ?? null,
  }));
}

/** The bytes of an item, or null when they are not all there or longer than `maxBytes`. */
export function readItem(bytes: Uint8Array, item: HeifItem, maxBytes: number): Uint8Array | null {
  if (!item.extents) return null;
  let total = 0;
  for (const { offset, length } of item.extents) {
    total += length;
    if (offset + length > bytes.length || total > maxBytes) return null;
  }
  return concatBytes(
    item.extents.map(({ offset, length }) => bytes.subarray(offset, offset + length)),
  );
}

function readInfos(
  bytes: Uint8Array,
  iinf: Box,
  limits: Partial<ImageLimits>,
): Omit<HeifItem, 'extents'>[] {
  const version = bytes[iinf.payloadOffset] ?? 0;
  const start = iinf.payloadOffset + 4 + (version === 0 ? 2 : 4);
  const end = iinf.offset + iinf.length;
  const infos: Omit<HeifItem, 'extents'>[] = [];
  for (const box of readBoxes(bytes, limits, { start, end })) {
    if (box.type !== 'infe' || box.truncated) continue;
    const cursor = createCursor(bytes, box.payloadOffset, box.offset + box.length);
    const infeVersion = cursor.uint(1);
    cursor.uint(3);
    if (infeVersion < 2) continue;
    const id = cursor.uint(infeVersion === 2 ? 2 : 4);
    cursor.uint(2);
    const type = cursor.text(4);
    cursor.string();
    const contentType = type === 'mime' ? cursor.string() : '';
    if (!cursor.failed()) infos.push({ id, type, contentType });
  }
  return infos;
}

function readLocations(
  bytes: Uint8Array,
  iloc: Box,
  idat: Box | undefined,
  maxChunks: number,
): Map<number, NonNullable<HeifItem['extents']>> {
  const locations = new Map<number, NonNullable<HeifItem['extents']>>();
  const cursor = createCursor(bytes, iloc.payloadOffset, iloc.offset + iloc.length);
  const version = cursor.uint(1);
  cursor.uint(3);
  const sizes = cursor.uint(2);
  const offsetSize = sizes >> 12;
  const lengthSize = (sizes >> 8) & 15;
  const baseSize = (sizes >> 4) & 15;
  const indexSize = version === 0 ? 0 : sizes & 15;
  const items = cursor.uint(version < 2 ? 2 : 4);
  let budget = maxChunks;
  for (let i = 0; i < items && !cursor.failed() && budget > 0; i++, budget--) {
    const id = cursor.uint(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : cursor.uint(2) & 15;
    const dataReference = cursor.uint(2);
    const base = cursor.uint(baseSize);
    const count = cursor.uint(2);
    const extents: { offset: number; length: number }[] = [];
    // Method 1 counts from the start of the idat box, 2 (from another item) is not used by files.
    const origin = method === 1 ? (idat?.payloadOffset ?? Infinity) : 0;
    for (let j = 0; j < count && !cursor.failed() && budget > 0; j++, budget--) {
      cursor.uint(indexSize);
      const offset = origin + base + cursor.uint(offsetSize);
      const length = cursor.uint(lengthSize);
      extents.push({ offset, length: length === 0 ? bytes.length - offset : length });
    }
    if (!cursor.failed() && method < 2 && dataReference === 0) locations.set(id, extents);
  }
  return locations;
}

interface Cursor {
  uint(size: number): number;
  text(size: number): string;
  /** Up to a NUL. */
  string(): string;
  failed(): boolean;
}

/** Reads big-endian fields; past the end it answers 0 and stays failed. */
function createCursor(bytes: Uint8Array, start: number, end: number): Cursor {
  const view = viewOf(bytes);
  const limit = Math.min(end, bytes.length);
  let at = start;
  let failed = false;
  const take = (size: number): number => {
    if (at + size > limit) failed = true;
    else at += size;
    return at - size;
  };
  return {
    uint(size) {
      const offset = take(size);
      if (failed) return 0;
      let value = 0;
      for (let i = 0; i < size; i++) value = value * 256 + view.getUint8(offset + i);
      return value;
    },
    text(size) {
      const offset = take(size);
      return failed ? '' : String.fromCharCode(...bytes.subarray(offset, offset + size));
    },
    string() {
      const nul = bytes.subarray(at, limit).indexOf(0);
      const length = nul < 0 ? limit - at : nul;
      const text = new TextDecoder().decode(bytes.subarray(at, at + Math.min(length, 1024)));
      at = Math.min(at + length + 1, limit);
      return text;
    },
    failed: () => failed,
  };
}
