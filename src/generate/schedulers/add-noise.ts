import type { SamplingPlan } from './scheduler.js';

/** How a sample is mixed: so much of the finished latent, and so much of unit noise. */
export interface NoiseLevel {
  readonly picture: number;
  readonly noise: number;
}

/** `SamplingPlan.addNoise`, in the float32 arithmetic of diffusers. */
export function addNoiseAt(
  levelAt: (index: number) => NoiseLevel,
): NonNullable<SamplingPlan['addNoise']> {
  return (clean, noise, index, out) => {
    const level = levelAt(index);
    for (let i = 0; i < out.length; i++) {
      out[i] = Math.fround(level.picture * clean[i]!) + Math.fround(level.noise * noise[i]!);
    }
  };
}
