/** Slope and biases of calibrated log-odds: penalised logistic regression by Newton's method. */
import type { QualityBin } from '../../src/detect/signals/classifier/quality.js';
import { QUALITY_BINS } from '../../src/detect/signals/classifier/quality.js';

export interface Sample {
  pooled: number;
  bin: QualityBin;
  label: 0 | 1;
  weight: number;
}

export interface Fitted {
  slope: number;
  bias: Record<QualityBin, number>;
}

/** Where slope and common bias are drawn to. */
const DEFAULT = [0.6, 0] as const;
/** How strongly, in samples. */
const RIDGE = 3;
/**
 * How strongly the biases of the qualities are drawn to the common one. Of 3, 30, 100, 300, 1000 and 3000 the one with the
 * least log-loss on sources that the fit had not seen.
 */
const RIDGE_OF_QUALITY = 300;

/** Weighted fit of one slope, a common bias, and what each quality differs from it. Slope is kept positive. */
export function fitLogistic(samples: readonly Sample[]): Fitted {
  const size = 2 + QUALITY_BINS.length;
  const start = Array.from({ length: size }, (_, i) => DEFAULT[i] ?? 0);
  const ridge = Array.from({ length: size }, (_, i) => (i < 2 ? RIDGE : RIDGE_OF_QUALITY));
  const found = [...start];
  for (let round = 0; round < 40; round++) {
    const gradient = found.map((value, i) => ridge[i]! * (value - start[i]!));
    const hessian = ridge.map((value, i) => ridge.map((_, j) => (i === j ? value : 0)));
    for (const { pooled, bin, label, weight } of samples) {
      const own = 2 + QUALITY_BINS.indexOf(bin);
      const features = [
        [0, pooled],
        [1, 1],
        [own, 1],
      ] as const;
      const odds = features.reduce((sum, [i, x]) => sum + found[i]! * x, 0);
      const p = 1 / (1 + Math.exp(-odds));
      for (const [i, x] of features) {
        gradient[i]! += weight * (p - label) * x;
        for (const [j, y] of features) hessian[i]![j]! += weight * p * (1 - p) * x * y;
      }
    }
    const step = solved(hessian, gradient);
    step.forEach((value, i) => (found[i]! -= value));
    if (Math.max(...step.map(Math.abs)) < 1e-6) break;
  }
  const [slope, common, ...own] = found as [number, number, ...number[]];
  return {
    slope: Math.max(0.05, slope),
    bias: Object.fromEntries(
      QUALITY_BINS.map((bin, i) => [bin, common + own[i]!]),
    ) as Fitted['bias'],
  };
}

/** x of `a` x = `b`, by elimination without pivoting: `a` is symmetric and positive definite. */
function solved(a: readonly (readonly number[])[], b: readonly number[]): number[] {
  const rows = a.map((row, i) => [...row, b[i]!]);
  for (const [i, pivot] of rows.entries()) {
    for (const row of rows.slice(i + 1)) {
      const factor = row[i]! / pivot[i]!;
      for (let j = i; j < row.length; j++) row[j]! -= factor * pivot[j]!;
    }
  }
  const x = new Array<number>(b.length).fill(0);
  for (let i = b.length - 1; i >= 0; i--) {
    const known = rows[i]!.slice(i + 1, -1).reduce((sum, v, k) => sum + v * x[i + 1 + k]!, 0);
    x[i] = (rows[i]!.at(-1)! - known) / rows[i]![i]!;
  }
  return x;
}
