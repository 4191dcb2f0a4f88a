/** Latent consistency models (Luo et al. 2023, arXiv:2310.04378), as LCMScheduler of diffusers. */
import { addNoiseAt } from './add-noise.js';
import { alphasCumprod, levelOf } from './betas.js';
import { distilledTimesteps } from './distilled.js';
import { readClamp, readPrediction, toOriginal } from './prediction.js';
import type { Scheduler } from './scheduler.js';
import type { Settings } from './settings.js';
import { stepsOf } from './timesteps.js';

const fround = Math.fround;
const SIGMA_DATA_SQUARED = 0.25;

export function createLcmScheduler(settings: Settings): Scheduler {
  const alphas = alphasCumprod(settings, {
    betaStart: 0.00085,
    betaEnd: 0.012,
    schedule: 'scaled_linear',
  });
  const type = readPrediction(settings);
  const clamp = readClamp(settings, false);
  const original = settings.integer('original_inference_steps', 50, 1, alphas.length);
  const scaling = settings.number('timestep_scaling', 10, 1e-6, 1e6);

  return {
    name: 'LCMScheduler',
    plan(request) {
      const timesteps = distilledTimesteps(
        stepsOf(request, ['strength']),
        original,
        alphas.length,
        request.strength,
      );
      return {
        timesteps: Float32Array.from(timesteps),
        initialNoiseScale: 1,
        addNoise: addNoiseAt((index) => levelOf(alphas[timesteps[index]!]!)),
        step(sample, modelOutput, index, noise) {
          const t = timesteps[index]!;
          const alpha = alphas[t]!;
          const picture = toOriginal(type, root(alpha), root(fround(1 - alpha)));
          const scaled2 = fround((t * scaling) ** 2 + SIGMA_DATA_SQUARED);
          const skip = fround(SIGMA_DATA_SQUARED / scaled2);
          const out = fround((t * scaling) / root(scaled2));
          const isLast = index === timesteps.length - 1;
          const next = isLast ? 1 : alphas[timesteps[index + 1]!]!;
          const kept = root(next);
          const added = root(fround(1 - next));
          const fresh = isLast ? undefined : noise(sample.length);
          for (let i = 0; i < sample.length; i++) {
            const x = sample[i]!;
            const original0 = clamp(picture(x, modelOutput[i]!));
            const denoised = fround(fround(out * original0) + fround(skip * x));
            sample[i] = fresh ? fround(kept * denoised) + fround(added * fresh[i]!) : denoised;
          }
        },
      };
    },
  };
}

function root(x: number): number {
  return fround(Math.sqrt(x));
}
