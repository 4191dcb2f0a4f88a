/**
 * Periods of 2 to 16 pixels that keep their phase over the whole picture: what nearest-neighbour, transposed-convolution
 * and pixel-shuffle upsamplers leave, and what a Bayer mosaic leaves. Each 64-pixel tile is folded modulo 16 both ways and
 * transformed; the amplitudes at one frequency are added with their phases over the tiles. With random phases
 * |sum a|^2 / sum |a|^2 has the tail exp(-x), whatever the picture shows, and a texture keeps its phase over tiles only
 * when its own period divides 16.
 */
import { createScratch, roughness } from '../../../core/index.js';
import type { Plane } from './plane.js';

export const FOLD = 16;
const TILE = 64;

const roughOf = createScratch(Float32Array);

export interface PhaseSpectrum {
  readonly tiles: number;
  /** Rayleigh's statistic at [vertical * 16 + horizontal], frequency k/16 cycles a pixel. */
  readonly power: Float64Array;
}

/**
 * Magnitudes of the Laplacian and of the forward differences, clipped, so that edges do not outweigh all else. The differences
 * are for pixels that were merely repeated, whose Laplacian is alike at every phase.
 *
 * @returns values that are valid until the next call; 0 on the border.
 */
export function roughPlane({ data, width, height, left, top }: Plane): Plane {
  const out = roughOf(width * height);
  roughness(data, width, height, out);
  return { data: out, width, height, left, top };
}

export function phaseSpectrum(plane: Plane): PhaseSpectrum {
  const { data, width, height } = plane;
  const columns = Math.floor((width - 2) / TILE);
  const rows = Math.floor((height - 2) / TILE);
  const power = new Float64Array(FOLD * FOLD);
  const re = new Float64Array(FOLD * FOLD);
  const im = new Float64Array(FOLD * FOLD);
  const energy = new Float64Array(FOLD * FOLD);
  let tiles = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const folded = foldTile(data, width, 1 + column * TILE, 1 + row * TILE);
      if (folded === null) continue;
      addSpectrum(folded, re, im, energy);
      tiles++;
    }
  }
  for (let i = 0; i < power.length; i++) {
    power[i] = energy[i]! > 0 ? (re[i]! ** 2 + im[i]! ** 2) / energy[i]! : 0;
  }
  return { tiles, power };
}

/** Means at the 256 phases over the tile's mean; null in a flat tile. */
function foldTile(
  data: Float32Array,
  width: number,
  left: number,
  top: number,
): Float64Array | null {
  const folded = new Float64Array(FOLD * FOLD);
  let sum = 0;
  for (let y = 0; y < TILE; y++) {
    const at = (top + y) * width + left;
    const row = (y & 15) * FOLD;
    for (let x = 0; x < TILE; x++) {
      const value = data[at + x]!;
      folded[row + (x & 15)]! += value;
      sum += value;
    }
  }
  // Under a tenth of a grey level a pixel there is nothing but compression.
  if (sum < 0.1 * TILE * TILE) return null;
  const scale = (FOLD * FOLD) / sum;
  for (let i = 0; i < folded.length; i++) folded[i]! *= scale;
  return folded;
}

const COS = Float64Array.from({ length: FOLD }, (_, i) => Math.cos((2 * Math.PI * i) / FOLD));
const SIN = Float64Array.from({ length: FOLD }, (_, i) => Math.sin((2 * Math.PI * i) / FOLD));

const MIDDLE = FOLD / 2;
// Frequency u of row y at `u * FOLD + y`; dead when `addSpectrum` returns.
const rowRe = new Float64Array(FOLD * (MIDDLE + 1));
const rowIm = new Float64Array(FOLD * (MIDDLE + 1));

/** Two-dimensional DFT of one folded tile, added to the sums; horizontal frequencies 0..8 carry all of it. */
function addSpectrum(
  folded: Float64Array,
  re: Float64Array,
  im: Float64Array,
  energy: Float64Array,
): void {
  // Cosines are alike on either side of the middle, sines opposite: both sides are added before they are multiplied.
  for (let y = 0; y < FOLD; y++) {
    const row = y * FOLD;
    for (let u = 0; u <= MIDDLE; u++) {
      let a = folded[row]! + (u & 1 ? -folded[row + MIDDLE]! : folded[row + MIDDLE]!);
      let b = 0;
      for (let x = 1; x < MIDDLE; x++) {
        const near = folded[row + x]!;
        const far = folded[row + FOLD - x]!;
        a += (near + far) * COS[(u * x) & 15]!;
        b -= (near - far) * SIN[(u * x) & 15]!;
      }
      rowRe[u * FOLD + y] = a;
      rowIm[u * FOLD + y] = b;
    }
  }
  for (let u = 0; u <= MIDDLE; u++) {
    const column = u * FOLD;
    for (let v = 0; v <= MIDDLE; v++) {
      // What the cosines and the sines of frequency v give; -v has the sines' part with the other sign.
      const sign = v & 1 ? -1 : 1;
      let evenRe = rowRe[column]! + sign * rowRe[column + MIDDLE]!;
      let evenIm = rowIm[column]! + sign * rowIm[column + MIDDLE]!;
      let oddRe = 0;
      let oddIm = 0;
      for (let y = 1; y < MIDDLE; y++) {
        const c = COS[(v * y) & 15]!;
        const s = SIN[(v * y) & 15]!;
        const near = column + y;
        const far = column + FOLD - y;
        evenRe += (rowRe[near]! + rowRe[far]!) * c;
        evenIm += (rowIm[near]! + rowIm[far]!) * c;
        oddRe += (rowIm[near]! - rowIm[far]!) * s;
        oddIm += (rowRe[near]! - rowRe[far]!) * s;
      }
      addValue(v * FOLD + u, evenRe + oddRe, evenIm - oddIm, re, im, energy);
      if (v > 0 && v < MIDDLE) {
        addValue((FOLD - v) * FOLD + u, evenRe - oddRe, evenIm + oddIm, re, im, energy);
      }
    }
  }
}

function addValue(
  at: number,
  a: number,
  b: number,
  re: Float64Array,
  im: Float64Array,
  energy: Float64Array,
): void {
  re[at]! += a;
  im[at]! += b;
  energy[at]! += a * a + b * b;
}
