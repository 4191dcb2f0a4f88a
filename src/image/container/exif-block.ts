/** EXIF blocks as data: patch the orientation, rebuild a small block out of a large one. */
import { viewOf } from '../../core/index.js';
import { DEFAULT_LIMITS } from '../limits.js';
import type { ImageLimits } from '../limits.js';
import { ImageError } from '../errors.js';
import { findField, readTiff } from './tiff.js';
import type { TiffBlock, TiffField } from './tiff.js';

export const ORIENTATION_TAG = 0x0112;
const SHORT = 3;
const LONG = 4;
const IFD = 13;

/**
 * `exif` with its orientation set to 1 (upright), everything else byte for byte the same; where the
 * orientation was another one, the thumbnail directory is unlinked too, since it would lie on its
 * side from then on. A block without the tag, or that cannot be read, comes back as a copy.
 *
 * @param exif bare TIFF block, as `extractExif` returns it.
 */
export function resetOrientation(exif: Uint8Array): Uint8Array {
  const out = exif.slice();
  const block = tryRead(exif, {});
  const field = block && findField(block, 'ifd0', ORIENTATION_TAG);
  if (!block || block.big || !field || field.type !== SHORT || field.count < 1) return out;
  const view = viewOf(out);
  if (view.getUint16(field.valueOffset, block.littleEndian) === 1) return out;
  view.setUint16(field.valueOffset, 1, block.littleEndian);
  const first = block.directories.find(({ name }) => name === 'ifd0');
  if (first && !first.truncated) view.setUint32(first.nextOffsetAt, 0);
  return out;
}

/** Orientation 1..8 of a bare EXIF block; 1 when it does not say or says nonsense. */
export function readOrientation(exif: Uint8Array): number {
  const block = tryRead(exif, {});
  const field = block && findField(block, 'ifd0', ORIENTATION_TAG);
  if (!block || !field || field.type !== SHORT || field.count < 1) return 1;
  const value = viewOf(exif).getUint16(field.valueOffset, block.littleEndian);
  return value >= 1 && value <= 8 ? value : 1;
}

/**
 * Bytes that the values of all fields of a bare EXIF block take when each is read by itself: fields may share values, so this may be many
 * times the length of the block.
 *
 * @throws ImageError IMAGE_MALFORMED without the byte-order mark or with a pointer to a directory that is no offset (some readers follow it
 * all the same), IMAGE_CONTAINER_LIMIT.
 */
export function exifValueBytes(exif: Uint8Array, limits: Partial<ImageLimits> = {}): number {
  let total = 0;
  for (const { fields } of readTiff(exif, limits).directories) {
    for (const { tag, type, valueLength, valueOffset } of fields) {
      if (POINTER_TAGS.includes(tag) && type !== LONG && type !== IFD) {
        throw new ImageError({
          code: 'IMAGE_MALFORMED',
          message: 'EXIF: a pointer to a directory is no offset',
        });
      }
      total += Math.min(valueLength, Math.max(0, exif.length - valueOffset));
    }
  }
  return total;
}

/** A block that says the orientation and nothing else. */
export function orientationExif(orientation: number): Uint8Array {
  return Uint8Array.of(
    ...[0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 1, 0],
    ...[0x12, 0x01, SHORT, 0, 1, 0, 0, 0, orientation, 0, 0, 0],
    ...[0, 0, 0, 0],
  );
}

/** Fields of a first directory that describe the picture and not how its samples are stored. */
const DESCRIPTIVE = new Set([
  0x010d, 0x010e, 0x010f, 0x0110, 0x0112, 0x011a, 0x011b, 0x0128, 0x0131, 0x0132, 0x013b, 0x013c,
  0x8298, 0x9c9b, 0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f,
]);
const DIRECTORY_TAGS = { exif: 0x8769, gps: 0x8825 } as const;
const INTEROP_TAG = 0xa005;
const POINTER_TAGS: readonly number[] = [...Object.values(DIRECTORY_TAGS), INTEROP_TAG];

/**
 * A new classic TIFF block with the descriptive fields of the first directory and the EXIF and GPS
 * directories, in the byte order of `bytes`; null when there is none of them. Vendor notes keep their bytes,
 * but offsets inside them (counted from the old file) no longer hold.
 */
