import { describe, expect, it } from 'vitest';
import { torchRandn } from '../../src/core/index.js';
import { whiten } from '../../src/detect/signals/latent/whiten.js';

const SIZE = 16;
const PLANE = SIZE * SIZE;
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
const likeness = (a: Float32Array, b: Float32Array) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));

/** A plane of one frequency of the DCT-II, by the definition. */
const wave = (u: number, v: number) =>
  Float32Array.from({ length: PLANE }, (_, i) => {
    const [x, y] = [i % SIZE, Math.floor(i / SIZE)];
    return Math.cos((Math.PI * u * (x + 0.5)) / SIZE) * Math.cos((Math.PI * v * (y + 0.5)) / SIZE);
  });

describe('whiten', () => {
  it('leaves noise as it is, at a mean square of 1', () => {
    const noise = torchRandn(1, 4 * PLANE).map((value) => 7 * value);
    const white = whiten(noise, SIZE);
    expect(dot(white, white) / noise.length).toBeCloseTo(1, 4);
    expect(likeness(white, noise)).toBeGreaterThan(0.97);
  });

  it('brings out noise that slow changes and a regular pattern drown', () => {
    const noise = torchRandn(2, PLANE);
    const [slow, pattern] = [wave(1, 0), wave(8, 4)];
    const drowned = noise.map((value, i) => value + 40 * slow[i]! + 10 * pattern[i]!);
    expect(likeness(drowned, noise)).toBeLessThan(0.1);
    expect(likeness(whiten(drowned, SIZE), noise)).toBeGreaterThan(0.8);
  });

  it('takes every frequency by its higher index, and every plane for itself', () => {
    const [wide, narrow, other] = [wave(5, 2), wave(0, 7), wave(3, 3)];
    const two = new Float32Array(2 * PLANE);
    two.set(wide.map((value, i) => 3 * value + 100 * narrow[i]!));
    two.set(other, PLANE);
    const white = whiten(two, SIZE);
    const share = (plane: number, of: Float32Array) =>
      dot(white.subarray(plane * PLANE, (plane + 1) * PLANE), of) / Math.sqrt(dot(of, of));
    expect(share(0, wide)).toBeCloseTo(Math.sqrt(11), 4);
    expect(share(0, narrow)).toBeCloseTo(Math.sqrt(15), 4);
    expect(share(0, other)).toBeCloseTo(0, 1);
    expect(share(1, other)).toBeCloseTo(Math.sqrt(7), 4);
    expect(dot(white, white)).toBeCloseTo(11 + 15 + 7, 1);
  });

  it('makes nothing of nothing', () => {
    expect(whiten(new Float32Array(PLANE), SIZE)).toEqual(new Float32Array(PLANE));
  });
});
