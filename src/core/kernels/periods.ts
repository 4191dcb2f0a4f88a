/** Power of histograms at periods of whole bins; over the number of counts it is Rayleigh's statistic. */
import { doubles, kernels, memory, reserve } from './memory.js';

/**
 * |sum over i of `counts[i]` exp(2 pi i / period)|^2 of each histogram.
 *
 * @param counts histograms of `bins` counts, one behind the other.
 * @param periods whole numbers of bins, above 0.
 * @returns for each period, a value for each histogram.
 */
export function periodPowers(
  counts: Uint32Array,
  bins: number,
  periods: readonly number[],
): Float64Array[] {
  const run = kernels();
  const histograms = counts.length / bins;
  const longest = Math.max(0, ...periods);
  const [from, cos, sin, fold, out] = reserve([
    4 * counts.length,
    8 * longest,
    8 * longest,
    4 * longest + 12,
    8 * histograms,
  ]) as [number, number, number, number, number];
  new Uint32Array(memory.buffer, from, counts.length).set(counts);
  return periods.map((period) => {
    const [c, s] = [doubles(cos, period), doubles(sin, period)];
    for (let i = 0; i < period; i++) {
      c[i] = Math.cos((2 * Math.PI * i) / period);
      s[i] = Math.sin((2 * Math.PI * i) / period);
    }
    run.periodPowers(from, histograms, bins, period, cos, sin, fold, out);
    return doubles(out, histograms).slice();
  });
}
