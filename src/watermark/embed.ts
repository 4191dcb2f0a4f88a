/** `embedWatermark`: plan on the canonical size, render at full size, check the rounded result. */
import { assertNumber } from '../core/index.js';
import type { Pixels } from '../image/index.js';
import { canonicalLuma } from './canonical.js';
import { jpegDamage } from './damage.js';
import { assertKey, PUBLIC_KEY, type WatermarkKey } from './key.js';
import { LAYERS, type LayerName } from './layout.js';
import { assertPayload, PAYLOAD_BITS } from './payload.js';
import { carrierSigns, makePatterns, adjustAmplitudes, planAmplitudes, studyHost } from './plan.js';
import type { Host, Profile } from './plan.js';
import { createPlane, type Plane } from './plane.js';
import { measureQuality, planeSsim, type Quality } from './quality.js';
import { applyChange, patternPlane } from './render.js';
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
  { coarseInner: 1, coarseOuter: 1, fineInner: 1, fineOuter: 1 },
  { coarseInner: 3, coarseOuter: 1.5, fineInner: 1, fineOuter: 0.4 },
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

  const host = studyHost(canonicalLuma(pixels));
  const signs = eachLayer((layer) => carrierSigns(layer, payload, key));
  let best: { change: Plane; score: number } | null = null;
  for (const profile of PROFILES) {
    const change = fitProfile(host, signs, profile, { psnr: minPsnr, ssim: minSsim });
    const trial = jpegDamage(addPlanes(host.luma, change, strength), 50);
    const score = payloadStatistic(softValues(readLayers(trial), { x: 0, y: 0 }), key, payload);
    if (!best || score > best.score) best = { change, score };
  }
  return finish(pixels, best!.change, Math.min(strength, 1), payload, key, {
    psnr: minPsnr,
    ssim: minSsim,
  });
}

function finish(
  pixels: Pixels,
  change: Plane,
  strength: number,
  payload: string,
  key: WatermarkKey,
  floor: Quality,
): EmbedResult {
  let factor = strength;
  let marked = applyChange(pixels, change, factor);
  let quality = measureQuality(pixels, marked);
  for (let i = 0; i < 6 && (quality.psnr < floor.psnr || quality.ssim < floor.ssim); i++) {
    const bySsim = (1 - floor.ssim) / Math.max(1e-9, 1 - quality.ssim);
    const byPsnr = 10 ** ((quality.psnr - floor.psnr) / 10);
    factor *= Math.sqrt(Math.min(1, bySsim, byPsnr)) * 0.985;
    marked = applyChange(pixels, change, factor);
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

/** Rounds of reading and repair in `fitProfile`. */
const ROUNDS = 1;

/**
 * Informed embedding (after Malvar & Florencio 2003): mark, read, give more to the carriers that the
 * host speaks against and less to those that it carries already.
 */
function fitProfile(
  host: Host,
  signs: Record<LayerName, Int8Array>,
  profile: Profile,
  floor: Quality,
): Plane {
  const { width, height } = host.luma;
  let amplitudes = eachLayer((layer) => planAmplitudes(layer, signs[layer], profile));
  for (let round = 0; ; round++) {
    const change = patternPlane(makePatterns(host, amplitudes, profile), width, height);
    if (round === ROUNDS) return fitStrength(host.luma, change, floor);
    const factor = Math.sqrt(allowedPower(floor.psnr) / meanSquare(change));
    const reading = readLayers(addPlanes(host.luma, change, factor));
    amplitudes = eachLayer((layer) =>
      adjustAmplitudes(layer, signs[layer], profile, amplitudes[layer], reading[layer]),
    );
  }
}

/** `change` as strong as both floors allow on the canonical luma. */
function fitStrength(luma: Plane, change: Plane, floor: Quality): Plane {
  let factor = Math.sqrt(allowedPower(floor.psnr) / meanSquare(change));
  const similarity = planeSsim(luma, addPlanes(luma, change, factor));
  if (similarity < floor.ssim) factor *= Math.sqrt((1 - floor.ssim) / (1 - similarity));
  const out = createPlane(change.width, change.height);
  for (let i = 0; i < out.data.length; i++) out.data[i] = factor * change.data[i]!;
  return out;
}

/** Mean squared change at a PSNR, less a twelfth for rounding. */
function allowedPower(psnr: number): number {
  return Math.max(0.05, 255 ** 2 / 10 ** (psnr / 10) - 1 / 12);
}

function meanSquare(plane: Plane): number {
  let sum = 0;
  for (const value of plane.data) sum += value * value;
  return Math.max(1e-12, sum / plane.data.length);
}

function addPlanes(luma: Plane, change: Plane, factor: number): Plane {
  const out = createPlane(luma.width, luma.height);
  for (let i = 0; i < out.data.length; i++) {
    out.data[i] = Math.min(255, Math.max(0, luma.data[i]! + factor * change.data[i]!));
  }
  return out;
}
