/** TIFF image file directories: TIFF 6.0 §2, BigTIFF, and the EXIF block that borrows them. */
import { viewOf } from '../../core/index.js';
import { resolveLimits } from '../limits.js';
import type { ImageLimits } from '../limits.js';
import { createCounter, wrongSignature } from './entry.js';

export interface TiffField {
  readonly tag: number;
  /** 1 BYTE, 2 ASCII, 3 SHORT, 4 LONG, 5 RATIONAL, 7 UNDEFINED... */
  readonly type: number;
  /** Values, not bytes. */
  readonly count: number;
  /** Where the field's record stands in the block. */
  readonly offset: number;
  /** Where its values stand (inside the record when they fit). */
  readonly valueOffset: number;
  /** Bytes of all values. */
  readonly valueLength: number;
  /** The values lie (partly) outside the block. */
  readonly truncated: boolean;
}

export interface TiffDirectory {
  /** `ifd0`, `ifd1`, ... along the chain; `exif`, `gps`, `interop`, `sub0`... for the ones inside. */
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  /** Where the offset of the next directory is stored. */
  readonly nextOffsetAt: number;
  readonly fields: readonly TiffField[];
  readonly truncated: boolean;
}

export interface TiffBlock {
  readonly littleEndian: boolean;
  readonly big: boolean;
  readonly directories: readonly TiffDirectory[];
}

/** Bytes of one value by type; TIFF 6.0 §2, Adobe's IFD type 13, BigTIFF 16..18. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
/** Tags that point at further directories. */
const POINTERS: Readonly<Record<number, string>> = {
  0x8769: 'exif',
  0x8825: 'gps',
  0xa005: 'interop',
  0x014a: 'sub',
};
const MAX_SUB_DIRECTORIES = 32;

/**
 * All directories of a TIFF file or a bare EXIF block; each is visited once, so loops end.
 *
 * @throws ImageError IMAGE_MALFORMED without the byte-order mark, IMAGE_CONTAINER_LIMIT.
 */
export function readTiff(bytes: Uint8Array, limits: Partial<ImageLimits> = {}): TiffBlock {
  const { maxChunks } = resolveLimits(limits);
  const order = bytes.length >= 8 ? String.fromCharCode(bytes[0]!, bytes[1]!) : '';
  if (order !== 'II' && order !== 'MM') throw wrongSignature('TIFF');
  const littleEndian = order === 'II';
  const view = viewOf(bytes);
  const magic = view.getUint16(2, littleEndian);
  const big = magic === 43;
  if ((magic !== 42 && !big) || (big && bytes.length < 16)) throw wrongSignature('TIFF');

  const count = createCounter(maxChunks, 'TIFF fields');
  const directories: TiffDirectory[] = [];
  const seen = new Set<number>();
  const readPointer = (at: number): number =>
    big ? Number(view.getBigUint64(at, littleEndian)) : view.getUint32(at, littleEndian);
  const pending: { name: string; offset: number }[] = [];
  const visit = (name: string, offset: number): void => {
    if (offset === 0 || seen.has(offset)) return;
    seen.add(offset);
    count();
    pending.push({ name, offset });
  };
  visit('ifd0', readPointer(big ? 8 : 4));
  for (const next of pending) {
    const directory = readDirectory(view, next.name, next.offset, littleEndian, big, count);
    if (!directory) continue;
    directories.push(directory);
    for (const field of directory.fields) {
      const name = POINTERS[field.tag];
      if (name === undefined || field.truncated) continue;
      const width = TYPE_BYTES[field.type]!;
      if (width !== 4 && width !== 8) continue;
      for (let i = 0; i < Math.min(field.count, MAX_SUB_DIRECTORIES); i++) {
        const at = field.valueOffset + i * width;
        const offset =
          width === 8
            ? Number(view.getBigUint64(at, littleEndian))
            : view.getUint32(at, littleEndian);
        visit(name === 'sub' ? `sub${i}` : name, offset);
      }
    }
    if (/^ifd\d+$/.test(next.name) && !directory.truncated) {
      const index = Number(next.name.slice(3)) + 1;
      visit(`ifd${index}`, readPointer(directory.nextOffsetAt));
    }
  }
  return { littleEndian, big, directories };
}

function readDirectory(
  view: DataView,
  name: string,
  offset: number,
  littleEndian: boolean,
  big: boolean,
  count: () => void,
): TiffDirectory | null {
  const headerLength = big ? 8 : 2;
  const recordLength = big ? 20 : 12;
  const pointerLength = big ? 8 : 4;
  if (offset + headerLength > view.byteLength) return null;
  const declared = big
    ? Number(view.getBigUint64(offset, littleEndian))
    : view.getUint16(offset, littleEndian);
  const first = offset + headerLength;
  const room = Math.floor((view.byteLength - first) / recordLength);
  const records = Math.min(declared, room);
  const fields: TiffField[] = [];
  for (let i = 0; i < records; i++) {
    count();
    const at = first + i * recordLength;
    const type = view.getUint16(at + 2, littleEndian);
    const values = big
      ? Number(view.getBigUint64(at + 4, littleEndian))
      : view.getUint32(at + 4, littleEndian);
    const valueLength = values * (TYPE_BYTES[type] ?? 0);
    const inRecord = at + recordLength - pointerLength;
    const valueOffset =
      valueLength <= pointerLength
        ? inRecord
        : big
          ? Number(view.getBigUint64(inRecord, littleEndian))
          : view.getUint32(inRecord, littleEndian);
    fields.push({
      tag: view.getUint16(at, littleEndian),
      type,
      count: values,
      offset: at,
      valueOffset,
      valueLength,
      truncated: valueOffset + valueLength > view.byteLength,
    });
  }
  const nextOffsetAt = first + records * recordLength;
  const end = nextOffsetAt + pointerLength;
  const truncated = records < declared || end > view.byteLength;
  const length = Math.min(end, view.byteLength) - offset;
  return { name, offset, length, nextOffsetAt, fields, truncated };
}

/** The field `tag` of the directory `name`, when its values are all there. */
export function findField(block: TiffBlock, name: string, tag: number): TiffField | null {
  const directory = block.directories.find((candidate) => candidate.name === name);
  return directory?.fields.find((field) => field.tag === tag && !field.truncated) ?? null;
}
