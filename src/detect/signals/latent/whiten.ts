/** Every frequency of an estimate of noise made equally loud, as a matched filter asks before it compares with white noise. */

import { squareProduct } from '../../../core/index.js';

/** Below this share of a plane's root mean square a frequency is rounding, and stays as quiet as it is against the others. */
const QUIET = 1e-4;

/**
 * Planes of `size` by `size`, one after the other, each by a two-dimensional DCT-II: the coefficients whose higher index is
 * the same come out with a mean square of 1. Of white noise that changes next to nothing; in an estimate the low frequencies, where the
 * picture is, and those where a mark of the pixels is, no longer drown the others.
 */
export function whiten(planes: Float32Array, size: number): Float32Array {
  const basis = cosines(size);
  const transposed = basis.map((_, i) => basis[(i % size) * size + Math.floor(i / size)]!);
  const out = new Float32Array(planes.length);
  for (let at = 0; at < planes.length; at += size * size) {
    const plane = Float64Array.from(planes.subarray(at, at + size * size));
    const spectrum = squareProduct(squareProduct(basis, plane, size), transposed, size);
    level(spectrum, size);
    out.set(squareProduct(squareProduct(transposed, spectrum, size), basis, size), at);
  }
  return out;
}

/** In place. */
function level(spectrum: Float64Array, size: number): void {
  const ringOf = (i: number): number => Math.max(i % size, Math.floor(i / size));
  const energy = new Float64Array(size);
  spectrum.forEach((value, i) => (energy[ringOf(i)]! += value * value));
  const least = QUIET * Math.sqrt(energy.reduce((sum, value) => sum + value, 0) / spectrum.length);
  for (let i = 0; i < spectrum.length; i++) {
    const ring = ringOf(i);
    const root = Math.sqrt(energy[ring]! / (2 * ring + 1));
    if (root > 0) spectrum[i]! /= Math.max(root, least);
  }
}

/** The orthonormal DCT-II, a frequency a row. */
function cosines(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, i) => {
    const frequency = Math.floor(i / size);
    const phase = (Math.PI * frequency * ((i % size) + 0.5)) / size;
    return Math.sqrt((frequency === 0 ? 1 : 2) / size) * Math.cos(phase);
  });
}
