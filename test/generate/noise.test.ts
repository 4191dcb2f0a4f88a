import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { torchRandn } from '../../src/core/index.js';

interface Case {
  seed: number;
  n: number;
  first: number[];
  last: number[];
  sum: number;
}

const { cases } = JSON.parse(
  readFileSync(
    new URL('../../fixtures/vectors/scheduler_torch_randn.json', import.meta.url),
    'utf8',
  ),
) as { cases: Case[] };

/** 3 float32 steps at the largest values drawn (2..4): torch's vectorised sine and logarithm differ that much. */
const TOLERANCE = 1e-6;

describe('noise of torch.randn on a CPU', () => {
  it('has the reference cases', () => expect(cases.length).toBe(20));

  it.each(cases.map((c) => [c.seed, c.n, c] as const))(
    'seed %d, %d values',
    (seed, n, expected) => {
      const actual = torchRandn(seed, n);
      const { first, last, sum } = expected;
      first.forEach((value, i) => expect(Math.abs(actual[i]! - value)).toBeLessThan(TOLERANCE));
      last.forEach((value, i) =>
        expect(Math.abs(actual[n - last.length + i]! - value)).toBeLessThan(TOLERANCE),
      );
      const actualSum = actual.reduce((total, x) => total + x, 0);
      expect(Math.abs(actualSum - sum)).toBeLessThan(TOLERANCE * n);
    },
  );
});
