/** The spectrum of a whitened plane, its origin in the plane's middle, and its power over the noise. */
import { createScratch, realFft2, type HalfSpectrum } from '../core/index.js';
import type { Plane } from './plane.js';

export interface Spectrum {
  /** Bins per side, a power of two. */
  readonly size: number;
  /** The point that phases refer to, samples from the plane's corner. */
  readonly origin: { readonly x: number; readonly y: number };
  /** Half plane (the input is real): bin (x, y), 0 <= x <= size / 2, at `(y mod size) * (size / 2 + 1) + x`. */
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** Power over the mean power around it, at most POWER_LIMIT; whole plane, `y * size + x`, wrapped. */
  readonly power: Float32Array;
  /** One over the square root of the mean power around each bin; whole plane. */
  readonly scale: Float32Array;
}

/** What one loud line of the host may count. */
const POWER_LIMIT = 9;
/** Half side of the neighbourhood that the mean power is taken over, bins. */
const NEIGHBOURHOOD = 9;

/**
 * @param plane what is longer than `size` is cut to its middle.
 * @param size bins per side; twice the plane's short side shows lines between bins.
 */
export function spectrumOf(plane: Plane, size: number): Spectrum {
  const width = Math.min(plane.width, size);
  const height = Math.min(plane.height, size);
  const left = (plane.width - width) >> 1;
  const top = (plane.height - height) >> 1;
  const across = taper(width);
  const down = taper(height);
  const mask = size - 1;
  const middle = height >> 1;
  const rows = Array.from({ length: height }, (_, y) => (y - middle) & mask);
  const half = realFft2(size, rows, (index, row) => {
    const y = (index + middle) & mask;
    const from = (y + top) * plane.width + left;
    const weight = down[y]!;
    for (let x = 0; x < width; x++) {
      row[(x - (width >> 1)) & mask] = plane.data[from + x]! * across[x]! * weight;
    }
  });
  const power = wholePower(half, size);
  const mean = wrappedMean(power, size, NEIGHBOURHOOD);
  const scale = new Float32Array(size * size);
  for (let i = 0; i < power.length; i++) {
    const m = mean[i]! + 1e-12;
    power[i] = Math.min(POWER_LIMIT, power[i]! / m);
    scale[i] = 1 / Math.sqrt(m);
  }
  // Sample i lies at i + 1/2; sample `width >> 1` was put at index 0.
  const origin = { x: left + (width >> 1) + 0.5, y: top + (height >> 1) + 0.5 };
  return { size, origin, re: half.re, im: half.im, power, scale };
}

function wholePower({ re, im, width }: HalfSpectrum, size: number): Float32Array {
  const mask = size - 1;
  const power = new Float32Array(size * size);
  for (let y = 0; y < size; y++) {
    const from = y * width;
    const to = y * size;
    for (let x = 0; x < width; x++) {
      const a = re[from + x]!;
      const b = im[from + x]!;
      power[to + x] = a * a + b * b;
    }
  }
  for (let y = 0; y < size; y++) {
    const mirrored = (-y & mask) * size + size;
    const to = y * size;
    for (let x = width; x < size; x++) power[to + x] = power[mirrored - x]!;
  }
  return power;
}

/** Share of a side over which the window rises; whitened pictures need little, and a window loses signal. */
const RISE = 1 / 6;

/** Tukey's window: flat, with cosine ends. */
function taper(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => {
    const edge = Math.min(i + 0.5, length - i - 0.5) / (RISE * length);
    return edge >= 1 ? 1 : 0.5 - 0.5 * Math.cos(Math.PI * edge);
  });
}

const acrossOf = createScratch();
const meanOf = createScratch();

/** Mean over a square, the plane wrapped around; valid until the next call. */
function wrappedMean(data: Float32Array, size: number, radius: number): Float32Array {
  const mask = size - 1;
  const norm = 1 / (2 * radius + 1);
  const middle = acrossOf(size * size);
  for (let y = 0; y < size; y++) {
    const row = y * size;
    let sum = 0;
    for (let k = -radius; k <= radius; k++) sum += data[row + (k & mask)]!;
    for (let x = 0; x < size; x++) {
      middle[row + x] = sum * norm;
      sum += data[row + ((x + radius + 1) & mask)]! - data[row + ((x - radius) & mask)]!;
    }
  }
  const out = meanOf(size * size);
  const sums = new Float64Array(size);
  for (let k = -radius; k <= radius; k++) {
    const row = (k & mask) * size;
    for (let x = 0; x < size; x++) sums[x] = sums[x]! + middle[row + x]!;
  }
  for (let y = 0; y < size; y++) {
    const enter = ((y + radius + 1) & mask) * size;
    const leave = ((y - radius) & mask) * size;
    for (let x = 0; x < size; x++) {
      out[y * size + x] = sums[x]! * norm;
      sums[x] = sums[x]! + middle[enter + x]! - middle[leave + x]!;
    }
  }
  return out;
}

/** Whether a frequency is one that the plane's samples can show. */
export function isShown({ size }: Spectrum, fx: number, fy: number): boolean {
  const limit = size / 2 - 1;
  return Math.abs(fx) < limit && Math.abs(fy) < limit;
}

/** Power at a place between bins (cycles per `size` samples), interpolated; the mean (1) beyond them. */
export function powerAt(spectrum: Spectrum, fx: number, fy: number): number {
  if (!isShown(spectrum, fx, fy)) return 1;
  const { size, power } = spectrum;
  const mask = size - 1;
  const x0 = Math.floor(fx);
  const y0 = Math.floor(fy);
  const tx = fx - x0;
  const a = (y0 & mask) * size;
  const b = ((y0 + 1) & mask) * size;
  const l = x0 & mask;
  const r = (x0 + 1) & mask;
  const above = power[a + l]! + (power[a + r]! - power[a + l]!) * tx;
  const below = power[b + l]! + (power[b + r]! - power[b + l]!) * tx;
  return above + (below - above) * (fy - y0);
}

/** Complex value between bins over the noise around it: `out` = [real, imaginary]. */
export function valueAt(spectrum: Spectrum, fx: number, fy: number, out: Float64Array): void {
  out[0] = 0;
  out[1] = 0;
  if (!isShown(spectrum, fx, fy)) return;
  // A real plane: the value at the opposite place is the conjugate.
  const side = fx < 0 ? -1 : 1;
  const px = fx * side;
  const py = fy * side;
  const { size, re, im, scale } = spectrum;
  const mask = size - 1;
  const x0 = Math.floor(px);
  const y0 = Math.floor(py);
  const tx = px - x0;
  const ty = py - y0;
  const width = size / 2 + 1;
  const low = (y0 & mask) * width + x0;
  const high = ((y0 + 1) & mask) * width + x0;
  const w00 = (1 - tx) * (1 - ty);
  const w01 = (1 - tx) * ty;
  const w10 = tx * (1 - ty);
  const w11 = tx * ty;
  const norm = scale[(y0 & mask) * size + x0]!;
  out[0] = norm * (w00 * re[low]! + w01 * re[high]! + w10 * re[low + 1]! + w11 * re[high + 1]!);
  out[1] =
    side * norm * (w00 * im[low]! + w01 * im[high]! + w10 * im[low + 1]! + w11 * im[high + 1]!);
}
