import { describe, expect, it } from 'vitest';
import { MersenneTwister } from '../../src/core/index.js';
import { meanAround, sumsOf } from '../../src/detect/signals/forensics/summed-area.js';

describe('means over squares', () => {
  it.each([
    [1, 1],
    [5, 3],
    [4, 9],
  ])('of %i x %i are those of what lies inside, whatever the room held before', (width, height) => {
    const random = new MersenneTwister(3);
    const data = Float64Array.from({ length: width * height }, () => 255 * random.nextDouble());
    const sums = sumsOf({ data, width, height }, (size) => new Float64Array(size).fill(1e6));
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (const radius of [0, 1, 3]) {
          const inside = [...data].filter(
            (_, i) =>
              Math.abs((i % width) - x) <= radius && Math.abs(Math.floor(i / width) - y) <= radius,
          );
          const mean = inside.reduce((sum, value) => sum + value, 0) / inside.length;
          expect(meanAround(sums, x, y, radius)).toBeCloseTo(mean, 9);
        }
      }
    }
    expect([...sums.data.subarray(0, width + 1)].every((value) => value === 0)).toBe(true);
  });
});
