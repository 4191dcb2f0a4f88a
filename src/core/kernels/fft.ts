/** Fourier transforms of squares, in Float64: accurate enough that results are the same everywhere. */
import { doubles, kernels, memory, reserve } from './memory.js';
import type { FillRow } from './rows.js';

/** Half of the spectrum of real samples, or less of it; the other half mirrors it. */
export interface HalfSpectrum {
  /** Columns kept. */
  readonly width: number;
  /** Bin (x, y), 0 <= x < width, stands at `(y mod size) * width + x`. */
  readonly re: Float64Array;
  readonly im: Float64Array;
}

interface Table {
  readonly bytes: Uint8Array;
  /** Each index with its bits read backwards. */
  readonly reversed: Uint32Array;
}

const tables = new Map<number, Table>();

/** Cosines, negated sines and reversed indices of a size, as the module takes them. */
function tableOf(size: number): Table {
  const known = tables.get(size);
  if (known) return known;
  if (!Number.isInteger(Math.log2(size)) || size < 2) {
    throw new RangeError(`"size" expected power of two, got ${size}`);
  }
  const buffer = new ArrayBuffer(20 * size);
  const cos = new Float64Array(buffer, 0, size);
  const sin = new Float64Array(buffer, 8 * size, size);
  const reversed = new Uint32Array(buffer, 16 * size, size);
  const bits = Math.log2(size);
  for (let i = 0; i < size; i++) {
    cos[i] = Math.cos((2 * Math.PI * i) / size);
    sin[i] = -Math.sin((2 * Math.PI * i) / size);
    reversed[i] = (reversed[i >> 1]! >> 1) | ((i & 1) << (bits - 1));
  }
  const made = { bytes: new Uint8Array(buffer), reversed };
  tables.set(size, made);
  return made;
}

/**
 * Transform of a `size` x `size` complex array, row-major, in place.
 *
 * @param size a power of two.
 */
export function fft2(size: number, re: Float64Array, im: Float64Array): void {
  const places = complexTransform(size, re, im);
  re.set(doubles(places.re, size * size));
  im.set(doubles(places.im, size * size));
}

/** What is high in one part of a transform: places in it, ascending, and their values. */
export interface HighValues {
  readonly places: Int32Array;
  readonly values: Float64Array;
}

/**
 * What `fft2` would give that comes to `share` of the highest value or more, in each of the `parts` that are asked for. The arguments are as
 * for `fft2`, and stay as they are.
 */
export function highOfFft2(
  size: number,
  re: Float64Array,
  im: Float64Array,
  share: number,
  parts: readonly ('re' | 'im')[],
): HighValues[] {
  const { free, ...places } = complexTransform(size, re, im);
  return parts.map((part) => highOf(places[part], size * size, share, free));
}

function highOf(part: number, length: number, share: number, free: number): HighValues {
  const count = kernels().highPlaces(part, length, share, free);
  const places = new Int32Array(memory.buffer, free, count).slice();
  const all = doubles(part, length);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = all[places[i]!]!;
  return { places, values };
}

/** @returns where both parts stand in the module's memory, and room for `8 * size * size` bytes that is free. */
function complexTransform(
  size: number,
  re: Float64Array,
  im: Float64Array,
): { re: number; im: number; free: number } {
  const run = kernels();
  const { bytes } = tableOf(size);
  const count = size * size;
  const [table, block, fromRe, fromIm, toRe, toIm] = reserve([
    bytes.length,
    32 * size,
    8 * count,
    8 * count,
    8 * count,
    8 * count,
  ]) as [number, number, number, number, number, number];
  new Uint8Array(memory.buffer).set(bytes, table);
  doubles(fromRe, count).set(re);
  doubles(fromIm, count).set(im);
  run.complexRows(fromRe, fromIm, size, table, block, toRe, toIm);
  run.columns(toRe, toIm, size, size, table);
  return { re: toRe, im: toIm, free: fromRe };
}

/** Where a half spectrum stands in the module's memory, and what else was asked for there. */
interface Transformed {
  /** Columns kept. */
  readonly width: number;
  readonly re: number;
  readonly im: number;
  readonly extra: readonly number[];
}

/**
 * Four rows go through two complex transforms at once.
 *
 * @param extra bytes to reserve besides.
 * @param filler is called with their places before the first row is filled.
 */
export function transformed(
  size: number,
  rows: readonly number[],
  filler: (places: readonly number[]) => FillRow,
  width: number,
  extra: readonly number[],
): Transformed {
  const run = kernels();
  const { bytes, reversed } = tableOf(size);
  // Columns go in pairs; behind the last row is one for the rows that a group of four lacks.
  const stride = width + (width & 1);
  const planeBytes = 8 * stride * (size + 1);
  const [table, block, places, samples, re, im, ...rest] = reserve([
    bytes.length,
    32 * size,
    16,
    32 * size,
    planeBytes,
    planeBytes,
    ...extra,
  ]) as [number, number, number, number, number, number, ...number[]];
  new Uint8Array(memory.buffer).set(bytes, table);
  const fill = filler(rest);
  for (const plane of [re, im]) doubles(plane, stride * size).fill(0);
  const target = new Uint32Array(memory.buffer, places, 4);
  const four = doubles(samples, 4 * size);
  // The real parts of both transforms stand before the imaginary ones.
  const slots = [0, 2, 1, 3].map((slot) => four.subarray(slot * size, (slot + 1) * size));
  for (let i = 0; i < rows.length; i += 4) {
    four.fill(0);
    for (let k = 0; k < 4; k++) {
      const row = rows[i + k];
      target[k] = row === undefined ? size : reversed[row]!;
      if (row !== undefined) fill(row, slots[k]!);
    }
    run.realRows(samples, size, table, block, places, re, im, width, stride);
  }
  run.columns(re, im, stride, size, table);
  for (const plane of [re, im]) run.compact(plane, width, stride, size);
  return { width, re, im, extra: rest };
}

/** A half spectrum where it stands in the module's memory: valid until the next call of any kernel. */
export function halfIn({ width, re, im }: Transformed, size: number): HalfSpectrum {
  return { width, re: doubles(re, width * size), im: doubles(im, width * size) };
}

/**
 * Two-dimensional transform of real samples.
 *
 * @param size a power of two.
 * @param rows numbers of the rows that are not all zero.
 * @param width how many columns are wanted, at most size / 2 + 1, which is all that say anything.
 */
export function realFft2(
  size: number,
  rows: readonly number[],
  fill: FillRow,
  width = size / 2 + 1,
): HalfSpectrum {
  const half = halfIn(
    transformed(size, rows, () => fill, width, []),
    size,
  );
  return { width, re: half.re.slice(), im: half.im.slice() };
}
