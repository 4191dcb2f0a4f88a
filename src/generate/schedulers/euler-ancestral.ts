/** Euler's method with fresh noise after every step, as EulerAncestralDiscreteScheduler of diffusers. */
import { addNoiseAt } from './add-noise.js';
import { alphasCumprod } from './betas.js';
import { readPrediction, toOriginalAt } from './prediction.js';
import type { Scheduler, SigmaPlan } from './scheduler.js';
import { invalid } from './settings.js';
import type { Settings } from './settings.js';
import { initialScale, scaleBySigma } from './sigma-input.js';
import { interpolate, sigmasOf } from './sigmas.js';
import { readSpacing, spacedTimesteps, stepsOf } from './timesteps.js';

const fround = Math.fround;

export function createEulerAncestralScheduler(settings: Settings): Scheduler<SigmaPlan> {
  const table = sigmasOf(alphasCumprod(settings, { keepsTerminal: true }));
  const type = readPrediction(settings);
  if (type === 'sample') throw invalid('diffusers has no "sample" prediction for this scheduler');
  const spacing = readSpacing(settings, 'linspace');
  const offset = settings.integer('steps_offset', 0, 0, 1000);

  return {
    name: 'EulerAncestralDiscreteScheduler',
    plan(request) {
      const timesteps = spacedTimesteps(stepsOf(request), {
        spacing,
        train: table.length,
        offset,
        isFractional: true,
      });
      const sigmas = Float32Array.of(...timesteps.map((t) => interpolate(table, t)), 0);
      return {
        timesteps: Float32Array.from(timesteps),
        sigmas,
        initialNoiseScale: initialScale(sigmas, spacing),
        scaleInput: scaleBySigma(sigmas),
        addNoise: addNoiseAt((index) => ({ picture: 1, noise: sigmas[index]! })),
        step(sample, modelOutput, index, noise) {
          const from = sigmas[index]!;
          const to2 = fround(sigmas[index + 1]! ** 2);
          const from2 = fround(from * from);
          const up = fround(Math.sqrt(fround(fround(to2 * fround(from2 - to2)) / from2)));
          const down = fround(Math.sqrt(fround(to2 - fround(up * up))));
          const dt = fround(down - from);
          const picture = toOriginalAt(type, from);
          const fresh = noise(sample.length);
          for (let i = 0; i < sample.length; i++) {
            const x = sample[i]!;
            const derivative = fround(fround(x - picture(x, modelOutput[i]!)) / from);
            sample[i] = fround(x + fround(derivative * dt)) + fround(fresh[i]! * up);
          }
        },
      };
    },
  };
}
