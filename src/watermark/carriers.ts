/** From a normalised layer to one complex value per carrier, with the noise around it. */
import { createFft, fft2 } from './fft.js';
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

export function readCarriers(layer: LayerName, signal: Plane): CarrierValues {
  const { re, im } = foldedSpectrum(signal);
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
  const mask = FOLD - 1;
  for (let k = 0; k < count; k++) {
    const index = ((carriers.v[k]! * step) & mask) * FOLD + ((carriers.u[k]! * step) & mask);
    // The first sample of a plane lies half a sample inside the image's edge, where X = 0.
    const origin = layer === 'coarse' ? 1 : 0.5;
    const angle =
      carriers.phase[k]! + (2 * Math.PI * origin * (carriers.u[k]! + carriers.v[k]!)) / PERIOD;
    const c = Math.cos(angle);
    const s = Math.sin(angle);
    const ring = carriers.ring[k]!;
    out.re[k] = re[index]! * c + im[index]! * s;
    out.im[k] = im[index]! * c - re[index]! * s;
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
function foldedSpectrum(signal: Plane): { re: Float64Array; im: Float64Array } {
  const re = new Float64Array(FOLD * FOLD);
  const im = new Float64Array(FOLD * FOLD);
  const { width, height, data } = signal;
  for (let y = 0; y < height; y++) {
    const row = (y % FOLD) * FOLD;
    const source = y * width;
    for (let start = 0; start < width; start += FOLD) {
      const end = Math.min(FOLD, width - start);
      for (let x = 0; x < end; x++) re[row + x] = re[row + x]! + data[source + start + x]!;
    }
  }
  const across = coverage(width);
  const down = coverage(height);
  for (let y = 0; y < FOLD; y++) {
    for (let x = 0; x < FOLD; x++) {
      const n = across[x]! * down[y]!;
      if (n > 1) re[y * FOLD + x] = re[y * FOLD + x]! / n;
    }
  }
  fft2(fft, re, im);
  return { re, im };
}

function coverage(length: number): Uint32Array {
  return Uint32Array.from({ length: FOLD }, (_, i) =>
    i < length ? Math.floor((length - 1 - i) / FOLD) + 1 : 0,
  );
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
      bins.push((v & (FOLD - 1)) * FOLD + (u & (FOLD - 1)));
      rings.push(ring);
      counts[ring] = counts[ring]! + 1;
    }
  }
  return { bins: Uint32Array.from(bins), rings: Uint8Array.from(rings), counts };
}
