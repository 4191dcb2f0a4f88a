/** The spectrum of a whitened plane, its origin in the plane's middle, and its power over the noise. */
import { levelledBytes, levelledFft2, type LevelledSpectrum } from '../core/index.js';
import type { Plane } from './plane.js';

export interface Spectrum extends LevelledSpectrum {
  /** Bins per side, a power of two. */
  readonly size: number;
  /** The point that phases refer to, samples from the plane's corner. */
  readonly origin: { readonly x: number; readonly y: number };
}

/** What one loud line of the host may count. */
const POWER_LIMIT = 9;
/** Half side of the neighbourhood that the mean power is taken over, bins. */
const NEIGHBOURHOOD = 9;

/** Bytes that `spectrumOf` needs. */
export const spectrumBytes = levelledBytes;

/**
 * @param plane what is longer than `size` is cut to its middle.
 * @param size bins per side; twice the plane's short side shows lines between bins.
 * @param room where the spectrum is put, `spectrumBytes(size)` or more.
 */
export function spectrumOf(
  plane: Plane,
  size: number,
  room = new ArrayBuffer(spectrumBytes(size)),
): Spectrum {
  const width = Math.min(plane.width, size);
  const height = Math.min(plane.height, size);
  const left = (plane.width - width) >> 1;
  const top = (plane.height - height) >> 1;
  const across = taper(width);
  const down = taper(height);
  const mask = size - 1;
  const middle = height >> 1;
  const rows: number[] = [];
  for (let y = 0; y < height; y++) rows.push((y - middle) & mask);
  const fill = fillRow.bind(null, { plane, left, top, middle, mask, across, down });
  const level = { radius: NEIGHBOURHOOD, limit: POWER_LIMIT };
  const levelled = levelledFft2(size, rows, fill, level, room);
  // Sample i lies at i + 1/2; sample `width >> 1` was put at index 0.
  const origin = { x: left + (width >> 1) + 0.5, y: top + (height >> 1) + 0.5 };
  return { size, origin, ...levelled };
}

/** A windowed part of a plane, to be wrapped around its middle. */
interface Part {
  readonly plane: Plane;
  readonly left: number;
  readonly top: number;
  readonly middle: number;
  readonly mask: number;
  readonly across: Float64Array;
  readonly down: Float64Array;
}

function fillRow(part: Part, index: number, row: Float64Array): void {
  const { plane, left, top, middle, mask, across, down } = part;
  const y = (index + middle) & mask;
  const from = (y + top) * plane.width + left;
  const weight = down[y]!;
  const half = across.length >> 1;
  for (let x = 0; x < across.length; x++) {
    row[(x - half) & mask] = plane.data[from + x]! * across[x]! * weight;
  }
}

/** Share of a side over which the window rises; whitened pictures need little, and a window loses signal. */
const RISE = 1 / 6;

/** Tukey's window: flat, with cosine ends. */
function taper(length: number): Float64Array {
  const window = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const edge = Math.min(i + 0.5, length - i - 0.5) / (RISE * length);
    window[i] = edge >= 1 ? 1 : 0.5 - 0.5 * Math.cos(Math.PI * edge);
  }
  return window;
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
  const { size, width, values, scale } = spectrum;
  const mask = size - 1;
  const x0 = Math.floor(px);
  const y0 = Math.floor(py);
  const tx = px - x0;
  const ty = py - y0;
  const bin = (y0 & mask) * width + x0;
  const low = 2 * bin;
  const high = 2 * (((y0 + 1) & mask) * width + x0);
  const w00 = (1 - tx) * (1 - ty);
  const w01 = (1 - tx) * ty;
  const w10 = tx * (1 - ty);
  const w11 = tx * ty;
  const norm = scale[bin]!;
  out[0] =
    norm *
    (w00 * values[low]! + w01 * values[high]! + w10 * values[low + 2]! + w11 * values[high + 2]!);
  out[1] =
    side *
    norm *
    (w00 * values[low + 1]! +
      w01 * values[high + 1]! +
      w10 * values[low + 3]! +
      w11 * values[high + 3]!);
}
