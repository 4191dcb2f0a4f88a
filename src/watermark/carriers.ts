/** From a normalised layer to one complex value per carrier, with the noise around it. */
import { createFft, realFft2, type HalfSpectrum } from './fft.js';
import { LAYOUT, PERIOD, RINGS, type LayerName } from './layout.js';
import type { Plane } from './plane.js';

export interface CarrierValues {
  /** Bin value times exp(-i phase): a mark with zero shift makes `re` = gain * amplitude * sign. */
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** Mean power of the places between the lines around each carrier: its noise. */
  readonly noise: Float64Array;
  /** Mean power per ring of the carriers: noise and mark. */
  readonly power: Float64Array;
  /** Mean power of the template's lines over the noise around them; the coarse layer has none: 1. */
  readonly template: number;
}

/**
 * Samples folded per axis: both layers are folded over twice their own period, so that the places
 * between their lines show the noise. Coarse 512 canonical pixels at half resolution, fine 256.
 */
const FOLD = 256;
const fft = createFft(FOLD);

/** Where frequency (u, v) of the fold stands in its half spectrum; `side` -1: its conjugate. */
function binOf(u: number, v: number): { index: number; side: number } {
  const mask = FOLD - 1;
  return u < 0
    ? { index: -u * FOLD + (-v & mask), side: -1 }
    : { index: u * FOLD + (v & mask), side: 1 };
}

/** @param inside 1 where `signal` is to be counted, one entry per sample; all of it when left out. */
export function readCarriers(layer: LayerName, signal: Plane, inside?: Uint8Array): CarrierValues {
  const { re, im } = foldedSpectrum(signal, inside);
  const carriers = LAYOUT[layer];
  // Bins per cycle of PERIOD: the coarse fold spans two periods, the fine fold one.
  const step = layer === 'coarse' ? 2 : 1;
  const count = carriers.u.length;
  const out = {
    re: new Float64Array(count),
    im: new Float64Array(count),
    noise: new Float64Array(count),
    power: new Float64Array(RINGS),
    template: layer === 'fine' ? templatePower(re, im) : 1,
  };
  const members = new Float64Array(RINGS);
  for (let k = 0; k < count; k++) {
    const { index, side } = binOf(carriers.u[k]! * step, carriers.v[k]! * step);
    // The first sample of a plane lies half a sample inside the image's edge, where X = 0.
    const origin = layer === 'coarse' ? 1 : 0.5;
    const angle =
      carriers.phase[k]! + (2 * Math.PI * origin * (carriers.u[k]! + carriers.v[k]!)) / PERIOD;
    const c = Math.cos(angle);
    const s = Math.sin(angle);
    const ring = carriers.ring[k]!;
    const imaginary = side * im[index]!;
    out.re[k] = re[index]! * c + imaginary * s;
    out.im[k] = imaginary * c - re[index]! * s;
    out.power[ring] = out.power[ring]! + re[index]! ** 2 + im[index]! ** 2;
    members[ring] = members[ring]! + 1;
    out.noise[k] = noiseAround(re, im, carriers.u[k]! * step, carriers.v[k]! * step);
  }
  for (let ring = 0; ring < RINGS; ring++) out.power[ring] = out.power[ring]! / members[ring]!;
  return out;
}

function templatePower(re: Float64Array, im: Float64Array): number {
  let sum = 0;
  for (const { u, v } of LAYOUT.template) {
    const { index } = binOf(u, v);
    sum += (re[index]! ** 2 + im[index]! ** 2) / noiseAround(re, im, u, v);
  }
  return sum / LAYOUT.template.length;
}

/**
 * Mean power of the 36 nearest bins with both indices odd, where no carrier of the layer and no template
 * line lies. Local, because pictures have more of some directions than of others.
 */
function noiseAround(re: Float64Array, im: Float64Array, u: number, v: number): number {
  let sum = 0;
  for (let dv = -5; dv <= 5; dv += 2) {
    for (let du = -5; du <= 5; du += 2) {
      const { index } = binOf(u + du, v + dv);
      sum += re[index]! * re[index]! + im[index]! * im[index]!;
    }
  }
  return sum / 36 + 1e-12;
}

/** Average of all samples that fall on the same place of the fold, transformed. */
function foldedSpectrum(signal: Plane, inside?: Uint8Array): HalfSpectrum {
  const sums = new Float64Array(FOLD * FOLD);
  const counts = new Uint16Array(FOLD * FOLD);
  const { width, height, data } = signal;
  for (let y = 0; y < height; y++) {
    const row = (y % FOLD) * FOLD;
    for (let start = 0; start < width; start += FOLD) {
      const end = Math.min(FOLD, width - start);
      const source = y * width + start;
      for (let x = 0; x < end; x++) {
        if (inside && inside[source + x] === 0) continue;
        sums[row + x] = sums[row + x]! + data[source + x]!;
        counts[row + x] = counts[row + x]! + 1;
      }
    }
  }
  for (let i = 0; i < counts.length; i++) if (counts[i]! > 1) sums[i] = sums[i]! / counts[i]!;
  const rows = Array.from({ length: Math.min(FOLD, height) }, (_, y) => y);
  return realFft2(fft, rows, (y, row) => row.set(sums.subarray(y * FOLD, (y + 1) * FOLD)));
}
