/** Arrays too large to keep, by what training/vectors.py wrote of them. */
import { expect } from 'vitest';

export interface Summary {
  shape: number[];
  sum: number;
  sumAbs: number;
  first: number[];
  last: number[];
}

/** Of a single value, as a share of the largest one; one graph, other order of float32 additions. */
const VALUE_TOLERANCE = 1e-3;
/** Of a sum, as a share of the sum of absolute values. */
const SUM_TOLERANCE = 1e-4;
/** Three float32 steps of the largest value. */
export const NOISE_TOLERANCE = 1e-6;
/** As the first two, after several guided steps, which multiply what differs. */
export const RUN_VALUE_TOLERANCE = 2e-3;
export const RUN_SUM_TOLERANCE = 2e-4;

export function expectSummary(
  { data, dims }: { data: unknown; dims: readonly number[] },
  expected: Summary,
  valueTolerance = VALUE_TOLERANCE,
  sumTolerance = SUM_TOLERANCE,
): void {
  const values = data as Float32Array;
  expect(dims).toEqual(expected.shape);
  let sum = 0;
  let sumAbs = 0;
  let largest = 0;
  for (const value of values) {
    sum += value;
    sumAbs += Math.abs(value);
    largest = Math.max(largest, Math.abs(value));
  }
  expect(Math.abs(sum - expected.sum) / expected.sumAbs).toBeLessThan(sumTolerance);
  expect(Math.abs(sumAbs - expected.sumAbs) / expected.sumAbs).toBeLessThan(sumTolerance);
  const from = values.length - expected.last.length;
  const worst = Math.max(
    ...expected.first.map((value, i) => Math.abs(values[i]! - value)),
    ...expected.last.map((value, i) => Math.abs(values[from + i]! - value)),
  );
  expect(worst / largest).toBeLessThan(valueTolerance);
}
