/** Models trained on samples of unit variance read `sample / sqrt(sigma^2 + 1)`. */
import type { SamplingPlan } from './scheduler.js';
import type { TimestepSpacing } from './timesteps.js';

const fround = Math.fround;

/** @param dataVariance variance of the training pictures as the model was built for */
export function scaleBySigma(
  sigmas: Float32Array,
  dataVariance = 1,
): NonNullable<SamplingPlan['scaleInput']> {
  return (sample, index, out) => {
    const sigma = sigmas[index]!;
    const divisor = fround(Math.sqrt(fround(fround(sigma * sigma) + dataVariance)));
    for (let i = 0; i < sample.length; i++) out[i] = sample[i]! / divisor;
  };
}

/** Runs that start below the last training step start from noise and some picture. */
export function initialScale(sigmas: Float32Array, spacing: TimestepSpacing): number {
  const max = sigmas.reduce((most, sigma) => Math.max(most, sigma), 0);
  return spacing === 'leading' ? fround(Math.sqrt(fround(fround(max * max) + 1))) : max;
}
