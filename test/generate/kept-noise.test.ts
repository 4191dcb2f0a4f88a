import { describe, expect, it } from 'vitest';
import { torchRandn } from '../../src/core/index.js';
import { keepNoise } from '../../src/generate/pipelines/kept-noise.js';
import { createFlowMatchEulerScheduler } from '../../src/generate/schedulers/flow-match-euler.js';

const noise = torchRandn(1, 64);
const picture = torchRandn(2, 64);
const fresh = () => {
  throw new Error('no other noise is drawn');
};

describe('keepNoise', () => {
  const levels = createFlowMatchEulerScheduler({ shift: 2 }).plan({ steps: 6 });
  const plan = keepNoise(levels, noise);

  it('goes back to the same noise at every level, whatever the model says', () => {
    const sample = noise.slice();
    levels.timesteps.forEach((_, index) => {
      const sigma = levels.sigmas[index]!;
      const next = levels.sigmas[index + 1]!;
      const velocity = torchRandn(10 + index, 64);
      const guess = sample.map((value, i) => value - sigma * velocity[i]!);
      plan.step(sample, velocity, index, fresh);
      if (next === 0) return;
      for (const i of [0, 17, 63]) {
        expect(sample[i]).toBeCloseTo((1 - next) * guess[i]! + next * noise[i]!, 5);
      }
    });
  });

  it('ends in what an exact model sees, with a trace of the noise', () => {
    const sample = noise.slice();
    const velocity = noise.map((value, i) => value - picture[i]!);
    levels.timesteps.forEach((_, index) => plan.step(sample, velocity, index, fresh));
    for (const i of [0, 17, 63]) expect(sample[i]).toBeCloseTo(picture[i]! + 0.05 * noise[i]!, 5);
  });
});
