/** Carrier values + key + shift -> soft code bits, a payload, and the test statistic. */
import { createScratch } from '../core/index.js';
import { readCarriers, type CarrierValues } from './carriers.js';
import { viewOnce, type LayerViews } from './front-end.js';
import { LAYERS, LAYOUT, PERIOD, RINGS, type LayerName } from './layout.js';
import { decodePayload, encodePayload } from './payload.js';
import type { PilotValues, Shift } from './pilots.js';
import type { Plane } from './plane.js';
import { CODE_LENGTH } from './polar.js';

export type Readings = Record<LayerName, CarrierValues>;

/** Soft value of every data carrier, by its index into the key's signs; no key is used. */
export interface SoftValues {
  readonly values: Float64Array;
  readonly bit: Int16Array;
}

const SOFT_LIMIT = 1.7;
const MOST_WEIGHT = 3;
const LEAST_WEIGHT = 0.05;

/** @param inside 1 where `luma` shows the image, one entry per sample; all of it when left out. */
export function readLayers(luma: Plane, inside?: Uint8Array): Readings {
  return readViews(viewOnce(luma), inside);
}

/** The same from views that are there already. */
export function readViews(views: LayerViews, inside?: Uint8Array): Readings {
  const { coarse, fine } = views;
  return {
    coarse: readCarriers('coarse', coarse.signal, inside && halveMask(inside, fine.signal)),
    fine: readCarriers('fine', fine.signal, inside),
  };
}

const coarseMask = createScratch(Uint8Array);

/** A coarse sample counts when the first of its four does. Valid until the next one. */
function halveMask(inside: Uint8Array, { width, height }: Plane): Uint8Array {
  const w = Math.max(1, width >> 1);
  const h = Math.max(1, height >> 1);
  const out = coarseMask(w * h);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) out[y * w + x] = inside[2 * y * width + 2 * x]!;
  }
  return out;
}

/**
 * Weight of each ring once the shift is known: how far its pilots, which are of known sign, stand up in the
 * right direction. A median filter turns some rings round, a blur empties them: power alone does not
 * tell. Never from the signs of the data.
 */
export function pilotWeights(layer: LayerName, values: CarrierValues, shift: Shift): Float64Array {
  const { u, v, pilot, ring } = LAYOUT[layer];
  const sum = new Float64Array(RINGS);
  const count = new Float64Array(RINGS);
  for (let k = 0; k < u.length; k++) {
    if (pilot[k] === 0) continue;
    const turn = (2 * Math.PI * (u[k]! * shift.x + v[k]! * shift.y)) / PERIOD;
    const real = values.re[k]! * Math.cos(turn) - values.im[k]! * Math.sin(turn);
    const r = ring[k]!;
    sum[r] = sum[r]! + (pilot[k]! * real) / Math.sqrt(values.noise[k]! / 2);
    count[r] = count[r]! + 1;
  }
  // Neighbouring rings fare alike, and each has only some thirty pilots.
  return Float64Array.from({ length: RINGS }, (_, r) => {
    const left = Math.max(0, r - 1);
    const right = Math.min(RINGS - 1, r + 1);
    const mean =
      (2 * sum[r]! + sum[left]! + sum[right]!) / (2 * count[r]! + count[left]! + count[right]!);
    return Math.min(MOST_WEIGHT, Math.max(LEAST_WEIGHT, mean));
  });
}

