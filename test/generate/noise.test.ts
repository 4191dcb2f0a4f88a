import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  createTorchNormals,
  drawTorchNormals,
  MersenneTwister,
  torchRandn,
} from '../../src/core/index.js';

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

interface Sequence {
  seed: number;
  counts: number[];
  last: number[][];
  sums: number[];
}

const sequences = JSON.parse(
  readFileSync(new URL('../../fixtures/vectors/torch_sequence.json', import.meta.url), 'utf8'),
) as { cases: Sequence[] };

describe('noise asked for again and again from one generator', () => {
  it.each(sequences.cases.map((c) => [c.seed, c.counts.join(', '), c] as const))(
    'seed %d: %s values',
    (seed, _counts, { counts, last, sums }) => {
      const next = createTorchNormals(seed);
      counts.forEach((count, k) => {
        const actual = next(count);
        const end = actual.subarray(-3);
        last[k]!.forEach((value, i) => expect(Math.abs(end[i]! - value)).toBeLessThan(TOLERANCE));
        const sum = actual.reduce((total, x) => total + x, 0);
        expect(Math.abs(sum - sums[k]!)).toBeLessThan(TOLERANCE * count);
      });
    },
  );

  it('refuses to draw few values by the method for many', () => {
    expect(() => drawTorchNormals(new MersenneTwister(0), 15)).toThrow(RangeError);
  });
});
