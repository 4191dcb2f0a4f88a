/** Sampling that goes back to one and the same noise at every step, so that the picture remembers it. */
import type { SamplingPlan, SigmaPlan } from '../schedulers/scheduler.js';

/** How much of the noise stays in the finished latent, in deviations of the latent: 0.05 is a difference of 41 dB (docs/watermark/latent.md). */
const TRACE = 0.05;

/**
 * `plan` of a rectified flow with other steps: each predicts the picture and mixes `noise` into it as the next level asks, as
 * multistep consistency sampling does with fresh noise (Song et al. 2023, arXiv:2303.01469, algorithm 1). A deterministic
 * solver forgets where it started from; here the last steps still stand on it. At the end a trace of it stays.
 *
 * @param noise unit normal, as long as the sample.
 */
export function keepNoise(plan: SigmaPlan, noise: Float32Array): SamplingPlan {
  const { sigmas } = plan;
  return {
    timesteps: plan.timesteps,
    initialNoiseScale: plan.initialNoiseScale,
    step(sample, velocity, index) {
      const sigma = sigmas[index]!;
      const next = sigmas[index + 1]!;
      const added = next === 0 ? TRACE : next;
      for (let i = 0; i < sample.length; i++) {
        const picture = sample[i]! - sigma * velocity[i]!;
        sample[i] = (1 - next) * picture + added * noise[i]!;
      }
    },
  };
}
