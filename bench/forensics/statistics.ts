/** Rates and areas. */

/** Probability that a positive scores above a negative, ties counting half (Mann-Whitney). NaN without either. */
export function areaUnderCurve(positives: readonly number[], negatives: readonly number[]): number {
  if (positives.length === 0 || negatives.length === 0) return NaN;
  let wins = 0;
  for (const p of positives) {
    for (const n of negatives) wins += p > n ? 1 : p === n ? 0.5 : 0;
  }
  return wins / (positives.length * negatives.length);
}

/** Upper end of the 95 % interval of a rate (Wilson). */
export function wilsonUpper(hits: number, of: number): number {
  if (of === 0) return NaN;
  const z = 1.96;
  const rate = hits / of;
  const centre = rate + (z * z) / (2 * of);
  const spread = z * Math.sqrt((rate * (1 - rate)) / of + (z * z) / (4 * of * of));
  return (centre + spread) / (1 + (z * z) / of);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
