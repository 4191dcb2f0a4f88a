/** Consistency models (Song et al. 2023, arXiv:2303.01469, algorithm 1), as CMStochasticIterativeScheduler of diffusers. */
import { addNoiseAt } from './add-noise.js';
import type { Scheduler, SigmaPlan } from './scheduler.js';
import { badRequest } from './settings.js';
import type { Settings } from './settings.js';
import { scaleBySigma } from './sigma-input.js';
import { spacedTimesteps, STEPS_MAX, stepsOf } from './timesteps.js';

const fround = Math.fround;

export function createConsistencyScheduler(settings: Settings): Scheduler<SigmaPlan> {
  const train = settings.integer('num_train_timesteps', 40, 2, 100_000);
  const sigmaMin = settings.number('sigma_min', 0.002, 1e-10, 1e6);
  const sigmaMax = settings.number('sigma_max', 80, 1e-10, 1e6);
  const data2 = settings.number('sigma_data', 0.5, 1e-6, 1e6) ** 2;
  const noiseFactor = settings.number('s_noise', 1, 0, 1e6);
  const rho = settings.number('rho', 7, 1e-3, 1e3);
  const clips = settings.boolean('clip_denoised', true);

  const visited = (given: readonly number[]): number[] => {
    const isFalling = given.every(
      (t, i) => Number.isInteger(t) && t >= 0 && t < train && (i === 0 || t < given[i - 1]!),
    );
    if (given.length === 0 || given.length > STEPS_MAX || !isFalling) {
      throw badRequest(`"timesteps" should be falling integers in 0..${train - 1}`);
    }
    return [...given];
  };

  return {
    name: 'CMStochasticIterativeScheduler',
    plan(request) {
      const chosen =
        request.timesteps !== undefined
          ? visited(request.timesteps)
          : spacedTimesteps(stepsOf(request), { spacing: 'leading', train, offset: 0 });
      const from = sigmaMax ** (1 / rho);
      const to = sigmaMin ** (1 / rho);
      // diffusers counts its timesteps from the clean end and its levels from the noisy one.
      const levels = chosen
        .toReversed()
        .map((t) => (from + (t / (train - 1)) * (to - from)) ** rho);
      const sigmas = Float32Array.of(...levels, sigmaMin);
      return {
        timesteps: Float32Array.from(levels, (sigma) => 250 * Math.log(sigma)),
        sigmas,
        initialNoiseScale: sigmaMax,
        scaleInput: scaleBySigma(sigmas, data2),
        addNoise: addNoiseAt((index) => ({ picture: 1, noise: sigmas[index]! })),
        step(sample, modelOutput, index, noise) {
          const sigma = sigmas[index]!;
          const above = fround(sigma - sigmaMin);
          const skip = fround(data2 / fround(fround(above * above) + data2));
          const norm = fround(Math.sqrt(fround(fround(sigma * sigma) + data2)));
          const out = fround(fround(above * Math.sqrt(data2)) / norm);
          const next = Math.min(sigmaMax, Math.max(sigmaMin, sigmas[index + 1]!));
          const deviation = Math.sqrt(Math.max(0, fround(fround(next * next) - sigmaMin ** 2)));
          const fresh = levels.length > 1 ? noise(sample.length) : undefined;
          for (let i = 0; i < sample.length; i++) {
            let picture = fround(fround(out * modelOutput[i]!) + fround(skip * sample[i]!));
            if (clips) picture = Math.min(1, Math.max(-1, picture));
            sample[i] = fresh
              ? picture + fround(fround(fresh[i]! * noiseFactor) * fround(deviation))
              : picture;
          }
        },
      };
    },
  };
}
