/**
 * The raw dwtDct bit of every block of 8x8 pixels: U, one Haar step, 4x4 coefficients of its low band, and
 * the quantiser cell of the largest of them (imwatermark/maxDct.py; despite its name no DCT is involved).
 */
import type { Pixels } from '../../image/index.js';
import { chromaRow, type Reading } from './chroma.js';

/** Pixels along one side of a block. */
const BLOCK = 8;
/** Width of two quantiser cells: magnitudes in the lower half of each 36 say 0, in the upper half 1. */
const STEP = 36;
/**
 * Blocks of at most this many pixels are read, from the top. Words repeat in raster order, so the rest adds
 * votes that an image of this size no longer needs, and the cost stays bounded.
 */
const MAX_PIXELS = 4_000_000;

/** One bit per whole block in raster order; empty for images smaller than a block. */
export function blockBits(pixels: Pixels, reading: Reading): Uint8Array {
  const columns = Math.floor(pixels.width / BLOCK);
  const affordable = Math.max(1, Math.floor(MAX_PIXELS / (pixels.width * BLOCK)));
  const rows = Math.min(Math.floor(pixels.height / BLOCK), affordable);
  const bits = new Uint8Array(columns * rows);
  const upper = new Float64Array(columns * BLOCK);
  const lower = new Float64Array(columns * BLOCK);
  const low = Array.from({ length: BLOCK / 2 }, () => new Float64Array((columns * BLOCK) / 2));
  for (let row = 0; row < rows; row++) {
    low.forEach((band, i) => {
      chromaRow(pixels, row * BLOCK + 2 * i, reading, upper);
      chromaRow(pixels, row * BLOCK + 2 * i + 1, reading, lower);
      haarLow(upper, lower, band);
    });
    for (let column = 0; column < columns; column++) {
      const largest = largestMagnitude(low, (column * BLOCK) / 2);
      bits[row * columns + column] = largest % STEP > STEP / 2 ? 1 : 0;
    }
  }
  return bits;
}

/**
 * Low-low band of one Haar step over two rows. In the order of operations of PyWavelets, since values on
 * the edge of a cell are common in 8-bit pictures and the last binary digit decides them.
 */
function haarLow(upper: Float64Array, lower: Float64Array, out: Float64Array): void {
  for (let i = 0, x = 0; i < out.length; i++, x += 2) {
    const left = Math.SQRT1_2 * upper[x]! + Math.SQRT1_2 * lower[x]!;
    const right = Math.SQRT1_2 * upper[x + 1]! + Math.SQRT1_2 * lower[x + 1]!;
    out[i] = Math.SQRT1_2 * left + Math.SQRT1_2 * right;
  }
}

/** Of the 4x4 coefficients from column `start` on; the first one is never used. */
function largestMagnitude(low: readonly Float64Array[], start: number): number {
  let largest = 0;
  for (let i = 0; i < low.length; i++) {
    const band = low[i]!;
    for (let j = i === 0 ? 1 : 0; j < low.length; j++) {
      const magnitude = Math.abs(band[start + j]!);
      if (magnitude > largest) largest = magnitude;
    }
  }
  return largest;
}
