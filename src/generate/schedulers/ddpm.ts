/** Denoising diffusion probabilistic models (Ho et al. 2020, arXiv:2006.11239), as DDPMScheduler of diffusers. */
import { addNoiseAt } from './add-noise.js';
import { alphasCumprod, levelOf } from './betas.js';
import { readClamp, readPrediction, toOriginal } from './prediction.js';
import type { Scheduler } from './scheduler.js';
import type { Settings } from './settings.js';
import { readSpacing, spacedTimesteps, stepsOf } from './timesteps.js';

const fround = Math.fround;
const VARIANCE_MIN = 1e-20;
/** `learned` and `learned_range` come with models of twice the channels, which no pipeline here runs. */
const VARIANCES = ['fixed_small', 'fixed_small_log', 'fixed_large'] as const;

export function createDdpmScheduler(settings: Settings): Scheduler {
  const alphas = alphasCumprod(settings, { more: ['sigmoid', 'laplace'] });
  const type = readPrediction(settings);
  const clamp = readClamp(settings, true);
  const spacing = readSpacing(settings, 'leading');
  const offset = settings.integer('steps_offset', 0, 0, 1000);
  const varianceType = settings.oneOf('variance_type', 'fixed_small', VARIANCES);

  return {
    name: 'DDPMScheduler',
    plan(request) {
      const steps = stepsOf(request);
      const timesteps = spacedTimesteps(steps, { spacing, train: alphas.length, offset });
      return {
        timesteps: Float32Array.from(timesteps),
        initialNoiseScale: 1,
        addNoise: addNoiseAt((index) => levelOf(alphas[timesteps[index]!]!)),
        step(sample, modelOutput, index, noise) {
          const t = timesteps[index]!;
          const isLast = index === timesteps.length - 1;
          const alpha = alphas[t]!;
          const previous = isLast ? 1 : alphas[timesteps[index + 1]!]!;
          const beta = fround(1 - alpha);
          const betaPrevious = fround(1 - previous);
          const stepAlpha = fround(alpha / previous);
          const stepBeta = fround(1 - stepAlpha);
          const picture = toOriginal(type, root(alpha), root(beta));
          // Equation 7.
          const pictureFactor = fround(fround(root(previous) * stepBeta) / beta);
          const sampleFactor = fround(fround(root(stepAlpha) * betaPrevious) / beta);
          const small = Math.max(VARIANCE_MIN, fround(fround(betaPrevious / beta) * stepBeta));
          const deviation = root(varianceType === 'fixed_large' ? stepBeta : small);
          const fresh = t > 0 ? noise(sample.length) : undefined;
          for (let i = 0; i < sample.length; i++) {
            const x = sample[i]!;
            const kept = fround(pictureFactor * clamp(picture(x, modelOutput[i]!)));
            const mean = fround(kept + fround(sampleFactor * x));
            sample[i] = fresh ? mean + fround(deviation * fresh[i]!) : mean;
          }
        },
      };
    },
  };
}

function root(x: number): number {
  return fround(Math.sqrt(x));
}