/** @param shift where the tile's origin lies, canonical pixels from the image's corner. */
export function softValues(readings: Readings, shift: Shift): SoftValues {
  const values = new Float64Array(LAYOUT.dataCount);
  const bit = new Int16Array(LAYOUT.dataCount);
  for (const layer of LAYERS) {
    const carriers = LAYOUT[layer];
    const reading = readings[layer];
    const weights = pilotWeights(layer, reading, shift);
    for (let k = 0; k < carriers.u.length; k++) {
      const index = carriers.signIndex[k]!;
      if (index < 0) continue;
      const turn = (2 * Math.PI * (carriers.u[k]! * shift.x + carriers.v[k]! * shift.y)) / PERIOD;
      const real =
        turn === 0
          ? reading.re[k]!
          : reading.re[k]! * Math.cos(turn) - reading.im[k]! * Math.sin(turn);
      const ring = carriers.ring[k]!;
      const z = real / Math.sqrt(reading.noise[k]! / 2);
      const limited = z > SOFT_LIMIT ? SOFT_LIMIT : z < -SOFT_LIMIT ? -SOFT_LIMIT : z;
      values[index] = limited * weights[ring]!;
      bit[index] = carriers.bit[k]!;
    }
  }
  return { values, bit };
}

export interface Decoded {
  readonly payload: string;
  readonly statistic: number;
}

/**
 * The likeliest payload, or null when no candidate passes its check bits.
 *
 * @param signs of the key (`dataSigns`).
 */
export function decodeSoft(soft: SoftValues, signs: Int8Array): Decoded | null {
  const llr = new Float64Array(CODE_LENGTH);
  for (let i = 0; i < signs.length; i++) {
    llr[soft.bit[i]!] = llr[soft.bit[i]!]! + signs[i]! * soft.values[i]!;
  }
  let best: Decoded | null = null;
  for (const payload of decodePayload(llr)) {
    const statistic = payloadStatistic(soft, signs, payload);
    if (!best || statistic > best.statistic) best = { payload, statistic };
  }
  return best;
}

/** Normalised correlation of the soft values with one payload's signs under a key (statistic.ts). */
export function payloadStatistic(soft: SoftValues, signs: Int8Array, payload: string): number {
  const code = encodePayload(payload);
  let sum = 0;
  let energy = 0;
  for (let i = 0; i < signs.length; i++) {
    const value = soft.values[i]!;
    sum += (code[soft.bit[i]!] ? -value : value) * signs[i]!;
    energy += value * value;
  }
  return energy > 0 ? sum / Math.sqrt(energy) : 0;
}

/** How far the pilots agree with a shift: their normalised correlation, about N(0, 1) by chance. */
export function pilotStatistic(readings: Readings, shift: Shift): number {
  let sum = 0;
  let energy = 0;
  for (const layer of LAYERS) {
    const { u, v, pilot } = LAYOUT[layer];
    const { re, im, noise } = readings[layer];
    for (let k = 0; k < u.length; k++) {
      if (pilot[k] === 0) continue;
      const turn = (2 * Math.PI * (u[k]! * shift.x + v[k]! * shift.y)) / PERIOD;
      const real = re[k]! * Math.cos(turn) - im[k]! * Math.sin(turn);
      const z = real / Math.sqrt(noise[k]! / 2);
      const limited = z > SOFT_LIMIT ? SOFT_LIMIT : z < -SOFT_LIMIT ? -SOFT_LIMIT : z;
      sum += limited * pilot[k]!;
      energy += limited * limited;
    }
  }
  return energy > 0 ? sum / Math.sqrt(energy) : 0;
}

/** The pilots of a reading, phases and signs taken out, each limited like the data. */
export function pilotValues(readings: Readings): PilotValues {
  const re: number[] = [];
  const im: number[] = [];
  let energy = 0;
  for (const layer of LAYERS) {
    const { pilot } = LAYOUT[layer];
    const { re: a, im: b, noise } = readings[layer];
    for (let k = 0; k < pilot.length; k++) {
      if (pilot[k] === 0) continue;
      const size = Math.hypot(a[k]!, b[k]!) / Math.sqrt(noise[k]!);
      const scale = (pilot[k]! * Math.min(1, SOFT_LIMIT / (size + 1e-12))) / Math.sqrt(noise[k]!);
      re.push(a[k]! * scale);
      im.push(b[k]! * scale);
      energy += Math.min(size, SOFT_LIMIT) ** 2;
    }
  }
  return {
    re: Float64Array.from(re),
    im: Float64Array.from(im),
    norm: Math.sqrt(energy / 2) + 1e-12,
  };
}
