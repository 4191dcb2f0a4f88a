import { describe, expect, it } from 'vitest';
import { torchRandn } from '../../src/core/index.js';
import {
  createLatentMark,
  createWatermarkKey,
  LATENT_ALG,
  PUBLIC_KEY,
  testLatentMark,
} from '../../src/watermark/index.js';

/** An eighth of what a picture has, to be quick. */
const SIZE = 256;
const OTHER = createWatermarkKey('other', new Uint8Array(16).fill(9));
const marked = (seed: number, key = PUBLIC_KEY) =>
  createLatentMark(key).mark(torchRandn(seed, SIZE), seed);
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);

/** `noise` as a picture may tell of it: along `signal` by `share`, else anything. */
const estimate = (signal: Float32Array, share: number, seed: number) => {
  const rest = torchRandn(seed, SIZE);
  return signal.map((value, i) => 3 * (share * value + Math.sqrt(1 - share ** 2) * rest[i]!));
};

describe('noise with a mark', () => {
  it('is unit normal', () => {
    const all = Array.from({ length: 400 }, (_, i) => marked(i));
    const moment = (power: number) =>
      all.reduce((sum, values) => sum + values.reduce((s, v) => s + v ** power, 0), 0) /
      (all.length * SIZE);
    expect(moment(1)).toBeCloseTo(0, 1.5);
    expect(moment(2)).toBeCloseTo(1, 1.5);
    expect(moment(4)).toBeCloseTo(3, 0.5);
  });

  it('is the same again, and another for another seed or key', () => {
    expect(marked(7)).toEqual(marked(7));
    for (const other of [marked(8), marked(7, OTHER)]) {
      expect(Math.abs(dot(marked(7), other)) / SIZE).toBeLessThan(0.3);
    }
  });

  it('keeps some of the seed where two seeds choose one pattern', () => {
    const alike = dot(marked(7), marked(7 + 4096)) / SIZE;
    expect(alike).toBeGreaterThan(0.8);
    expect(alike).toBeLessThan(0.97);
  });

  it('has a name and takes keys and seeds only', () => {
    expect(createLatentMark()).toMatchObject({ alg: LATENT_ALG });
    expect(() => createLatentMark({ id: 'x' } as never)).toThrow(TypeError);
    expect(() => createLatentMark().mark(torchRandn(1, SIZE), -1)).toThrow(RangeError);
  });
});

describe('testLatentMark', () => {
  it('finds key and pattern in a poor estimate, whatever its scale and view', () => {
    const views = [torchRandn(5, SIZE), estimate(marked(4096 + 99, OTHER), 0.6, 1)];
    const found = testLatentMark(views, [PUBLIC_KEY, OTHER]);
    expect(found).toMatchObject({ keyId: 'other', pattern: 99 });
    expect(found.pValue).toBeLessThan(1e-9);
  });

  it('finds nothing under another key', () => {
    expect(testLatentMark([marked(99)], [OTHER]).pValue).toBeGreaterThan(0.01);
  });

  it('states a bound that holds: of 60 estimates at most few fall below 0.1', () => {
    const values = Array.from(
      { length: 60 },
      (_, i) => testLatentMark([torchRandn(1000 + i, SIZE)], [PUBLIC_KEY]).pValue,
    );
    // 6 are allowed in the mean; more than 16 has a chance of 1e-4.
    expect(values.filter((p) => p <= 0.1).length).toBeLessThanOrEqual(16);
    // And it is no idle one: the best of 4,096 patterns is about as good as chance makes it.
    expect(values.filter((p) => p < 1).length).toBeGreaterThan(12);
  });

  it('counts every question', () => {
    const view = estimate(marked(3), 0.6, 2);
    const one = testLatentMark([view], [PUBLIC_KEY]);
    const four = testLatentMark([view, torchRandn(6, SIZE)], [PUBLIC_KEY, OTHER]);
    expect(four.statistic).toBeCloseTo(one.statistic, 6);
    expect(four.pValue / one.pValue).toBeCloseTo(4, 6);
  });

  it('finds nothing in an estimate of nothing', () => {
    expect(testLatentMark([new Float32Array(SIZE)], [PUBLIC_KEY]).pValue).toBe(1);
  });
});
