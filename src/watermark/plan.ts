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
const MASK_FLOOR: Record<LayerName, number> = { coarse: 3, fine: 3 };
const MASK_LIMIT = 24;
/** Share of the power of one layer relative to the other, and of the template. */
const TEMPLATE_AMPLITUDE = 4;

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

/** Relative amplitude per ring, before the host is looked at. */
export interface Profile {
  /** Amplitude of the coarse layer; the fine layer has 1. */
  readonly coarse: number;
  /** Amplitude at the outer edge of the fine layer relative to its inner edge. */
  readonly outer: number;
}

function baseAmplitude(layer: LayerName, ring: number, profile: Profile): number {
  const t = (ring + 0.5) / RINGS;
  return layer === 'coarse' ? profile.coarse : 1 + (profile.outer - 1) * t;
}

/** How strongly each carrier is meant to stand out, given what the host already says there. */
export function planAmplitudes(
  layer: LayerName,
  signs: Int8Array,
  profile: Profile,
  host: CarrierValues,
  gain: Float64Array | null,
): Float64Array {
  const carriers = LAYOUT[layer];
  return Float64Array.from({ length: signs.length }, (_, k) => {
    const ring = carriers.ring[k]!;
    const base = baseAmplitude(layer, ring, profile);
    if (!gain) return signs[k]! * base;
    // Informed embedding (Malvar & Florencio 2003): what the host lacks is added, what it has is saved.
    const host_ = (host.re[k]! * signs[k]!) / Math.max(1e-9, gain[ring]! * base);
    return signs[k]! * base * Math.min(2.2, Math.max(0.4, 1 - 0.7 * host_));
  });
}

/** Mean answer of the front end per unit of base amplitude, by ring. */
export function measureGain(
  layer: LayerName,
  signs: Int8Array,
  profile: Profile,
  host: CarrierValues,
  marked: CarrierValues,
): Float64Array {
  const sum = new Float64Array(RINGS);
  const count = new Float64Array(RINGS);
  const carriers = LAYOUT[layer];
  for (let k = 0; k < signs.length; k++) {
    const ring = carriers.ring[k]!;
    sum[ring] =
      sum[ring]! +
      ((marked.re[k]! - host.re[k]!) * signs[k]!) / baseAmplitude(layer, ring, profile);
    count[ring] = count[ring]! + 1;
  }
  return sum.map((value, ring) => Math.max(1e-9, value / count[ring]!));
}

export function makePatterns(
  host: Host,
  amplitudes: Record<LayerName, Float64Array>,
  profile: Profile,
): Patterns {
  const phases = Float64Array.from(LAYOUT.template, (_, i) => (i * 2.399963) % (2 * Math.PI));
  const template = { amplitude: TEMPLATE_AMPLITUDE * profile.coarse, phases };
  return {
    coarse: { tile: createTile('coarse', amplitudes.coarse, template), mask: host.masks.coarse },
    fine: { tile: createTile('fine', amplitudes.fine), mask: host.masks.fine },
  };
}
