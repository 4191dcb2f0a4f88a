/** The change to make to the canonical luma: profiles tried, fitted to the host, the sturdiest kept. */
import { jpegDamage } from './damage.js';
import { dataSigns, type WatermarkKey } from './key.js';
import { LAYERS, type LayerName } from './layout.js';
import {
  carrierSigns,
  makePatterns,
  planAmplitudes,
  studyHost,
  type Host,
  type Profile,
} from './plan.js';
import { cutPlane, type Plane } from './plane.js';
import type { Quality } from './quality.js';
import { patternPlane } from './render.js';
import { payloadStatistic, readLayers, softValues, type Readings } from './soft-decode.js';
import type { Shift } from './pilots.js';
import { addPlanes, fitStrength } from './strength.js';
import { webpDamage } from './webp-damage.js';

const ORIGIN: Shift = { x: 0, y: 0 };

/**
 * From even power, for hosts with noise of their own, to low pitches, which are all that a WebP leaves of a quiet
 * host.
 */
const PROFILES: readonly Profile[] = [
  { coarseInner: 1, coarseOuter: 1, fineInner: 1, fineOuter: 1, template: 1 },
  { coarseInner: 3, coarseOuter: 1.5, fineInner: 1, fineOuter: 0.4, template: 1 },
  { coarseInner: 6, coarseOuter: 1.5, fineInner: 0.4, fineOuter: 0.1, template: 0.8 },
  { coarseInner: 10, coarseOuter: 1, fineInner: 0.3, fineOuter: 0.1, template: 0.8 },
];
/** What a quarter of the area must bear beyond what the whole must after a WebP: codecs follow a cut. */
const CUT_SHARE = 0.8;
/** What counts of the easier of the two: where one is out of reach, the other shall not pay for trying. */
const EASIER_SHARE = 0.05;

export interface FittedChange {
  /** Grey levels, at the strength that the floors allow on the canonical luma. */
  readonly change: Plane;
  /** Test statistic after a simulated JPEG of quality 50, before the template's share was settled. */
  readonly score: number;
}

/**
 * Amplitude of the template's lines over that of even carriers. Busy pictures hide the template before they hide
 * the data, which is many more lines; quiet ones show it at little cost.
 */
const TEMPLATE = { first: 5, least: 4, most: 8 };
/** Power of the template over the noise, after a JPEG of quality 50, that outlasts a cut to a tenth. */
const TEMPLATE_POWER = 9;

export function fitChange(
  luma: Plane,
  payload: string,
  key: WatermarkKey,
  floor: Quality,
): FittedChange {
  const host = studyHost(luma);
  const keyed = dataSigns(key);
  const signs = eachLayer((layer) => carrierSigns(layer, payload, key));
  const statistic = (reading: Readings, shift: Shift): number =>
    payloadStatistic(softValues(reading, shift), keyed, payload);

  const profile = sturdiest((candidate) => {
    const change = fitProfile(host, signs, candidate, TEMPLATE.first, floor);
    const marked = addPlanes(luma, change, 1);
    const left = marked.width >> 2;
    const top = marked.height >> 2;
    const quarter = cutPlane(marked, left, top, marked.width >> 1, marked.height >> 1);
    const cut = CUT_SHARE * statistic(readLayers(quarter), { x: -left, y: -top });
    const webp = statistic(readLayers(webpDamage(marked)), ORIGIN);
    return { change, score: Math.min(cut, webp) + EASIER_SHARE * Math.max(cut, webp) };
  });
  const reading = readLayers(jpegDamage(addPlanes(luma, profile.change, 1), 50));
  const score = statistic(reading, ORIGIN);
  const power = Math.max(0.1, reading.fine.template - 1);
  const wanted = TEMPLATE.first * Math.sqrt((TEMPLATE_POWER - 1) / power);
  const amplitude = Math.min(TEMPLATE.most, Math.max(TEMPLATE.least, wanted));
  if (Math.abs(amplitude / TEMPLATE.first - 1) < 0.05) return { change: profile.change, score };
  return { change: fitProfile(host, signs, profile.profile, amplitude, floor), score };
}

interface Tried {
  readonly change: Plane;
  readonly score: number;
}

/** Tries ever lower pitches for as long as that makes the mark sturdier. */
function sturdiest(trial: (profile: Profile) => Tried): Tried & { profile: Profile } {
  const [first, ...lower] = PROFILES.map((profile) => () => ({ ...trial(profile), profile }));
  let best = first!();
  for (const next of lower) {
    const tried = next();
    if (tried.score <= best.score) break;
    best = tried;
  }
  return best;
}

function eachLayer<T>(make: (layer: LayerName) => T): Record<LayerName, T> {
  return Object.fromEntries(LAYERS.map((layer) => [layer, make(layer)])) as Record<LayerName, T>;
}

function fitProfile(
  host: Host,
  signs: Record<LayerName, Int8Array>,
  profile: Profile,
  templateAmplitude: number,
  floor: Quality,
): Plane {
  const { width, height } = host.luma;
  const amplitudes = eachLayer((layer) =>
    planAmplitudes(layer, signs[layer], profile, host.values[layer]),
  );
  const patterns = makePatterns(host, amplitudes, profile, templateAmplitude);
  const change = patternPlane(patterns, width, height);
  return fitStrength(host.luma, host.deviation, change, floor);
}
