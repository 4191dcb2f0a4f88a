/** What to say of an image that does not hold the mark: why, and what would hold. */
import { layerDeviation } from './front-end.js';
import { PAYLOAD_BITS } from './payload.js';
import type { Plane } from './plane.js';
import { MAX_VIEWS } from './statistic.js';

/** `too-weak`: strength or floors were asked for that leave too little; the picture itself is not to blame. */
export type RefusalReason = 'too-small' | 'too-flat' | 'too-busy' | 'too-weak';

export interface Attempt {
  /** Canonical luma of the image. */
  readonly luma: Plane;
  readonly width: number;
  readonly height: number;
  /** Test statistic that the mark reached undamaged, at the floors that were asked for; 0 when there was none. */
  readonly statistic: number;
  /** Statistic that a blind reading takes. */
  readonly wanted: number;
  readonly strength: number;
  readonly minPsnr: number;
  readonly minSsim: number;
  /** SSIM that it cost; 1 when there was none. */
  readonly ssim: number;
}

const SMALL_SIDE = 256;
const USUAL = { strength: 1, minPsnr: 42, minSsim: 0.99 };
/** Mean local deviation, grey levels, from which a picture drowns a mark rather than being too quiet for it. */
const BUSY = 12;
/** Part of the allowed loss of SSIM below which it is not what stopped the mark. */
const ROOM = 0.75;

export function refusalReason(attempt: Attempt): RefusalReason {
  const { strength, minPsnr, minSsim } = attempt;
  if (strength < USUAL.strength || minPsnr > USUAL.minPsnr || minSsim > USUAL.minSsim) {
    return 'too-weak';
  }
  if (Math.min(attempt.width, attempt.height) < SMALL_SIDE) return 'too-small';
  // A quiet picture loses its structure first. Where that has room left, the PSNR alone was in the way: the mark is
  // as loud as it may be, and drowned, also by noise that the canonical size has averaged away.
  const structured = 1 - attempt.ssim < ROOM * (1 - minSsim) && attempt.ssim < 1;
  return structured || meanDeviation(attempt.luma) >= BUSY ? 'too-busy' : 'too-flat';
}

/** In words, what would hold. */
export function refusalAdvice(reason: RefusalReason, attempt: Attempt): string {
  const { width, height, statistic, wanted, strength } = attempt;
  if (reason === 'too-small') {
    return `a side of at least ${SMALL_SIDE} pixels holds the mark, this image has ${width}x${height}`;
  }
  const bits = Math.floor((statistic ** 2 / 2 + Math.log(1e-9) - Math.log(MAX_VIEWS)) / Math.LN2);
  const holds =
    bits > 0
      ? `as asked for, about ${bits} of ${PAYLOAD_BITS} payload bits would hold`
      : 'as asked for, no payload bit would hold';
  // Below a few deviations of chance the statistic does not tell how far away the mark is.
  const short = 20 * Math.log10(wanted / Math.max(1, statistic));
  const lack = statistic > 3 ? `; all would at ${Math.max(0.5, short).toFixed(1)} dB more` : '';
  return `${holds}${lack}: ${strongerMark(strength)}`;
}

/** How to get a stronger mark than one that `strength` was asked for. */
export function strongerMark(strength: number): string {
  return strength < USUAL.strength ? 'use strength 1 or more' : 'lower minPsnr or minSsim';
}

function meanDeviation(luma: Plane): number {
  const { data } = layerDeviation('fine', luma);
  let sum = 0;
  for (const value of data) sum += value;
  return sum / Math.max(1, data.length);
}
