/** `extractWatermark` (which payload?) and `verifyWatermark` (this payload?). */
import { assertNumber, assertOneOf } from '../core/index.js';
import type { Pixels } from '../image/index.js';
import { assertPixels } from './canonical.js';
import type { Geometry } from './geometry.js';
import { assertKey, dataSigns, PUBLIC_KEY, type WatermarkKey } from './key.js';
import { assertPayload, PAYLOAD_BITS, PAYLOAD_VERSION } from './payload.js';
import { SEARCHES, type Search } from './search.js';
import { seenViews, type SeenView, type SeenViews } from './seen.js';
import { decodeSoft, payloadStatistic, type Decoded } from './soft-decode.js';
import { logPValueBound, MAX_VIEWS } from './statistic.js';

/** Name of this mark in a C2PA soft-binding assertion. */
export const WATERMARK_ALG = 'io.github.imprint.harmonic.1';

export interface ExtractResult {
  readonly status: 'detected' | 'none';
  readonly alg: string;
  /** 16 lower-case hex characters, or null: never a guess. */
  readonly payload: string | null;
  readonly version: number | null;
  readonly keyId: string | null;
  /** Upper bound of the chance that an unmarked image gives this result (statistic.ts). */
  readonly pValue: number;
  readonly statistic: number;
  readonly geometry: Geometry | null;
  /** 1 - pValue when detected, else 0. Not the chance that this image is marked: that depends on how many are. */
  readonly confidence: number;
}

export interface ExtractOptions {
  /** Keys to try, in order, at most 1000. Default: the public key. */
  keys?: readonly WatermarkKey[];
  /** Accept only below this chance of a false positive per image, 1e-30..0.5. Default 1e-9. */
  maxFalsePositive?: number;
  /**
   * `fast`: the image as it is, mirrored, and scaled, stretched, turned or cut as long as a third of its sides is left (of a
   * turned image half) and margins add less than a fifth. Nothing in larger pictures, no slants. Default `full`.
   */
  search?: Search;
}

export interface VerifyOptions {
  payload: string;
  /** One key, or several to try as `ExtractOptions.keys`. Default: the public key. */
  key?: WatermarkKey | readonly WatermarkKey[];
  /** As in `ExtractOptions`. */
  maxFalsePositive?: number;
}

const MAX_KEYS = 1000;

/**
 * Read the mark without knowing payload, size, rotation, scale, aspect, crop or flip.
 *
 * @throws TypeError or RangeError for arguments out of range, never because of the image.
 */
export function extractWatermark(pixels: Pixels, options: ExtractOptions = {}): ExtractResult {
  assertPixels(pixels);
  const { keys = [PUBLIC_KEY], maxFalsePositive = 1e-9, search = 'full' } = options;
  assertNumber(maxFalsePositive, 'maxFalsePositive', 1e-30, 0.5);
  assertOneOf(search, 'search', SEARCHES);
  assertKeys(keys, 'keys');
  return ask(seenViews(pixels, search), keys, blind, maxFalsePositive);
}

function assertKeys(value: unknown, name: string): asserts value is readonly WatermarkKey[] {
  if (!Array.isArray(value)) throw new TypeError(`"${name}" expected array of watermark keys`);
  if (value.length < 1 || value.length > MAX_KEYS) {
    throw new RangeError(`"${name}" expected 1..${MAX_KEYS} keys, got ${value.length} keys`);
  }
  // Array.from: a hole in the array is a key that is missing.
  Array.from(value).forEach((key, i) => assertKey(key, `${name}[${i}]`));
}

/**
 * Is this payload in the image? Needs about 4 dB less than reading it blind, since only one word is
 * tested. The bound holds for a payload that was settled without a look at this image under this key (the registry's, a
 * trusted signer's). Whoever knows both finds, among 2^64, a payload that any image seems to bear: one that an unknown
 * hand wrote into a file proves nothing under the public key.
 *
 * @throws TypeError or RangeError for arguments out of range, never because of the image.
 */
export function verifyWatermark(pixels: Pixels, options: VerifyOptions): ExtractResult {
  assertPixels(pixels);
  const { payload, key = PUBLIC_KEY, maxFalsePositive = 1e-9 } = options;
  assertPayload(payload);
  if (Array.isArray(key)) assertKeys(key, 'key');
  else assertKey(key);
  assertNumber(maxFalsePositive, 'maxFalsePositive', 1e-30, 0.5);
  const keys = Array.isArray(key) ? key : [key];
  return ask(seenViews(pixels), keys, whether(payload), maxFalsePositive);
}

