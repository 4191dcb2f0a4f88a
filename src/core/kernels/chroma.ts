/** Chroma of rows of blocks, as the readers of dwtDct marks need it. */
import { doubles, kernels, memory, reserve } from './memory.js';

/** How U is computed from a pixel. */
export interface ChromaReading {
  /** Red and blue changed places. */
  readonly swapped: boolean;
  /** `bytes`: OpenCV's fixed point, rounded, around 128; `floats`: around 0.5. */
  readonly arithmetic: 'bytes' | 'floats';
}

/**
 * Of each block of 8 x 8 pixels in a row of blocks: the largest magnitude in the low band of one Haar step over U (16 coefficients, the first left
 * out). For each reading, one behind the other: `columns` values.
 *
 * @param rows eight rows of pixels of 3 or 4 channels.
 * @param columns blocks; there may be pixels to the right of the last.
 */
export function largestLow(
  rows: Uint8Array | Uint8ClampedArray,
  channels: number,
  columns: number,
  readings: readonly ChromaReading[],
): Float64Array {
  const run = kernels();
  const [pixels, out] = reserve([rows.length, 8 * columns * readings.length]) as [number, number];
  new Uint8Array(memory.buffer, pixels, rows.length).set(rows);
  readings.forEach(({ swapped, arithmetic }, k) => {
    const place = out + 8 * columns * k;
    const floats = arithmetic === 'floats' ? 1 : 0;
    run.largestLow(pixels, rows.length / 8, channels, columns, swapped ? 2 : 0, floats, place);
  });
  return doubles(out, columns * readings.length).slice();
}
