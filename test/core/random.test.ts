import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MersenneTwister, torchRandn } from '../../src/core/index.js';

describe('MersenneTwister', () => {
  it('gives the numbers of the reference implementation (mt19937ar.out, seed 5489)', () => {
    const generator = new MersenneTwister(5489);
    const drawn = Array.from({ length: 5 }, () => generator.nextUint32());
    expect(drawn).toEqual([3499211612, 581869302, 3890346734, 3586334585, 545404204]);
  });

  it('gives the 10,000th number that the C++ standard requires of mt19937', () => {
    const generator = new MersenneTwister(5489);
    for (let i = 1; i < 10_000; i++) generator.nextUint32();
    expect(generator.nextUint32()).toBe(4123659995);
  });
});

describe('torchRandn', () => {
  // torch.randn(..., generator=torch.Generator().manual_seed(seed)), torch 2.13 on a CPU.
  it.each([
    [0, 20, [-1.1258398, -1.1523602, -0.2505786, -0.4338788]],
    [42, 4, [0.3366904, 0.1288094, 0.2344624, 0.230333]],
  ])('matches torch for seed %i and %i values', (seed, count, expected) => {
    const drawn = torchRandn(seed, count);
    expected.forEach((value, index) => expect(drawn[index]).toBeCloseTo(value, 5));
  });

  it('uses only the low 32 bits of the seed, as torch does', () => {
    expect(torchRandn(2 ** 32 + 7, 32)).toEqual(torchRandn(7, 32));
  });
});

describe('package.json', () => {
  it('runs no install script: .npmrc says so', () => {
    expect(readFileSync('.npmrc', 'utf8')).toContain('ignore-scripts=true');
  });
});
