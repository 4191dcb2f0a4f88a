import { optionError } from '../errors.js';
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

/**
 * `clean` as noisy as a sample is at call `index`, into `out`, which may be `noise`.
 *
 * @throws GenerateError GENERATE_OPTION when the scheduler has no such mixture.
 */
export function mixNoise(
  plan: SamplingPlan,
  clean: Float32Array,
  noise: Float32Array,
  index: number,
  out: Float32Array = new Float32Array(clean.length),
): Float32Array {
  if (plan.addNoise === undefined) {
    throw optionError('this scheduler cannot start from a picture: choose another one');
  }
  plan.addNoise(clean, noise, index, out);
  return out;
}
