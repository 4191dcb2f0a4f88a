/**
 * Was a JPEG compressed before on the same grid? Quantising with q1 and then with q2 leaves peaks and gaps in the
 * histogram of each DCT mode (Popescu and Farid 2004). How the histogram would look after one and after two
 * quantisations is computed from the blocks shifted by half a block, which no quantisation has touched on their own
 * lattice (calibration, Fridrich and Pevny 2008), and the two are compared by likelihood.
 */
import type { BlockSpectra } from './block-dct.js';
import { LOW_MODES, lowSteps } from './block-dct.js';
import { ijgTable } from './ijg.js';

export interface DoubleQuantisation {
  /** Quality of the first compression on libjpeg's scale that explains the histograms best. */
  firstQuality: number;
  /** Gain in log-likelihood over a single compression, natural units per block, summed over modes. */
  gain: number;
  blocks: number;
}

/** Values beyond are rare in low AC modes and would only cost time. */
const RANGE = 320;
/** Rounding to whole grey levels between the compressions: 1/12 a pixel, and some for clipping. */
const ROUNDING_SIGMA = 0.35;
/** Share of each modelled histogram that is spread evenly, so that no count meets probability 0. */
const FLOOR = 0.02;

/** @param table luma table of the file, natural order. */
export function firstCompression(
  aligned: BlockSpectra,
  shifted: BlockSpectra,
  table: readonly number[],
  transposed: boolean,
): DoubleQuantisation | null {
  if (aligned.blocks < 200 || shifted.blocks < 200) return null;
  const last = lowSteps(table, transposed);
  const modes = LOW_MODES.map((_, mode) => prepare(aligned, shifted, mode, last[mode]!));
  const cache = new Map<string, number>();
  let best = { firstQuality: 0, gain: -Infinity };
  for (let quality = 30; quality <= 98; quality++) {
    const first = lowSteps(ijgTable(quality, 'luma'), transposed);
    let gain = 0;
    for (let m = 0; m < modes.length; m++) {
      const key = `${m}:${first[m]!}`;
      let value = cache.get(key);
      if (value === undefined) cache.set(key, (value = gainOf(modes[m]!, first[m]!)));
      gain += value;
    }
    if (gain > best.gain) best = { firstQuality: quality, gain };
  }
  return { ...best, blocks: aligned.blocks };
}

interface Mode {
  step: number;
  /** Counts of quantised values, from -bins to bins. */
  counts: Float64Array;
  bins: number;
  total: number;
  /** Unquantised distribution in whole units from -RANGE to RANGE. */
  plain: Float64Array;
  /** Model of one compression. */
  single: Float64Array;
}

function prepare(aligned: BlockSpectra, shifted: BlockSpectra, mode: number, step: number): Mode {
  const bins = Math.floor(RANGE / step);
  const counts = new Float64Array(2 * bins + 1);
  let total = 0;
  const { blocks } = aligned;
  for (let i = mode * blocks; i < (mode + 1) * blocks; i++) {
    const level = Math.round(aligned.values[i]! / step);
    if (Math.abs(level) > bins) continue;
    counts[level + bins]!++;
    total++;
  }
  const plain = new Float64Array(2 * RANGE + 1);
  for (let i = mode * shifted.blocks; i < (mode + 1) * shifted.blocks; i++) {
    const value = Math.round(shifted.values[i]!);
    if (Math.abs(value) > RANGE) continue;
    // The sign is a matter of chance: both halves of the histogram are one sample.
    plain[value + RANGE]! += 0.5;
    plain[RANGE - value]! += 0.5;
  }
  smooth(plain);
  const draft: Mode = { step, counts, bins, total, plain, single: new Float64Array(0) };
  return { ...draft, single: modelled(draft, 1) };
}

/** Few samples a unit out in the tails: a running mean whose width grows with the distance from 0. */
function smooth(histogram: Float64Array): void {
  const sums = new Float64Array(histogram.length + 1);
  for (let i = 0; i < histogram.length; i++) sums[i + 1] = sums[i]! + histogram[i]!;
  for (let i = 0; i < histogram.length; i++) {
    const reach = Math.floor(Math.abs(i - RANGE) / 8);
    const from = Math.max(0, i - reach);
    const to = Math.min(histogram.length, i + reach + 1);
    histogram[i] = (sums[to]! - sums[from]!) / (to - from);
  }
}

function gainOf(mode: Mode, first: number): number {
  // One step dividing the other leaves no trace; equal steps are a single compression.
  if (first <= 1 || mode.step % first === 0) return 0;
  const twice = modelled(mode, first);
  let gain = 0;
  for (let i = 0; i < mode.counts.length; i++) {
    if (mode.counts[i]! > 0) gain += mode.counts[i]! * Math.log(twice[i]! / mode.single[i]!);
  }
  return mode.total === 0 ? 0 : gain / mode.total;
}

/** Histogram after quantisation by `first` (1 = none), rounding of pixels, and quantisation by the file. */
function modelled({ step, bins, plain }: Mode, first: number): Float64Array {
  const out = new Float64Array(2 * bins + 1);
  const reach = Math.round(RANGE / first);
  // What the first quantisation makes of the values, in its own steps.
  const levels = new Float64Array(2 * reach + 1);
  for (let i = 0; i < plain.length; i++) {
    levels[Math.round((i - RANGE) / first) + reach]! += plain[i]!;
  }
  let total = 0;
  for (let i = 0; i < levels.length; i++) {
    if (levels[i]! > 0) total += spread((i - reach) * first, levels[i]!, step, out);
  }
  if (total === 0) return out.fill(1 / out.length);
  for (let i = 0; i < out.length; i++) {
    out[i] = ((1 - FLOOR) * out[i]!) / total + FLOOR / out.length;
  }
  return out;
}

/**
 * Adds `weight` to the bin of `value`, and to the next one what rounding noise carries over the nearer border.
 *
 * @returns how much of it fell into the histogram.
 */
function spread(value: number, weight: number, step: number, histogram: Float64Array): number {
  const bins = histogram.length >> 1;
  const level = Math.floor(value / step + 0.5);
  const below = value - (level - 0.5) * step;
  const above = step - below;
  const lost = upperTail(Math.min(below, above) / ROUNDING_SIGMA);
  const neighbour = below < above ? level - 1 : level + 1;
  let fell = 0;
  if (Math.abs(level) <= bins) {
    histogram[level + bins]! += weight * (1 - lost);
    fell += weight * (1 - lost);
  }
  if (Math.abs(neighbour) <= bins) {
    histogram[neighbour + bins]! += weight * lost;
    fell += weight * lost;
  }
  return fell;
}

/** P(Z > z) of a standard normal, z >= 0, to 1e-4 (Abramowitz and Stegun 26.2.18). */
function upperTail(z: number): number {
  return 0.5 / (1 + z * (0.196854 + z * (0.115194 + z * (0.000344 + z * 0.019527)))) ** 4;
}
