/** `embedWatermark`: plan on the canonical size, render at full size, check the rounded result. */
import { assertNumber } from '../core/index.js';
import type { Pixels } from '../image/index.js';
import { canonicalLuma, canonicalSize, workingPart } from './canonical.js';
import { jpegDamage } from './damage.js';
import { assertKey, PUBLIC_KEY, type WatermarkKey } from './key.js';
import { LAYERS, type LayerName } from './layout.js';
import { assertPayload, PAYLOAD_BITS } from './payload.js';
import { carrierSigns, makePatterns, measureGain, planAmplitudes, studyHost } from './plan.js';
import type { Host, Profile } from './plan.js';
import { createPlane, type Plane } from './plane.js';
import { measureQuality } from './quality.js';
import { applyPatterns, renderRows, type Patterns } from './render.js';
import { decodeSoft, payloadStatistic, readLayers, softValues } from './soft-decode.js';
import { requiredStatistic } from './statistic.js';

export interface EmbedOptions {
  /** 16 lower-case hex characters (64 bits). */
  payload: string;
  /** Default: `PUBLIC_KEY`, which everyone can read. */
  key?: WatermarkKey;
  /** Wanted amplitude, 0.1..4 times the usual; the two floors below hold in any case. Default 1. */
  strength?: number;
  /** Lowest PSNR in dB that the result may have. Default 42. */
  minPsnr?: number;
  /** Lowest SSIM (7x7 window, luma) that the result may have. Default 0.99. */
  minSsim?: number;
}

export interface EmbedResult {
  /** The marked image, or the unchanged input when `embedded` is false. */
  readonly pixels: Pixels;
  readonly embedded: boolean;
  readonly reason?: 'too-small' | 'too-flat';
  /** dB; Infinity when nothing changed. */
  readonly psnr: number;
  readonly ssim: number;
  /** Test statistic after a simulated JPEG 50, over what a blind reading at 1e-9 needs. */
  readonly margin: number;
  /** In words, what would hold, when this did not or only just. */
  readonly advice?: string;
}

/** Hypotheses that a full blind reading may test (extract.ts stays below). */
export const MAX_HYPOTHESES = 1e4;
const MIN_SIDE = 64;
const SELF_FALSE_POSITIVE = 1e-9;
const PROFILES: readonly Profile[] = [
  { coarse: 1, outer: 0.8 },
  { coarse: 2, outer: 0.5 },
];

/**
 * Hide `payload` in the luma of `pixels`. Same input, same output; the size never changes.
 *
 * @throws TypeError or RangeError for arguments out of range; an image that cannot hold the mark is a
 *   result with `embedded: false`, not an error.
 */
export function embedWatermark(pixels: Pixels, options: EmbedOptions): EmbedResult {
  const { payload, key = PUBLIC_KEY, strength = 1, minPsnr = 42, minSsim = 0.99 } = options;
  assertPayload(payload);
  assertKey(key);
  assertNumber(strength, 'strength', 0.1, 4);
  assertNumber(minPsnr, 'minPsnr', 20, 80);
  assertNumber(minSsim, 'minSsim', 0, 0.9999);
  const side = Math.min(pixels.width, pixels.height);
  if (side < MIN_SIDE) return refusal(pixels, 'too-small', 0);

  const host = studyHost(fullLuma(pixels));
  const signs = eachLayer((layer) => carrierSigns(layer, payload, key));
  let best: { patterns: Patterns; strength: number; score: number } | null = null;
  for (const profile of PROFILES) {
    const { patterns, strength: limit } = fitProfile(pixels, host, signs, profile, minPsnr);
    const allowed = limit * Math.min(1, strength);
    const trial = jpegDamage(addToPlane(host.luma, patterns, allowed), 60);
    const score = payloadStatistic(softValues(readLayers(trial), { x: 0, y: 0 }), key, payload);
    if (!best || score > best.score) best = { patterns, strength: allowed, score };
  }
  return finish(pixels, best!, payload, key, minPsnr, minSsim);
}

