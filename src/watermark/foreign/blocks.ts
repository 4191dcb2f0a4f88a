/**
 * The raw dwtDct bit of every block of 8x8 pixels: U, one Haar step, 4x4 coefficients of its low band, and
 * the quantiser cell of the largest of them (imwatermark/maxDct.py; despite its name no DCT is involved).
 */
import { largestLow } from '../../core/index.js';
import type { ChromaReading } from '../../core/index.js';
import type { Pixels } from '../../image/index.js';

/**
 * How the writer saw the picture. `swapped`: RGB was handed to code that expects BGR (early SDXL pipelines of diffusers).
 * `arithmetic`: scripts for Stable Diffusion 1 and 2 mark 8-bit arrays, SDXL and FLUX code marks float arrays. The quantiser
 * works on magnitudes, so a mark made in one reads as noise in the other wherever U is below grey.
 */
export const READINGS: readonly ChromaReading[] = [
  { swapped: false, arithmetic: 'bytes' },
  { swapped: false, arithmetic: 'floats' },
  { swapped: true, arithmetic: 'bytes' },
  { swapped: true, arithmetic: 'floats' },
];

/** Pixels along one side of a block. */
const BLOCK = 8;
/** Width of two quantiser cells: magnitudes in the lower half of each 36 say 0, in the upper half 1. */
const STEP = 36;
/**
 * Blocks of at most this many pixels are read, from the top. Words repeat in raster order, so the rest adds
 * votes that an image of this size no longer needs, and the cost stays bounded.
 */
const MAX_PIXELS = 4_000_000;

/** For each reading one bit per whole block in raster order; empty for images smaller than a block. */
export function blockBits(
  { data, width, height, channels }: Pixels,
  readings: readonly ChromaReading[],
): Uint8Array[] {
  const columns = Math.floor(width / BLOCK);
  const affordable = Math.max(1, Math.floor(MAX_PIXELS / (width * BLOCK)));
  const rows = Math.min(Math.floor(height / BLOCK), affordable);
  const bits = readings.map(() => new Uint8Array(columns * rows));
  const bytes = BLOCK * width * channels;
  for (let row = 0; row < rows; row++) {
    const pixels = data.subarray(row * bytes, (row + 1) * bytes);
    const largest = largestLow(pixels, channels, columns, readings);
    for (let k = 0, from = 0; k < readings.length; k++) {
      for (let to = row * columns, end = to + columns; to < end; to++, from++) {
        bits[k]![to] = largest[from]! % STEP > STEP / 2 ? 1 : 0;
      }
    }
  }
  return bits;
}
