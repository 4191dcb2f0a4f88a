/** Spectra that are made and used without leaving the module's memory: of a fold, and levelled by their noise. */
import { halfIn, transformed, type HalfSpectrum } from './fft.js';
import { copyIn, doubles, kernels, memory } from './memory.js';
import { copyRow, type FillRow } from './rows.js';

/**
 * Transform of the mean of all samples that lie a multiple of `size` apart, both ways, which is 0 where there are none.
 *
 * @param data `width * height` samples, row-major.
 * @param columns how many columns of the spectrum are wanted.
 * @param inside 1 for each sample that counts; all of them when left out.
 * @returns valid until the next call of any kernel.
 */
export function foldedFft2(
  data: Float32Array,
  width: number,
  height: number,
  size: number,
  columns: number,
  inside?: Uint8Array,
): HalfSpectrum {
  const count = size * size;
  const rows = [...new Array(Math.min(size, height)).keys()];
  const filler = ([plane, mask, sums, counts]: readonly number[]): FillRow => {
    copyIn(plane!, data);
    if (inside) new Uint8Array(memory.buffer).set(inside, mask);
    for (const place of [sums!, counts!]) new Float32Array(memory.buffer, place, count).fill(0);
    kernels().fold(plane!, inside ? mask! : 0, width, height, size, sums!, counts!);
    return copyRow.bind(null, new Float32Array(memory.buffer, sums, count), size);
  };
  const extra = [4 * data.length, inside?.length ?? 0, 4 * count, 4 * count];
  return halfIn(transformed(size, rows, filler, columns, extra), size);
}

/** A half spectrum and its power over that of its surroundings. */
export interface LevelledSpectrum {
  /** Columns of the half plane: size / 2 + 1. */
  readonly width: number;
  /** Half plane: real part of bin (x, y), 0 <= x < width, at `2 * ((y mod size) * width + x)`, its imaginary part behind it. */
  readonly values: Float64Array;
  /** Power over the mean power around it, at most the limit; whole plane, `y * size + x`, wrapped. */
  readonly power: Float32Array;
  /** One over the square root of the mean power around each bin of the half plane. */
  readonly scale: Float32Array;
}

/** Bytes of the levelled spectrum of a size. */
export const levelledBytes = (size: number): number => 20 * (size / 2 + 1) * size + 4 * size * size;

/**
 * Arguments as `realFft2`.
 *
 * @param radius half side of the square around a bin that the mean power is taken over.
 * @param room where the spectrum is put, `levelledBytes(size)` or more.
 */
export function levelledFft2(
  size: number,
  rows: readonly number[],
  fill: FillRow,
  { radius, limit }: { radius: number; limit: number },
  room: ArrayBuffer,
): LevelledSpectrum {
  const width = size / 2 + 1;
  const count = width * size;
  const { re, im, extra } = transformed(size, rows, () => fill, width, [
    16 * count,
    4 * size * size,
    4 * size * size,
    4 * count,
    8 * size,
  ]);
  const [values, power, across, scale, sums] = extra as [number, number, number, number, number];
  const run = kernels();
  run.levelled(re, im, width, size, radius, limit, power, across, scale, sums);
  run.interleave(re, im, count, values);
  const out = {
    width,
    values: new Float64Array(room, 0, 2 * count),
    power: new Float32Array(room, 16 * count, size * size),
    scale: new Float32Array(room, 16 * count + 4 * size * size, count),
  };
  out.values.set(doubles(values, 2 * count));
  out.power.set(new Float32Array(memory.buffer, power, size * size));
  out.scale.set(new Float32Array(memory.buffer, scale, count));
  return out;
}
