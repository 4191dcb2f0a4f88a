/** What to embed: amplitudes per carrier, masks, and how they adapt to the host. */
import type { CarrierValues } from './carriers.js';
import { layerDeviation, viewLayers } from './front-end.js';
import { readCarriers } from './carriers.js';
import { dataSigns, type WatermarkKey } from './key.js';
import { LAYOUT, RINGS, type LayerName } from './layout.js';
import { encodePayload } from './payload.js';
import { createPlane, type Plane } from './plane.js';
import type { Patterns } from './render.js';
import { createTile } from './tile.js';

/**
 * Grey levels that even a flat surface counts as, added to the local deviation, and where that stops counting: a
 * nearly even mark. What is saved in flat parts and spent on busy ones costs more after a WebP than it gains.
 */
const MASK_FLOOR = 24;
const MASK_LIMIT = 24;

export interface Host {
  readonly luma: Plane;
  /** Local standard deviation of its finer detail, grey levels. */
  readonly deviation: Plane;
  readonly values: Record<LayerName, CarrierValues>;
  readonly masks: Record<LayerName, Plane>;
}

export function studyHost(luma: Plane): Host {
  const views = viewLayers(luma);
  const deviation = layerDeviation('fine', luma);
  return {
    luma,
    deviation,
    values: {
      coarse: readCarriers('coarse', views.coarse.signal),
      fine: readCarriers('fine', views.fine.signal),
    },
    masks: {
      coarse: maskOf(layerDeviation('coarse', luma)),
      fine: maskOf(deviation),
    },
  };
}

function maskOf(deviation: Plane): Plane {
  const mask = createPlane(deviation.width, deviation.height);
  for (let i = 0; i < mask.data.length; i++) {
    const d = Math.min(MASK_LIMIT, deviation.data[i]!);
    mask.data[i] = Math.sqrt(d * d + MASK_FLOOR * MASK_FLOOR);
  }
  return mask;
}

/** Wanted sign of every carrier: pilots as laid out, data as payload and key say. */
export function carrierSigns(layer: LayerName, payload: string, key: WatermarkKey): Int8Array {
  const code = encodePayload(payload);
  const signs = dataSigns(key);
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
  /** What the amplitude of the template's lines is counted in. */
  readonly template: number;
}

function baseAmplitude(layer: LayerName, ring: number, profile: Profile): number {
  const t = (ring + 0.5) / RINGS;
  return layer === 'coarse'
    ? profile.coarseInner + (profile.coarseOuter - profile.coarseInner) * t
    : profile.fineInner + (profile.fineOuter - profile.fineInner) * t;
}

/** Change of an amplitude per deviation of the host's own value, and the bounds relative to the profile. */
const STEP = 0.2;
const LEAST = 0.4;
const MOST = 2;

/**
 * Signed amplitudes. Informed embedding (after Malvar & Florencio 2003): more for carriers that the host
 * speaks against, less for those that it carries already. Only a little, since what a codec adds later
 * outweighs the host.
 */
export function planAmplitudes(
  layer: LayerName,
  signs: Int8Array,
  profile: Profile,
  host: CarrierValues,
): Float64Array {
  const { ring } = LAYOUT[layer];
  return Float64Array.from(signs, (sign, k) => {
    const deviation = Math.sqrt(host.power[ring[k]!]! / 2) + 1e-12;
    const agreement = (host.re[k]! * sign) / deviation;
    const share = Math.min(MOST, Math.max(LEAST, 1 - STEP * agreement));
    return sign * share * baseAmplitude(layer, ring[k]!, profile);
  });
}

/** @param templateAmplitude of each line of the template, in the profile's own unit. */
export function makePatterns(
  host: Host,
  amplitudes: Record<LayerName, Float64Array>,
  profile: Profile,
  templateAmplitude: number,
): Patterns {
  const phases = Float64Array.from(LAYOUT.template, (_, i) => (i * 2.399963) % (2 * Math.PI));
  const template = { amplitude: templateAmplitude * profile.template, phases };
  return {
    coarse: { tile: createTile('coarse', amplitudes.coarse), mask: host.masks.coarse },
    fine: { tile: createTile('fine', amplitudes.fine, template), mask: host.masks.fine },
  };
}
