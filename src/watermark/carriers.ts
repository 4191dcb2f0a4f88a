/** From a normalised layer to one complex value per carrier, with the noise around it. */
import { createFft, realFft2, type HalfSpectrum } from './fft.js';
import { LAYOUT, PERIOD, RINGS, ringOf, type LayerName } from './layout.js';
import type { Plane } from './plane.js';

export interface CarrierValues {
  /** Bin value times exp(-i phase): a mark with zero shift makes `re` = gain * amplitude * sign. */
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** Mean power per ring of places between the lines: the noise. */
  readonly noise: Float64Array;
  /** Mean power per ring of the carriers: noise and mark. */
  readonly power: Float64Array;
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
  const out: CarrierValues = {
    re: new Float64Array(count),
    im: new Float64Array(count),
    noise: new Float64Array(RINGS),
    power: new Float64Array(RINGS),
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
  }
  const { bins, rings, counts } = NOISE_BINS[layer];
  for (let i = 0; i < bins.length; i++) {
    const index = bins[i]!;
    const ring = rings[i]!;
    out.noise[ring] = out.noise[ring]! + re[index]! ** 2 + im[index]! ** 2;
  }
  for (let ring = 0; ring < RINGS; ring++) {
    out.noise[ring] = out.noise[ring]! / counts[ring]! + 1e-12;
    out.power[ring] = out.power[ring]! / members[ring]!;
  }
  return out;
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

interface NoiseBins {
  readonly bins: Uint32Array;
  readonly rings: Uint8Array;
  readonly counts: Uint32Array;
}

/** Bins with both indices odd: no carrier of the layer and no template line lies there. */
const NOISE_BINS: Record<LayerName, NoiseBins> = {
  coarse: noiseBins('coarse'),
  fine: noiseBins('fine'),
};

function noiseBins(layer: LayerName): NoiseBins {
  const step = layer === 'coarse' ? 2 : 1;
  const bins: number[] = [];
  const rings: number[] = [];
  const counts = new Uint32Array(RINGS);
  const radii = LAYOUT[layer];
  const limit = Math.max(...radii.u) * step;
  const min = layer === 'coarse' ? 6 : 26;
  const max = layer === 'coarse' ? 26 : 58;
  for (let v = 1; v <= limit; v += 2) {
    for (let u = -limit | 1; u <= limit; u += 2) {
      const radius = Math.hypot(u, v) / step;
      if (radius < min || radius >= max) continue;
      const ring = ringOf(layer, radius);
      bins.push(binOf(u, v).index);
      rings.push(ring);
      counts[ring] = counts[ring]! + 1;
    }
  }
  return { bins: Uint32Array.from(bins), rings: Uint8Array.from(rings), counts };
}
