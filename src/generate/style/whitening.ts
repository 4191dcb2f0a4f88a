/** Second-order statistics of a set of vectors: what whitening removes and colouring puts on (Li et al. 2017, arXiv:1705.08086). */

import { squareProduct } from '../../core/index.js';

export interface Statistics {
  readonly mean: Float64Array;
  /** Square root of the covariance, `channels` x `channels`, row-major and symmetric. */
  readonly colouring: Float64Array;
  /** Its inverse. */
  readonly whitening: Float64Array;
}

/** Of the mean variance, added to each channel's: flat pictures have directions without any. */
const RIDGE = 0.01;
/** Newton-Schulz steps: enough for a condition number of 1e5. */
const STEPS = 30;

/** @param latent `channels` planes */
export function statisticsOf(latent: Float32Array, channels: number): Statistics {
  const n = latent.length / channels;
  const mean = Float64Array.from({ length: channels }, (_, c) => {
    let sum = 0;
    for (let i = c * n; i < (c + 1) * n; i++) sum += latent[i]!;
    return sum / n;
  });
  const covariance = new Float64Array(channels * channels);
  for (let a = 0; a < channels; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        sum += (latent[a * n + i]! - mean[a]!) * (latent[b * n + i]! - mean[b]!);
      }
      covariance[a * channels + b] = covariance[b * channels + a] = sum / n;
    }
  }
  let trace = 0;
  for (let c = 0; c < channels; c++) trace += covariance[c * channels + c]!;
  // A picture of one colour has no variance at all.
  const ridge = Math.max((RIDGE * trace) / channels, 1e-6);
  for (let c = 0; c < channels; c++) covariance[c * channels + c]! += ridge;
  const { root, inverse } = squareRoot(covariance, channels);
  return { mean, colouring: root, whitening: inverse };
}

/** Coupled Newton-Schulz iteration (Higham 2008, Functions of Matrices, 6.35) for a symmetric positive definite matrix. */
function squareRoot(matrix: Float64Array, size: number) {
  const norm = Math.hypot(...matrix);
  let y: Float64Array = matrix.map((value) => value / norm);
  let z = identity(size);
  for (let step = 0; step < STEPS; step++) {
    const t = squareProduct(z, y, size).map((value, i) => {
      return ((i % (size + 1) === 0 ? 3 : 0) - value) / 2;
    });
    y = squareProduct(y, t, size);
    z = squareProduct(t, z, size);
  }
  const scale = Math.sqrt(norm);
  return { root: y.map((value) => value * scale), inverse: z.map((value) => value / scale) };
}

function identity(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
}

/** `latent` without its mean and covariance: every direction has the same variance. */
export function whitened(latent: Float32Array, { mean, whitening }: Statistics): Float32Array {
  return mapped(latent, whitening, mean, new Float64Array(mean.length));
}

/** The opposite of `whitened`, with the statistics of another picture. */
export function coloured(latent: Float32Array, { mean, colouring }: Statistics): Float32Array {
  return mapped(latent, colouring, new Float64Array(mean.length), mean);
}

/** `matrix (x - before) + after` for the vector `x` of each place. */
function mapped(
  latent: Float32Array,
  matrix: Float64Array,
  before: Float64Array,
  after: Float64Array,
): Float32Array {
  const channels = before.length;
  const n = latent.length / channels;
  const out = new Float32Array(latent.length);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < channels; c++) {
      let sum = after[c]!;
      for (let k = 0; k < channels; k++) {
        sum += matrix[c * channels + k]! * (latent[k * n + i]! - before[k]!);
      }
      out[c * n + i] = sum;
    }
  }
  return out;
}