export function compactExif(bytes: Uint8Array, limits: Partial<ImageLimits>): Uint8Array | null {
  const block = tryRead(bytes, limits);
  if (!block) return null;
  const maxBytes = limits.maxTextBytes ?? DEFAULT_LIMITS.maxTextBytes;
  const fieldsOf = (name: string): TiffField[] =>
    block.directories
      .find((directory) => directory.name === name)
      ?.fields.filter((field) => !field.truncated && field.valueLength > 0 && field.type <= 13) ??
    [];
  const main = fieldsOf('ifd0').filter(({ tag }) => DESCRIPTIVE.has(tag));
  const exif = fieldsOf('exif').filter(({ tag }) => tag !== INTEROP_TAG);
  const gps = fieldsOf('gps');
  // Fields may share values, so a small file can ask for a large block.
  let total = 0;
  for (const { valueLength } of [...main, ...exif, ...gps]) total += 12 + valueLength + 1;
  if (main.length + exif.length + gps.length === 0 || total > maxBytes) return null;
  return writeBlock(bytes, block.littleEndian, main, { exif, gps }, total);
}

function writeBlock(
  source: Uint8Array,
  littleEndian: boolean,
  main: readonly TiffField[],
  inner: Readonly<Record<'exif' | 'gps', readonly TiffField[]>>,
  total: number,
): Uint8Array {
  const out = new Uint8Array(64 + total);
  const view = viewOf(out);
  out[0] = out[1] = littleEndian ? 0x49 : 0x4d;
  view.setUint16(2, 42, littleEndian);
  view.setUint32(4, 8, littleEndian);
  let free = 8;
  /** Records first, then the values that do not fit into them; TIFF wants tags in order. */
  const writeDirectory = (fields: readonly TiffField[], pointers: ReadonlyMap<number, number>) => {
    const records = [...fields.map((field) => field.tag), ...pointers.keys()].sort((a, b) => a - b);
    const start = free;
    view.setUint16(start, records.length, littleEndian);
    free = start + 2 + 12 * records.length + 4;
    records.forEach((tag, index) => {
      const at = start + 2 + 12 * index;
      view.setUint16(at, tag, littleEndian);
      const pointer = pointers.get(tag);
      const field = fields.find((candidate) => candidate.tag === tag);
      if (pointer !== undefined || !field) {
        view.setUint16(at + 2, LONG, littleEndian);
        view.setUint32(at + 4, 1, littleEndian);
        view.setUint32(at + 8, pointer ?? 0, littleEndian);
        return;
      }
      view.setUint16(at + 2, field.type, littleEndian);
      view.setUint32(at + 4, field.count, littleEndian);
      const value = source.subarray(field.valueOffset, field.valueOffset + field.valueLength);
      if (value.length <= 4) out.set(value, at + 8);
      else {
        view.setUint32(at + 8, free, littleEndian);
        out.set(value, free);
        free += value.length + (value.length & 1);
      }
    });
    return start;
  };
  const uniqueMain = uniqueByTag(main);
  const exif = uniqueByTag(inner.exif);
  const gps = uniqueByTag(inner.gps);
  // The first directory stands first; its pointers are filled in once the others have a place.
  const pointers = new Map<number, number>();
  if (exif.length > 0) pointers.set(DIRECTORY_TAGS.exif, 0);
  if (gps.length > 0) pointers.set(DIRECTORY_TAGS.gps, 0);
  const mainStart = writeDirectory(uniqueMain, pointers);
  if (exif.length > 0) pointers.set(DIRECTORY_TAGS.exif, writeDirectory(exif, new Map()));
  if (gps.length > 0) pointers.set(DIRECTORY_TAGS.gps, writeDirectory(gps, new Map()));
  const count = view.getUint16(mainStart, littleEndian);
  for (let i = 0; i < count; i++) {
    const at = mainStart + 2 + 12 * i;
    const pointer = pointers.get(view.getUint16(at, littleEndian));
    if (pointer !== undefined) view.setUint32(at + 8, pointer, littleEndian);
  }
  return out.slice(0, free);
}

function uniqueByTag(fields: readonly TiffField[]): TiffField[] {
  const seen = new Set<number>();
  return fields.filter(({ tag }) => !seen.has(tag) && seen.add(tag));
}

function tryRead(bytes: Uint8Array, limits: Partial<ImageLimits>): TiffBlock | null {
  try {
    return readTiff(bytes, limits);
  } catch (thrown) {
    if (thrown instanceof ImageError && thrown.code === 'IMAGE_MALFORMED') return null;
    throw thrown;
  }
}