function finish(
  pixels: Pixels,
  plan: { patterns: Patterns; strength: number },
  payload: string,
  key: WatermarkKey,
  minPsnr: number,
  minSsim: number,
): EmbedResult {
  const { scale } = canonicalSize(pixels.width, pixels.height);
  let { strength } = plan;
  let marked = applyPatterns(pixels, plan.patterns, scale, strength);
  let quality = measureQuality(pixels, marked);
  for (let i = 0; i < 6 && (quality.psnr < minPsnr || quality.ssim < minSsim); i++) {
    const bySsim = (1 - minSsim) / Math.max(1e-9, 1 - quality.ssim);
    const byPsnr = 10 ** ((quality.psnr - minPsnr) / 10);
    strength *= Math.sqrt(Math.min(1, bySsim, byPsnr)) * 0.985;
    marked = applyPatterns(pixels, plan.patterns, scale, strength);
    quality = measureQuality(pixels, marked);
  }
  const needed = requiredStatistic(PAYLOAD_BITS, MAX_HYPOTHESES, SELF_FALSE_POSITIVE);
  const luma = canonicalLuma(marked);
  const clean = decodeSoft(softValues(readLayers(luma), { x: 0, y: 0 }), key);
  const soft = softValues(readLayers(jpegDamage(luma, 50)), { x: 0, y: 0 });
  const margin = payloadStatistic(soft, key, payload) / needed;
  const small = Math.min(pixels.width, pixels.height) < 256;
  if (clean?.payload !== payload || clean.statistic < needed) {
    return refusal(pixels, small ? 'too-small' : 'too-flat', margin);
  }
  const result: EmbedResult = { pixels: marked, embedded: true, ...quality, margin };
  if (margin >= 1) return result;
  const advice =
    'the mark reads as embedded but a JPEG of quality 50 may remove it; ' +
    (small ? 'use a larger image' : 'lower minPsnr or minSsim for a stronger mark');
  return { ...result, advice };
}

function refusal(pixels: Pixels, reason: 'too-small' | 'too-flat', margin: number): EmbedResult {
  const advice =
    reason === 'too-small'
      ? `a side of at least 256 pixels holds the mark, this image has ${pixels.width}x${pixels.height}`
      : 'the image has too little texture at this quality floor; lower minPsnr or minSsim';
  return { pixels, embedded: false, reason, psnr: Infinity, ssim: 1, margin, advice };
}

function eachLayer<T>(make: (layer: LayerName) => T): Record<LayerName, T> {
  return Object.fromEntries(LAYERS.map((layer) => [layer, make(layer)])) as Record<LayerName, T>;
}

/** Two passes: plain amplitudes to learn how the front end answers, then amplitudes fitted to the host. */
function fitProfile(
  pixels: Pixels,
  host: Host,
  signs: Record<LayerName, Int8Array>,
  profile: Profile,
  minPsnr: number,
): { patterns: Patterns; strength: number } {
  const plain = eachLayer((layer) =>
    planAmplitudes(layer, signs[layer], profile, host.values[layer], null),
  );
  const first = makePatterns(host, plain, profile);
  const strength = strengthFor(pixels, first, minPsnr);
  const marked = readLayers(addToPlane(host.luma, first, strength));
  const fitted = eachLayer((layer) => {
    const gain = measureGain(layer, signs[layer], profile, host.values[layer], marked[layer]);
    return planAmplitudes(layer, signs[layer], profile, host.values[layer], gain);
  });
  const patterns = makePatterns(host, fitted, profile);
  return { patterns, strength: strengthFor(pixels, patterns, minPsnr) };
}

/** The factor that brings the pattern to `minPsnr` on this image, from a sample of its rows. */
function strengthFor(pixels: Pixels, patterns: Patterns, minPsnr: number): number {
  const { width, height } = pixels;
  const { scale } = canonicalSize(width, height);
  const every = Math.max(1, Math.floor(height / 256));
  let sum = 0;
  let count = 0;
  renderRows(patterns, width, height, scale, every, (_, row) => {
    for (const value of row) sum += value * value;
    count += row.length;
  });
  // Rounding with carry adds about a sixth of a squared grey level.
  const allowed = Math.max(0.05, 255 ** 2 / 10 ** (minPsnr / 10) - 0.17);
  return Math.sqrt(allowed / Math.max(1e-12, sum / count));
}

function addToPlane(luma: Plane, patterns: Patterns, strength: number): Plane {
  const { width, height } = luma;
  const out = createPlane(width, height);
  renderRows(patterns, width, height, 1, 1, (y, row) => {
    for (let x = 0, i = y * width; x < width; x++, i++) {
      out.data[i] = Math.min(255, Math.max(0, luma.data[i]! + strength * row[x]!));
    }
  });
  return out;
}

function fullLuma(pixels: Pixels): Plane {
  return canonicalLuma(workingPart(pixels));
}
