/**
 * Resampling by a factor leaves a periodic variance of the second derivative (Gallagher 2005; Mahdian and Saic, IEEE TIFS
 * 2008; Popescu and Farid 2005): its magnitude, averaged over all rows, has a spectral line at the factor's own frequency.
 * A picture scaled by the same factor both ways has that line on both axes, which textures seldom have.
 */
import { steepSums } from '../../../core/index.js';
import type { Plane } from './plane.js';

export interface ResamplingLine {
  /** Cycles a pixel, 0..0.5. */
  frequency: number;
  /** Power over its surroundings, the weaker of the two axes; the tail is about exp(-2 power). */
  power: number;
}

export interface ResamplingSpectrum {
  /** Frequencies that were tested. */
  tested: number;
  strongest: ResamplingLine | null;
}

const LENGTH = 512;
/** Below, the content of the picture itself has lines. */
const LEAST_FREQUENCY = 0.04;
/** Half width of the surroundings that a line is compared with, and of the part around it that is left out. */
const AROUND = 20;
const CORE = 1;
/** Bins around a multiple of 1/8 that its line spreads over: the main lobe of a Hann window, and one. */
const BLOCK_LINE = 3.5;

/**
 * @param blockLines leave out multiples of 1/8, where a JPEG grid has its own lines.
 * @returns no line for pictures smaller than 64 pixels on a side.
 */
export function resamplingSpectrum(plane: Plane, blockLines: boolean): ResamplingSpectrum {
  const length = [LENGTH, LENGTH / 2, LENGTH / 4, LENGTH / 8].find(
    (n) => n <= Math.min(plane.width, plane.height) - 2,
  );
  if (length === undefined) return { tested: 0, strongest: null };
  const { data, width, height } = plane;
  // Edges are few and large; what interpolation does is everywhere, so the magnitudes are clipped.
  const across = whitened(periodogram(steepSums(data, width, height, 'rows'), length));
  const down = whitened(periodogram(steepSums(data, width, height, 'columns'), length));
  let tested = 0;
  let strongest: ResamplingLine | null = null;
  for (let k = Math.ceil(LEAST_FREQUENCY * length); k <= length / 2; k++) {
    const eighths = (8 * k) / length;
    if (blockLines && Math.abs(eighths - Math.round(eighths)) * (length / 8) < BLOCK_LINE) continue;
    tested++;
    // A factor that rounds to whole sizes moves the two lines apart by a bin at most.
    const power = Math.max(
      Math.min(across[k]!, down[k]!),
      Math.min(across[k]!, down[k - 1]!),
      Math.min(across[k - 1]!, down[k]!),
    );
    if (power > (strongest?.power ?? 0)) strongest = { frequency: k / length, power };
  }
  return { tested, strongest };
}

/** Power at k/length, k = 0..length/2, summed over Hann-windowed segments that overlap by half. */
function periodogram(series: Float64Array, length: number): Float64Array {
  const power = new Float64Array(length / 2 + 1);
  const cos = new Float64Array(length);
  for (let i = 0; i < length; i++) cos[i] = Math.cos((2 * Math.PI * i) / length);
  const windowed = new Float64Array(length);
  // One segment of a short side, several of a long one: all sides are compared at one resolution.
  const segments = Math.min(7, Math.max(1, Math.floor((2 * series.length) / length) - 1));
  const hop = segments === 1 ? 0 : Math.floor((series.length - length) / (segments - 1));
  for (let segment = 0; segment < segments; segment++) {
    const start = segment * hop;
    let mean = 0;
    for (let i = 0; i < length; i++) mean += series[start + i]! / length;
    for (let i = 0; i < length; i++) {
      windowed[i] = (series[start + i]! - mean) * (0.5 - 0.5 * cos[i]!);
    }
    for (let k = 0; k <= length / 2; k++) {
      let re = 0;
      let im = 0;
      for (let i = 0; i < length; i++) {
        const phase = (k * i) & (length - 1);
        re += windowed[i]! * cos[phase]!;
        im += windowed[i]! * cos[(phase + (3 * length) / 4) & (length - 1)]!;
      }
      power[k]! += (re * re + im * im) / segments;
    }
  }
  return power;
}

/** Each power over the mean of its surroundings (median over ln 2, so that lines around do not count). */
function whitened(power: Float64Array): Float64Array {
  const around = Math.min(AROUND, Math.floor(power.length / 6));
  const out = new Float64Array(power.length);
  const room = new Float64Array(2 * around + 1);
  for (let k = 0; k < power.length; k++) {
    let count = 0;
    for (let j = Math.max(1, k - around); j <= Math.min(power.length - 1, k + around); j++) {
      if (Math.abs(j - k) > CORE) room[count++] = power[j]!;
    }
    const median = room.subarray(0, count).sort()[Math.floor(count / 2)] ?? 0;
    out[k] = median > 0 ? (power[k]! * Math.LN2) / median : 0;
  }
  return out;
}
