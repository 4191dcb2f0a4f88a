/** Noise levels `sqrt((1 - alpha) / alpha)` and their spacings. */
import type { Settings } from './settings.js';

const fround = Math.fround;
/** Karras et al. 2022 (arXiv:2206.00364), equation 5. */
const KARRAS_RHO = 7;

export type SigmaSpacing = 'karras' | 'exponential' | 'none';

/** Of all training steps, rising. */
export function sigmasOf(alphas: Float32Array): Float32Array {
  return alphas.map((alpha) => Math.sqrt(fround(fround(1 - alpha) / alpha)));
}

export function readSigmaSpacing(settings: Settings): SigmaSpacing {
  settings.refuse('use_beta_sigmas');
  const isKarras = settings.boolean('use_karras_sigmas', false);
  if (isKarras) settings.refuse('use_exponential_sigmas');
  if (isKarras) return 'karras';
  return settings.boolean('use_exponential_sigmas', false) ? 'exponential' : 'none';
}

/** numpy.interp over the indices of `table`. */
export function interpolate(table: Float32Array, at: number): number {
  const low = Math.min(Math.max(Math.floor(at), 0), table.length - 1);
  if (low === table.length - 1) return table[low]!;
  return (table[low + 1]! - table[low]!) * (at - low) + table[low]!;
}

/** `steps` levels from `max` down to `min`. */
export function respacedSigmas(
  spacing: 'karras' | 'exponential',
  max: number,
  min: number,
  steps: number,
): number[] {
  const [from, to] =
    spacing === 'karras'
      ? [max ** (1 / KARRAS_RHO), min ** (1 / KARRAS_RHO)]
      : [Math.log(max), Math.log(min)];
  return Array.from({ length: steps }, (_, i) => {
    const x = from + (steps === 1 ? 0 : i / (steps - 1)) * (to - from);
    return spacing === 'karras' ? x ** KARRAS_RHO : Math.exp(x);
  });
}

/** The fractional training step of a noise level, interpolated in the logarithm. */
export function sigmaToTimestep(sigma: number, logSigmas: Float32Array): number {
  const logSigma = Math.log(Math.max(sigma, 1e-10));
  let low = 0;
  while (low < logSigmas.length - 2 && logSigmas[low + 1]! <= logSigma) low++;
  const from = logSigmas[low]!;
  const to = logSigmas[low + 1]!;
  const w = Math.min(1, Math.max(0, (from - logSigma) / fround(from - to)));
  return (1 - w) * low + w * (low + 1);
}
