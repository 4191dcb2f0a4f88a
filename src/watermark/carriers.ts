/** From a normalised layer to one complex value per carrier, with the noise around it. */
import { foldedFft2, type HalfSpectrum } from '../core/index.js';
import { FINE_RADIUS, LAYERS, LAYOUT, RINGS, type LayerName } from './layout.js';
import type { Plane } from './plane.js';
import { binsPerCycle, firstPhase } from './sampling.js';

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

/** Furthest bin from a carrier that its noise is told from. */
const AROUND = 5;
/** Bins per axis, on either side of 0, that carriers and their noise stand in. */
const REACH = FINE_RADIUS.max + AROUND;
/** Odd bins from -REACH to REACH, and how many of them per axis tell the noise around a carrier. */
const ODD = REACH + 1;
const WINDOW = AROUND + 1;

/** Where frequency (u, v) of the fold stands in its half spectrum; `side` -1: its conjugate. */
function binOf(u: number, v: number): { index: number; side: number } {
  const mask = FOLD - 1;
  const width = REACH + 1;
  return u < 0
    ? { index: (-v & mask) * width - u, side: -1 }
    : { index: (v & mask) * width + u, side: 1 };
}

/** Where each carrier of a layer is found. */
interface Places {
  readonly index: Int32Array;
  readonly side: Int8Array;
  /** exp(-i phase at the plane's corner). */
  readonly cos: Float64Array;
  readonly sin: Float64Array;
  readonly noise: Int32Array;
}

const PLACES = Object.fromEntries(LAYERS.map((layer) => [layer, placesOf(layer)])) as Record<
  LayerName,
  Places
>;
const TEMPLATE = LAYOUT.template.map(({ u, v }) => ({ ...binOf(u, v), noise: noisePlace(u, v) }));

function placesOf(layer: LayerName): Places {
  const { u, v, phase } = LAYOUT[layer];
  const step = binsPerCycle(layer, FOLD);
  const bins = Array.from(u, (_, k) => binOf(u[k]! * step, v[k]! * step));
  const angles = Float64Array.from(phase, (value, k) => value + firstPhase(layer, u[k]!, v[k]!));
  return {
    index: Int32Array.from(bins, ({ index }) => index),
    side: Int8Array.from(bins, ({ side }) => side),
    cos: angles.map(Math.cos),
    sin: angles.map(Math.sin),
    noise: Int32Array.from(bins, (_, k) => noisePlace(u[k]! * step, v[k]! * step)),
  };
}

/** @param inside 1 where `signal` is to be counted, one entry per sample; all of it when left out. */
export function readCarriers(layer: LayerName, signal: Plane, inside?: Uint8Array): CarrierValues {
  const { data, width, height } = signal;
  const spectrum = foldedFft2(data, width, height, FOLD, REACH + 1, inside);
  const around = noiseMap(spectrum);
  const { re, im } = spectrum;
  const { index, side, cos, sin, noise } = PLACES[layer];
  const { ring } = LAYOUT[layer];
  const count = index.length;
  const out = {
    re: new Float64Array(count),
    im: new Float64Array(count),
    noise: new Float64Array(count),
    power: new Float64Array(RINGS),
    template: layer === 'fine' ? templatePower(spectrum, around) : 1,
  };
  const members = new Float64Array(RINGS);
  for (let k = 0; k < count; k++) {
    const real = re[index[k]!]!;
    const imaginary = side[k]! * im[index[k]!]!;
    out.noise[k] = around[noise[k]!]!;
    out.re[k] = real * cos[k]! + imaginary * sin[k]!;
    out.im[k] = imaginary * cos[k]! - real * sin[k]!;
    const r = ring[k]!;
    out.power[r] = out.power[r]! + real ** 2 + imaginary ** 2;
    members[r] = members[r]! + 1;
  }
  for (let r = 0; r < RINGS; r++) out.power[r] = out.power[r]! / members[r]!;
  return out;
}

function templatePower({ re, im }: HalfSpectrum, around: Float64Array): number {
  let sum = 0;
  for (const { index, noise } of TEMPLATE) {
    sum += (re[index]! ** 2 + im[index]! ** 2) / around[noise]!;
  }
  return sum / TEMPLATE.length;
}

/** Where `noiseMap` tells the noise around bin (u, v), both even. */
function noisePlace(u: number, v: number): number {
  return ((v - AROUND + REACH) / 2) * ODD + (u - AROUND + REACH) / 2;
}

/**
 * Mean power of the 36 nearest bins with both indices odd, where no carrier of the layer and no template
 * line lies. Local, because pictures have more of some directions than of others.
 */
function noiseMap({ re, im, width }: HalfSpectrum): Float64Array {
  const mask = FOLD - 1;
  const power = new Float64Array(ODD);
  const across = new Float64Array(ODD * ODD);
  // Carriers are a half plane, v >= 0.
  const first = (REACH - AROUND) / 2;
  for (let j = first; j < ODD; j++) {
    const v = 2 * j - REACH;
    const plain = (v & mask) * width;
    const mirrored = (-v & mask) * width;
    for (let i = 0; i < ODD; i++) {
      const u = 2 * i - REACH;
      const at = u < 0 ? mirrored - u : plain + u;
      power[i] = re[at]! * re[at]! + im[at]! * im[at]!;
    }
    for (let i = 0; i + WINDOW <= ODD; i++) {
      let sum = 0;
      for (let k = i; k < i + WINDOW; k++) sum += power[k]!;
      across[j * ODD + i] = sum;
    }
  }
  const out = new Float64Array(ODD * ODD);
  for (let j = first; j + WINDOW <= ODD; j++) {
    for (let i = j * ODD; i + WINDOW <= (j + 1) * ODD; i++) {
      let sum = 0;
      for (let k = 0; k < WINDOW; k++) sum += across[i + k * ODD]!;
      out[i] = sum / WINDOW ** 2 + 1e-12;
    }
  }
  return out;
}
