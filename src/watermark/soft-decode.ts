/** Carrier values + key + shift -> soft code bits, a payload, and the test statistic. */
import { readCarriers, type CarrierValues } from './carriers.js';
import { viewLayers } from './front-end.js';
import { keySigns, type WatermarkKey } from './key.js';
import { LAYERS, LAYOUT, PERIOD, RINGS, type LayerName } from './layout.js';
import { decodePayload, encodePayload } from './payload.js';
import type { Plane } from './plane.js';
import { CODE_LENGTH } from './polar.js';

export type Readings = Record<LayerName, CarrierValues>;

export interface Shift {
  readonly x: number;
  readonly y: number;
}

/** Soft value of every data carrier, by its index into the key's signs; no key is used. */
export interface SoftValues {
  readonly values: Float64Array;
  readonly bit: Int16Array;
}

const SOFT_LIMIT = 1.7;

/** @param inside 1 where `luma` shows the image, one entry per sample; all of it when left out. */
export function readLayers(luma: Plane, inside?: Uint8Array): Readings {
  const views = viewLayers(luma);
  return {
    coarse: readCarriers('coarse', views.coarse.signal, inside && halveMask(inside, luma)),
    fine: readCarriers('fine', views.fine.signal, inside),
  };
}

/** A coarse sample counts when the first of its four does. */
function halveMask(inside: Uint8Array, { width, height }: Plane): Uint8Array {
  const w = Math.max(1, width >> 1);
  const h = Math.max(1, height >> 1);
  const out = new Uint8Array(w * h);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) out[y * w + x] = inside[2 * y * width + 2 * x]!;
  }
  return out;
}

/**
 * Weight of each ring from powers alone (never from the signs of the data): amplitude of the mark over
 * power of the noise.
 */
export function ringWeights(values: CarrierValues): Float64Array {
  return Float64Array.from({ length: RINGS }, (_, ring) => {
    const noise = values.noise[ring]!;
    const mark = Math.max(values.power[ring]! - noise, 0.05 * noise);
    return Math.min(Math.sqrt(mark / noise), 3);
  });
}

/** @param shift where the tile's origin lies, canonical pixels from the image's corner. */
export function softValues(readings: Readings, shift: Shift): SoftValues {
  const values = new Float64Array(LAYOUT.dataCount);
  const bit = new Int16Array(LAYOUT.dataCount);
  for (const layer of LAYERS) {
    const carriers = LAYOUT[layer];
    const reading = readings[layer];
    const weights = ringWeights(reading);
    for (let k = 0; k < carriers.u.length; k++) {
      const index = carriers.signIndex[k]!;
      if (index < 0) continue;
      const turn = (2 * Math.PI * (carriers.u[k]! * shift.x + carriers.v[k]! * shift.y)) / PERIOD;
      const real =
        turn === 0
          ? reading.re[k]!
          : reading.re[k]! * Math.cos(turn) - reading.im[k]! * Math.sin(turn);
      const ring = carriers.ring[k]!;
      const z = real / Math.sqrt(reading.noise[ring]! / 2);
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

/** The likeliest payload under `key`, or null when no candidate passes its check bits. */
export function decodeSoft(soft: SoftValues, key: WatermarkKey): Decoded | null {
  const signs = keySigns(key, LAYOUT.dataCount);
  const llr = new Float64Array(CODE_LENGTH);
  for (let i = 0; i < signs.length; i++) {
    llr[soft.bit[i]!] = llr[soft.bit[i]!]! + signs[i]! * soft.values[i]!;
  }
  let best: Decoded | null = null;
  for (const payload of decodePayload(llr)) {
    const statistic = correlation(soft, signs, payload);
    if (!best || statistic > best.statistic) best = { payload, statistic };
  }
  return best;
}

/** Normalised correlation of the soft values with one payload's signs (statistic.ts). */
export function payloadStatistic(soft: SoftValues, key: WatermarkKey, payload: string): number {
  return correlation(soft, keySigns(key, LAYOUT.dataCount), payload);
}

function correlation(soft: SoftValues, signs: Int8Array, payload: string): number {
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
    const carriers = LAYOUT[layer];
    const reading = readings[layer];
    const weights = ringWeights(reading);
    for (let k = 0; k < carriers.u.length; k++) {
      if (carriers.pilot[k] === 0) continue;
      const turn = (2 * Math.PI * (carriers.u[k]! * shift.x + carriers.v[k]! * shift.y)) / PERIOD;
      const real = reading.re[k]! * Math.cos(turn) - reading.im[k]! * Math.sin(turn);
      const ring = carriers.ring[k]!;
      const z = (real / Math.sqrt(reading.noise[ring]! / 2)) * weights[ring]!;
      sum += z * carriers.pilot[k]!;
      energy += z * z;
    }
  }
  return energy > 0 ? sum / Math.sqrt(energy) : 0;
}
