/** DCT coefficients near zero, of the 8x8 blocks at every sample of a plane. */
import { copyIn, kernels, memory, reserve, SPARE } from './memory.js';

/** The best of 64 neighbours of each sample in some rows of a plane. */
export interface BestBlocks {
  /** How many coefficients are near zero in the best block, 0..16; rows as wide as the plane. */
  readonly most: Uint8Array;
  /** `8 * y + x` of its corner from the sample, `TIED` added where several blocks have as many. */
  readonly place: Uint8Array;
}

export const TIED = 128;

/** Rows that zeroCounts works on at once, and those below that their blocks reach into. */
const STRIPE = 16 + 7;

/**
 * For each sample of each `step`th row: which of the 8x8 blocks whose corners are the sample and those to its right and below has the
 * most of the sixteen DCT coefficients that are odd both ways below 0.5. Rows: those with fourteen more below them; the last 14
 * columns are of no meaning.
 *
 * @param data `width * height` samples, row-major; both sides 15 or more.
 */
export function mostZeros(
  data: Float32Array,
  width: number,
  height: number,
  step: number,
): BestBlocks {
  const run = kernels();
  const rows = height - 7;
  const count = width * (Math.floor((rows - 8) / step) + 1);
  const [plane, zeros, across, most, place] = reserve([
    4 * data.length,
    data.length,
    // The room of both steps, which come one after the other.
    Math.max(16 * width * STRIPE, 2 * data.length) + 4 * SPARE,
    count,
    count,
  ]) as [number, number, number, number, number];
  copyIn(plane, data);
  run.zeroCounts(plane, width, height, zeros, across);
  run.highestOf64(zeros, width, rows, step, across, most, place);
  const out = (from: number): Uint8Array => new Uint8Array(memory.buffer, from, count).slice();
  return { most: out(most), place: out(place) };
}
