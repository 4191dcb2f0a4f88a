/** Trajectory consistency distillation (Zheng et al. 2024, arXiv:2402.19159), as TCDScheduler of diffusers. */
import { addNoiseAt } from './add-noise.js';
import { assertNumber } from '../../core/index.js';
import { alphasCumprod, levelOf } from './betas.js';
import { distilledTimesteps } from './distilled.js';
import { readPrediction, toNoise, toOriginal } from './prediction.js';
import type { Scheduler } from './scheduler.js';
import type { Settings } from './settings.js';
import { stepsOf } from './timesteps.js';

const fround = Math.fround;

export function createTcdScheduler(settings: Settings): Scheduler {
  const alphas = alphasCumprod(settings, {
    betaStart: 0.00085,
    betaEnd: 0.012,
    schedule: 'scaled_linear',
  });
  const type = readPrediction(settings);
  const original = settings.integer('original_inference_steps', 50, 1, alphas.length);

  return {
    name: 'TCDScheduler',
    plan(request) {
      const { eta = 0.3 } = request;
      assertNumber(eta, 'eta', 0, 1);
      const timesteps = distilledTimesteps(stepsOf(request, ['eta']), original, alphas.length);
      return {
        timesteps: Float32Array.from(timesteps),
        initialNoiseScale: 1,
        addNoise: addNoiseAt((index) => levelOf(alphas[timesteps[index]!]!)),
        step(sample, modelOutput, index, noise) {
          const alpha = alphas[timesteps[index]!]!;
          const isLast = index === timesteps.length - 1;
          const next = isLast ? 0 : timesteps[index + 1]!;
          const alphaNext = alphas[next]!;
          // torch multiplies the integer by the factor in float32.
          const alphaTarget = alphas[Math.floor(fround(fround(1 - eta) * next))]!;
          const picture = toOriginal(type, root(alpha), root(fround(1 - alpha)));
          const epsilon = toNoise(type, root(alpha), root(fround(1 - alpha)));
          const a = root(alphaTarget);
          const s = root(fround(1 - alphaTarget));
          const ratio = fround(alphaNext / alphaTarget);
          const kept = root(ratio);
          const added = root(fround(1 - ratio));
          const fresh = eta > 0 && !isLast ? noise(sample.length) : undefined;
          for (let i = 0; i < sample.length; i++) {
            const x = sample[i]!;
            const m = modelOutput[i]!;
            const moved = fround(fround(a * picture(x, m)) + fround(s * epsilon(x, m)));
            sample[i] = fresh ? fround(kept * moved) + fround(added * fresh[i]!) : moved;
          }
        },
      };
    },
  };
}

function root(x: number): number {
  return fround(Math.sqrt(x));
}
