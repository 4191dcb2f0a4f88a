/** `embedWatermark`: plan on the canonical size, render at full size, check the rounded result. */
import { assertNumber } from '../core/index.js';
import type { Pixels } from '../image/index.js';
import { assertPixels, canonicalLuma } from './canonical.js';
import { jpegDamage } from './damage.js';
import { fitChange } from './fit.js';
import { applyWithinFloor } from './floor.js';
import { assertKey, dataSigns, PUBLIC_KEY, type WatermarkKey } from './key.js';
import { assertPayload, PAYLOAD_BITS } from './payload.js';
import { cutPlane, type Plane } from './plane.js';
import { refusalAdvice, refusalReason, strongerMark, type RefusalReason } from './refusal.js';
import { decodeSoft, payloadStatistic, readLayers, softValues } from './soft-decode.js';
import { MAX_VIEWS, requiredStatistic } from './statistic.js';

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
  readonly reason?: RefusalReason;
  /** dB; Infinity when nothing changed. */
  readonly psnr: number;
  readonly ssim: number;
  /**
   * Test statistic of the middle half after a simulated JPEG 50, over what the bound asks of a blind reading at
   * 1e-9. Decoding needs about 1.1.
   */
  readonly margin: number;
  /** In words, what would hold, when this did not or only just. */
  readonly advice?: string;
}

const NEEDED = requiredStatistic(PAYLOAD_BITS, MAX_VIEWS, 1e-9);
/** Over NEEDED: where list decoding finds the payload nine times in ten (simulated with Gaussian noise). */
const DECODABLE = 1.1;
const MIN_SIDE = 64;
/** Margin after a JPEG of quality 50 at which `strength: 1` stops although quality would allow more. */
const ENOUGH = 3;
const ORIGIN = { x: 0, y: 0 };

/**
 * Hide `payload` in the luma of `pixels`. Same input, same output; the size never changes.
 *
 * @throws TypeError or RangeError for arguments out of range; an image that cannot hold the mark is a
 *   result with `embedded: false`, not an error.
 */
export function embedWatermark(pixels: Pixels, options: EmbedOptions): EmbedResult {
  assertPixels(pixels);
  const { payload, key = PUBLIC_KEY, strength = 1, minPsnr = 42, minSsim = 0.99 } = options;
  assertPayload(payload);
  assertKey(key);
  assertNumber(strength, 'strength', 0.1, 4);
  assertNumber(minPsnr, 'minPsnr', 20, 80);
  assertNumber(minSsim, 'minSsim', 0, 0.9999);
  const side = Math.min(pixels.width, pixels.height);
  const luma = canonicalLuma(pixels);
  const refused = (statistic: number, margin: number, ssim = 1): EmbedResult => {
    const { width, height } = pixels;
    const wanted = DECODABLE * NEEDED;
    const attempt = { luma, width, height, statistic, wanted, strength, minPsnr, minSsim, ssim };
    const reason = side < MIN_SIDE ? 'too-small' : refusalReason(attempt);
    const advice = refusalAdvice(reason, attempt);
    return { pixels, embedded: false, reason, psnr: Infinity, ssim: 1, margin, advice };
  };
  if (side < MIN_SIDE) return refused(0, 0);

  const floor = { psnr: minPsnr, ssim: minSsim };
  const { change, score } = fitChange(luma, payload, key, floor);
  const wanted = strength * factorFor(score / NEEDED);
  const applied = applyWithinFloor(pixels, change, wanted, floor);
  if (!applied) return refused(0, 0);
  const { marked, quality } = applied;

  const after = canonicalLuma(marked);
  const soft = softValues(readLayers(after), ORIGIN);
  const signs = dataSigns(key);
  const clean = payloadStatistic(soft, signs, payload);
  const margin = hardestStatistic(after, payload, signs) / NEEDED;
  const readable = clean >= NEEDED && decodeSoft(soft, signs)?.payload === payload;
  if (!readable) return refused(clean, margin, quality.ssim);
  const result: EmbedResult = { pixels: marked, embedded: true, ...quality, margin };
  if (margin >= DECODABLE) return result;
  const advice =
    'the mark reads as embedded, but a JPEG of quality 50 or a crop may remove it; ' +
    (side < 256 ? 'use a larger image' : `${strongerMark(strength)} for a stronger mark`);
  return { ...result, advice };
}

/** What is left for a reader of the middle half (by area) of the canonical luma after a JPEG of quality 50. */
function hardestStatistic(luma: Plane, payload: string, signs: Int8Array): number {
  const damaged = jpegDamage(luma, 50);
  const width = Math.round(luma.width * Math.SQRT1_2);
  const height = Math.round(luma.height * Math.SQRT1_2);
  const left = (luma.width - width) >> 1;
  const top = (luma.height - height) >> 1;
  const part = cutPlane(damaged, left, top, width, height);
  return payloadStatistic(softValues(readLayers(part), { x: -left, y: -top }), signs, payload);
}

/**
 * What to multiply the fitted change by, which is as strong as the canonical luma may bear: a little more where the
 * image itself bears it, less when the margin is beyond `ENOUGH`.
 */
function factorFor(margin: number): number {
  return Math.min(1.1, Math.max(0.7, ENOUGH / Math.max(0.1, margin)));
}
