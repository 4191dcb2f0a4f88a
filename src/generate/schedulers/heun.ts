/** Heun's method (Karras et al. 2022, arXiv:2206.00364, algorithm 1), as HeunDiscreteScheduler of diffusers. */
import { addNoiseAt } from './add-noise.js';
import { alphasCumprod } from './betas.js';
import { readClamp, readPrediction, toOriginalAt } from './prediction.js';
import type { Scheduler, SigmaPlan } from './scheduler.js';
import type { Settings } from './settings.js';
import { initialScale, scaleBySigma } from './sigma-input.js';
import {
  interpolate,
  readSigmaSpacing,
  respacedSigmas,
  sigmasOf,
  sigmaToTimestep,
} from './sigmas.js';
import { readSpacing, spacedTimesteps, stepsOf } from './timesteps.js';

const fround = Math.fround;

export function createHeunScheduler(settings: Settings): Scheduler<SigmaPlan> {
  const alphas = alphasCumprod(settings, { betaStart: 0.00085, betaEnd: 0.012, more: ['exp'] });
  const table = sigmasOf(alphas);
  const logTable = table.map(Math.log);
  const type = readPrediction(settings);
  const clamp = readClamp(settings, false);
  const spacing = readSpacing(settings, 'linspace');
  const sigmaSpacing = readSigmaSpacing(settings);
  const offset = settings.integer('steps_offset', 0, 0, 1000);

  return {
    name: 'HeunDiscreteScheduler',
    /** Two model calls for every step but the last. */
    plan(request) {
      const steps = stepsOf(request);
      let visited = spacedTimesteps(steps, {
        spacing,
        train: table.length,
        offset,
        isFractional: true,
      });
      let levels = visited.map((t) => interpolate(table, t));
      if (sigmaSpacing !== 'none') {
        levels = respacedSigmas(sigmaSpacing, levels[0]!, levels.at(-1)!, steps);
        visited = levels.map((sigma) => sigmaToTimestep(sigma, logTable));
      }
      const twice = (values: number[]) => values.flatMap((x, i) => (i === 0 ? [x] : [x, x]));
      const sigmas = Float32Array.of(...twice(levels), 0);
      let start: Float32Array | undefined;
      let slope: Float32Array | undefined;
      return {
        timesteps: Float32Array.from(twice(visited)),
        sigmas,
        initialNoiseScale: initialScale(sigmas, spacing),
        order: 2,
        scaleInput: scaleBySigma(sigmas),
        addNoise: addNoiseAt((index) => ({ picture: 1, noise: sigmas[index]! })),
        step(sample, modelOutput, index) {
          const isFirst = index % 2 === 0;
          const sigma = sigmas[index]!;
          const picture = toOriginalAt(type, sigma);
          const derivative = (x: number, m: number) =>
            fround(fround(x - clamp(picture(x, m))) / sigma);
          if (isFirst) {
            const dt = fround(sigmas[index + 1]! - sigma);
            start = sample.slice();
            slope = sample.map((x, i) => derivative(x, modelOutput[i]!));
            for (let i = 0; i < sample.length; i++) {
              sample[i] = sample[i]! + fround(slope[i]! * dt);
            }
            return;
          }
          const dt = fround(sigma - sigmas[index - 1]!);
          for (let i = 0; i < sample.length; i++) {
            const mean = fround(slope![i]! + derivative(sample[i]!, modelOutput[i]!)) / 2;
            sample[i] = start![i]! + fround(mean * dt);
          }
        },
      };
    },
  };
}
