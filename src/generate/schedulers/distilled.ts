/** The timesteps of models that were distilled on few of a teacher's steps. */
import { badRequest } from './settings.js';

/** `steps` of the `original` timesteps of the distillation, falling. */
export function distilledTimesteps(steps: number, original: number, train: number): number[] {
  if (steps > original) {
    throw badRequest(
      `${steps} steps asked for, but the model was distilled on ${original}: ask for at most ${original}`,
    );
  }
  const stride = Math.floor(train / original);
  return Array.from({ length: steps }, (_, i) => {
    const index = Math.floor(i * (original / steps));
    return (original - index) * stride - 1;
  });
}
