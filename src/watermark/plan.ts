/** What to embed: amplitudes per carrier, masks, and how they adapt to the host. */
import type { CarrierValues } from './carriers.js';
import { viewLayers } from './front-end.js';
import { readCarriers } from './carriers.js';
import { keySigns, type WatermarkKey } from './key.js';
import { LAYOUT, RINGS, type LayerName } from './layout.js';
import { encodePayload } from './payload.js';
import { createPlane, type Plane } from './plane.js';
import type { Patterns } from './render.js';
import { createTile } from './tile.js';

/** Grey levels that even a flat surface hides, added to the local deviation. */
const MASK_FLOOR: Record<LayerName, number> = { coarse: 12, fine: 12 };
const MASK_LIMIT = 24;
/** Share of the power of one layer relative to the other, and of the template. */
const TEMPLATE_AMPLITUDE = 5;

export interface Host {
  readonly luma: Plane;
  readonly values: Record<LayerName, CarrierValues>;
  readonly masks: Record<LayerName, Plane>;
}

export function studyHost(luma: Plane): Host {
  const views = viewLayers(luma);
  return {
    luma,
    values: {
      coarse: readCarriers('coarse', views.coarse.signal),
      fine: readCarriers('fine', views.fine.signal),
    },
    masks: {
      coarse: maskOf('coarse', views.coarse.deviation),
      fine: maskOf('fine', views.fine.deviation),
    },
  };
}

function maskOf(layer: LayerName, deviation: Plane): Plane {
  const mask = createPlane(deviation.width, deviation.height);
  const floor = MASK_FLOOR[layer];
  for (let i = 0; i < mask.data.length; i++) {
    const d = Math.min(MASK_LIMIT, deviation.data[i]!);
    mask.data[i] = Math.sqrt(d * d + floor * floor);
  }
  return mask;
}

/** Wanted sign of every carrier: pilots as laid out, data as payload and key say. */
export function carrierSigns(layer: LayerName, payload: string, key: WatermarkKey): Int8Array {
  const code = encodePayload(payload);
  const signs = keySigns(key, LAYOUT.dataCount);
  const carriers = LAYOUT[layer];
  return Int8Array.from({ length: carriers.u.length }, (_, k) => {
    const index = carriers.signIndex[k]!;
    if (index < 0) return carriers.pilot[k]!;
    return code[carriers.bit[k]!] ? -signs[index]! : signs[index]!;
  });
}

/** Relative amplitudes before the host is looked at; between inner and outer edge they run linearly. */
export interface Profile {
  readonly coarseInner: number;
  readonly coarseOuter: number;
  readonly fineInner: number;
  readonly fineOuter: number;
}

function baseAmplitude(layer: LayerName, ring: number, profile: Profile): number {
  const t = (ring + 0.5) / RINGS;
  return layer === 'coarse'
    ? profile.coarseInner + (profile.coarseOuter - profile.coarseInner) * t
    : profile.fineInner + (profile.fineOuter - profile.fineInner) * t;
}

/** Signed amplitudes before anything is known about the answer. */
export function planAmplitudes(layer: LayerName, signs: Int8Array, profile: Profile): Float64Array {
  const carriers = LAYOUT[layer];
  return Float64Array.from(
    signs,
    (sign, k) => sign * baseAmplitude(layer, carriers.ring[k]!, profile),
  );
}

/** How far one round moves an amplitude, and the bounds relative to the plan. */
const STEP = 0.15;
const LEAST = 0.2;
const MOST = 3;

/** More for carriers that read weaker than their ring, less for those that read stronger. */
export function adjustAmplitudes(
  layer: LayerName,
  signs: Int8Array,
  profile: Profile,
  amplitudes: Float64Array,
  reading: CarrierValues,
): Float64Array {
  const carriers = LAYOUT[layer];
  const sum = new Float64Array(RINGS);
  const squares = new Float64Array(RINGS);
  const count = new Float64Array(RINGS);
  for (let k = 0; k < signs.length; k++) {
    const ring = carriers.ring[k]!;
    const value = reading.re[k]! * signs[k]!;
    sum[ring] = sum[ring]! + value;
    squares[ring] = squares[ring]! + value * value;
    count[ring] = count[ring]! + 1;
  }
  return Float64Array.from(amplitudes, (amplitude, k) => {
    const ring = carriers.ring[k]!;
    const mean = sum[ring]! / count[ring]!;
    const spread = Math.sqrt(Math.max(1e-12, squares[ring]! / count[ring]! - mean * mean));
    const excess = (reading.re[k]! * signs[k]! - mean) / spread;
    const base = baseAmplitude(layer, ring, profile);
    const wanted = amplitude * signs[k]! - STEP * base * excess;
    return signs[k]! * Math.min(MOST * base, Math.max(LEAST * base, wanted));
  });
}

export function makePatterns(
  host: Host,
  amplitudes: Record<LayerName, Float64Array>,
  profile: Profile,
): Patterns {
  const phases = Float64Array.from(LAYOUT.template, (_, i) => (i * 2.399963) % (2 * Math.PI));
  const template = {
    amplitude: TEMPLATE_AMPLITUDE * profile.fineInner,
    phases,
  };
  return {
    coarse: { tile: createTile('coarse', amplitudes.coarse), mask: host.masks.coarse },
    fine: { tile: createTile('fine', amplitudes.fine, template), mask: host.masks.fine },
  };
}
