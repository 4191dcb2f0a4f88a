/** Measures of a two-class score. */

/** Area under the ROC curve; ties count half. NaN without both classes. */
export function auc(synthetic: readonly number[], real: readonly number[]): number {
  const all = [...synthetic.map((v) => [v, 1] as const), ...real.map((v) => [v, 0] as const)].sort(
    (a, b) => a[0] - b[0],
  );
  let rankSum = 0;
  for (let i = 0; i < all.length;) {
    let j = i;
    while (j < all.length && all[j]![0] === all[i]![0]) j++;
    const rank = (i + 1 + j) / 2;
    for (let k = i; k < j; k++) if (all[k]![1] === 1) rankSum += rank;
    i = j;
  }
  const [m, n] = [synthetic.length, real.length];
  return (rankSum - (m * (m + 1)) / 2) / (m * n);
}

/** Smallest threshold above which at most `share` of `real` lies. */
export function thresholdAt(real: readonly number[], share: number): number {
  const sorted = [...real].sort((a, b) => b - a);
  return sorted[Math.floor(share * sorted.length)] ?? Infinity;
}

export function shareAbove(values: readonly number[], threshold: number): number {
  return values.filter((value) => value > threshold).length / values.length;
}

export interface ReliabilityBin {
  from: number;
  count: number;
  predicted: number;
  observed: number;
}

/** Ten equal bins of probability; the classes are weighted to count alike. */
export function reliability(points: readonly { p: number; label: 0 | 1 }[]): {
  bins: ReliabilityBin[];
  ece: number;
} {
  const positives = points.filter(({ label }) => label === 1).length;
  const weightOf = (label: 0 | 1): number =>
    label === 1 ? 0.5 / positives : 0.5 / (points.length - positives);
  let ece = 0;
  const bins = Array.from({ length: 10 }, (_, i) => {
    const inside = points.filter(({ p }) => Math.min(9, Math.floor(p * 10)) === i);
    const weight = inside.reduce((sum, { label }) => sum + weightOf(label), 0);
    const mean = (of: (point: { p: number; label: 0 | 1 }) => number): number =>
      weight === 0 ? NaN : inside.reduce((sum, x) => sum + weightOf(x.label) * of(x), 0) / weight;
    const bin = {
      from: i / 10,
      count: inside.length,
      predicted: mean(({ p }) => p),
      observed: mean(({ label }) => label),
    };
    if (weight > 0) ece += weight * Math.abs(bin.predicted - bin.observed);
    return bin;
  });
  return { bins, ece };
}
