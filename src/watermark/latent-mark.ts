/**
 * A mark in the noise that a picture is drawn from (after Tree-Ring, Wen et al. 2023, arXiv:2305.20030, and Gaussian Shading,
 * Yang et al. 2024, arXiv:2404.04956): a key has `LATENT_PATTERNS` patterns of unit normal noise, and one of them makes up most
 * of it. Whoever gets an estimate of the noise back from the picture asks whether it lies along one of them.
 */
import { createCipheriv, createHmac } from 'node:crypto';
import { assertInteger } from '../core/index.js';
import { assertKey, PUBLIC_KEY } from './key.js';
import type { WatermarkKey } from './key.js';

export const LATENT_ALG = 'io.github.imprint.latent.1';

/** Patterns of a key: so many, that pictures of one key do not look alike. */
export const LATENT_PATTERNS = 4096;

/** Share of the pattern in the noise, as an amplitude; the rest is the seed's own, so that equal patterns make no equal pictures. */
const SHARE = 0.95;
const OWN_SHARE = Math.sqrt(1 - SHARE ** 2);

/**
 * The mark of `key`, for `GenerateOptions.latentMark`: the pattern that the seed chooses is mixed into the noise. Of unit normal
 * noise it makes unit normal noise, which nothing tells from any other without the key.
 *
 * @throws TypeError or RangeError for a key that is none; `mark` also for a seed that is none.
 */
export function createLatentMark(key: WatermarkKey = PUBLIC_KEY): {
  readonly alg: string;
  mark: (noise: Float32Array, seed: number) => Float32Array;
} {
  assertKey(key);
  return {
    alg: LATENT_ALG,
    mark(noise, seed) {
      assertInteger(seed, 'seed', 0, Number.MAX_SAFE_INTEGER);
      const pattern = patternsOf(key, noise.length)(seed % LATENT_PATTERNS);
      return noise.map((value, i) => SHARE * pattern[i]! + OWN_SHARE * value);
    },
  };
}

export interface LatentMarkTest {
  /** The key whose pattern fits best. */
  readonly keyId: string;
  /** Which of its patterns, 0..4095. */
  readonly pattern: number;
  /** Correlation with it in standard deviations of chance. */
  readonly statistic: number;
  /** Upper bound on the chance that any estimate that does not depend on the keys fits one of their patterns as well, 0..1. */
  readonly pValue: number;
}

/**
 * The pattern that fits one of `estimates` best. For a fixed estimate e and a pattern n of independent unit normal values,
 * x = sum(n_i e_i) / |e| is unit normal whatever e is, and the chance that any of the patterns of any key reaches x in any of the
 * estimates is at most the sum of the chances.
 *
 * @param estimates of the noise, 1 or more of equal length; scale does not matter.
 * @param keys 1 or more.
 */
export function testLatentMark(
  estimates: readonly Float32Array[],
  keys: readonly WatermarkKey[],
): LatentMarkTest {
  const units = estimates.map(unit);
  const { length } = units[0]!;
  let best = { keyId: keys[0]!.id, pattern: 0, statistic: -Infinity };
  for (const key of keys) {
    assertKey(key);
    const patterns = allPatterns(key, length);
    for (let pattern = 0; pattern < LATENT_PATTERNS; pattern++) {
      const values = patterns.subarray(pattern * length, (pattern + 1) * length);
      for (const estimate of units) {
        const statistic = dot(values, estimate);
        if (statistic > best.statistic) best = { keyId: key.id, pattern, statistic };
      }
    }
  }
  const questions = LATENT_PATTERNS * keys.length * estimates.length;
  return { ...best, pValue: Math.min(1, questions * normalTail(best.statistic)) };
}

/** Upper bound on the chance that unit normal noise reaches `x` (for x > 0 the smaller of Chernoff's and Mills's). */
function normalTail(x: number): number {
  if (!(x > 0)) return 1;
  const bell = Math.exp((-x * x) / 2);
  return Math.min(bell / 2, bell / (x * Math.sqrt(2 * Math.PI)));
}

/**
 * Patterns of the keys asked last, for the next picture: half a second of work and 4 bytes a value (32 MiB a key of the bundled
 * model), so of few keys. With more, each is made anew for every picture.
 */
const kept = new Map<WatermarkKey, Float32Array>();
const KEPT_KEYS = 4;

/** One after the other. */
function allPatterns(key: WatermarkKey, length: number): Float32Array {
  const known = kept.get(key);
  if (known?.length === LATENT_PATTERNS * length) return known;
  const patternOf = patternsOf(key, length);
  const all = new Float32Array(LATENT_PATTERNS * length);
  for (let i = 0; i < LATENT_PATTERNS; i++) all.set(patternOf(i), i * length);
  if (kept.size < KEPT_KEYS || kept.delete(kept.keys().next().value!)) kept.set(key, all);
  return all;
}

/** Values of a pattern at a time from a stream of its own: AES-256 in counter mode, keyed by HMAC-SHA-256 of the secret. */
function patternsOf(key: WatermarkKey, length: number): (index: number) => Float32Array {
  const secret = createHmac('sha256', key.secret).update(LATENT_ALG).digest();
  const zeros = new Uint8Array(8 * Math.ceil(length / 2));
  const out = new Float32Array(length);
  return (index) => {
    const start = Buffer.alloc(16);
    start.writeUInt32BE(index);
    const stream = createCipheriv('aes-256-ctr', secret, start).update(zeros);
    for (let i = 0, at = 0; i < length; i += 2, at += 8) {
      // Box and Muller (1958).
      const radius = Math.sqrt(-2 * Math.log((stream.readUInt32LE(at) + 0.5) / 2 ** 32));
      const angle = 2 * Math.PI * (stream.readUInt32LE(at + 4) / 2 ** 32);
      out[i] = radius * Math.cos(angle);
      if (i + 1 < length) out[i + 1] = radius * Math.sin(angle);
    }
    return out;
  };
}

/** Of length 1; of an estimate of nothing all zeros, which fit nothing. */
function unit(values: Float32Array): Float32Array {
  const length = Math.sqrt(dot(values, values));
  return length > 0 ? values.map((value) => value / length) : values;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
