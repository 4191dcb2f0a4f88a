/** The timesteps of models that were distilled on few of a teacher's steps. */
import { badRequest } from './settings.js';

/** `steps` of the `all` timesteps of the distillation, falling; with `strength` of its lower part only. */
export function distilledTimesteps(
  steps: number,
  all: number,
  train: number,
  strength = 1,
): number[] {
  const original = Math.floor(all * strength);
  if (steps > original) {
    throw badRequest(
      strength === 1
        ? `${steps} steps asked for, but the model was distilled on ${all}: ask for at most ${all}`
        : `${steps} steps asked for, but strength ${strength} leaves ${original} of the ${all} that the model was distilled on`,
    );
  }
  const stride = Math.floor(train / all);
  return Array.from({ length: steps }, (_, i) => {
    const index = Math.floor(i * (original / steps));
    return (original - index) * stride - 1;
  });
}
