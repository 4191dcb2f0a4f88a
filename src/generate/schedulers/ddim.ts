/** Denoising diffusion implicit models (Song et al. 2020, arXiv:2010.02502), as DDIMScheduler of diffusers. */
import { addNoiseAt } from './add-noise.js';
import { assertNumber } from '../../core/index.js';
import { alphasCumprod, levelOf } from './betas.js';
import { readClamp, readPrediction, toNoise, toOriginal } from './prediction.js';
import type { Scheduler } from './scheduler.js';
import type { Settings } from './settings.js';
import { readSpacing, spacedTimesteps, stepsOf } from './timesteps.js';

const fround = Math.fround;

export function createDdimScheduler(settings: Settings): Scheduler {
  const alphas = alphasCumprod(settings);
  const type = readPrediction(settings);
  const clamp = readClamp(settings, true);
  const spacing = readSpacing(settings, 'leading');
  const offset = settings.integer('steps_offset', 0, 0, 1000);
  const finalAlpha = settings.boolean('set_alpha_to_one', true) ? 1 : alphas[0]!;
  const train = alphas.length;

  return {
    name: 'DDIMScheduler',
    plan(request) {
      const steps = stepsOf(request, ['eta']);
      const { eta = 0 } = request;
      assertNumber(eta, 'eta', 0, 1);
      const timesteps = spacedTimesteps(steps, { spacing, train, offset });
      const stride = Math.floor(train / steps);
      return {
        timesteps: Float32Array.from(timesteps),
        initialNoiseScale: 1,
        addNoise: addNoiseAt((index) => levelOf(alphas[timesteps[index]!]!)),
        step(sample, modelOutput, index, noise) {
          const t = timesteps[index]!;
          const alpha = alphas[t]!;
          const previous = t - stride >= 0 ? alphas[t - stride]! : finalAlpha;
          const beta = fround(1 - alpha);
          const picture = toOriginal(type, root(alpha), root(beta));
          const epsilon = toNoise(type, root(alpha), root(beta));
          const variance = fround(
            fround(fround(1 - previous) / beta) * fround(1 - fround(alpha / previous)),
          );
          const deviation = fround(eta * root(variance));
          const direction = root(fround(fround(1 - previous) - fround(deviation * deviation)));
          const scale = root(previous);
          const fresh = eta > 0 ? noise(sample.length) : undefined;
          for (let i = 0; i < sample.length; i++) {
            const x = sample[i]!;
            const m = modelOutput[i]!;
            const kept = fround(scale * clamp(picture(x, m)));
            const next = fround(kept + fround(direction * epsilon(x, m)));
            sample[i] = fresh ? next + fround(deviation * fresh[i]!) : next;
          }
        },
      };
    },
  };
}

function root(x: number): number {
  return fround(Math.sqrt(x));
}