export interface ExpectOptions extends ExtractOptions {
  /** Payload to ask for when none is read, or null. */
  expected: string | null;
  /** Keys to ask for it under; none: it is not asked for. Default: `keys`. See `verifyWatermark` on which may be asked. */
  expectedKeys?: readonly WatermarkKey[];
}

/**
 * `extractWatermark`, and where that reads nothing `verifyWatermark` for the payload that is expected: one search
 * serves both. Each question has its own chance of a false positive, at most `maxFalsePositive`.
 *
 * @returns the answer to the question that was put last, and whether that was for the expected payload.
 */
export function extractExpected(
  pixels: Pixels,
  options: ExpectOptions,
): { result: ExtractResult; asked: boolean } {
  assertPixels(pixels);
  const { keys = [PUBLIC_KEY], maxFalsePositive = 1e-9, search = 'full' } = options;
  const { expected, expectedKeys = keys } = options;
  assertNumber(maxFalsePositive, 'maxFalsePositive', 1e-30, 0.5);
  assertOneOf(search, 'search', SEARCHES);
  assertKeys(keys, 'keys');
  if (expected !== null) assertPayload(expected);
  if (expectedKeys.length > 0) assertKeys(expectedKeys, 'expectedKeys');
  const seen = seenViews(pixels, search);
  const result = ask(seen, keys, blind, maxFalsePositive);
  if (result.payload !== null || expected === null || expectedKeys.length === 0) {
    return { result, asked: false };
  }
  return { result: ask(seen, expectedKeys, whether(expected), maxFalsePositive), asked: true };
}

/** What is asked of every view under every key. */
interface Question {
  /** Payload bits that the answer is free in: 2^bits words count in the bound. */
  readonly bits: number;
  readonly answer: (view: SeenView, signs: Int8Array) => Decoded | null;
}

const blind: Question = {
  bits: PAYLOAD_BITS,
  answer: (view, signs) => (isWorthDecoding(view) ? decodeSoft(view.soft, signs) : null),
};

function whether(payload: string): Question {
  return {
    bits: 0,
    answer: ({ soft }, signs) => ({ payload, statistic: payloadStatistic(soft, signs, payload) }),
  };
}

/**
 * Pilots below which nothing is decoded. At the threshold of a blind reading the pilots stand at about 6.7, and no
 * picture was seen to be read below 6; a view that was searched for has at least 3.5 by chance. A view that is left out is
 * counted all the same, and pilots are of the same sign under every key: the gate cannot see what the bound is about.
 */
const GATE = { searched: 4.2, untouched: 2 };

function isWorthDecoding({ pilots, untouched }: SeenView): boolean {
  return pilots >= (untouched ? GATE.untouched : GATE.searched);
}

function ask(
  seen: SeenViews,
  keys: readonly WatermarkKey[],
  { bits, answer }: Question,
  maxFalsePositive: number,
): ExtractResult {
  const tested = MAX_VIEWS * keys.length;
  const signed = keys.map((key) => ({ key, signs: dataSigns(key) }));
  let statistic = 0;
  for (const view of seen.views()) {
    for (const { key, signs } of signed) {
      const decoded = answer(view, signs);
      if (!decoded) continue;
      statistic = Math.max(statistic, decoded.statistic);
      const log = logPValueBound(decoded.statistic, bits, tested);
      if (log > Math.log(maxFalsePositive)) continue;
      const pValue = Math.exp(log);
      return {
        status: 'detected',
        alg: WATERMARK_ALG,
        payload: decoded.payload,
        version: PAYLOAD_VERSION,
        keyId: key.id,
        pValue,
        statistic: decoded.statistic,
        geometry: seen.geometryOf(view),
        confidence: 1 - pValue,
      };
    }
  }
  return {
    status: 'none',
    alg: WATERMARK_ALG,
    payload: null,
    version: null,
    keyId: null,
    pValue: Math.exp(logPValueBound(statistic, bits, tested)),
    statistic,
    geometry: null,
    confidence: 0,
  };
}
