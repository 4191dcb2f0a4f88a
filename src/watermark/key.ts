/**
 * A key decides the sign of every data carrier (the scrambler). It is never derived from the image:
 * that independence is what the false-positive bound rests on (statistic.ts).
 */
import { createHmac } from 'node:crypto';
import { assertString } from '../core/index.js';
import { LAYOUT } from './layout.js';

export interface WatermarkKey {
  /** Shown in results; not secret. 1..64 characters of `A-Z a-z 0-9 . _ -`. */
  readonly id: string;
  /** 16..1024 bytes. Whoever has them can read, forge and aim at removing marks of this key. */
  readonly secret: Uint8Array;
}

const PUBLIC_SECRET = 'imprint public watermark key: anybody can read and write marks with it';

/** The default key. Its secret is public on purpose: everyone can read marks made with it. */
export const PUBLIC_KEY: WatermarkKey = Object.freeze({
  id: 'public',
  secret: new TextEncoder().encode(PUBLIC_SECRET),
});

/** @throws TypeError or RangeError when `id` or `secret` is not as `WatermarkKey` says. */
export function createWatermarkKey(id: string, secret: Uint8Array): WatermarkKey {
  const key = { id, secret };
  assertKey(key);
  return { id, secret: Uint8Array.from(secret) };
}

export function assertKey(value: unknown, name = 'key'): asserts value is WatermarkKey {
  if (typeof value !== 'object' || value === null) {
    // Never the value: a secret given in the wrong place must not end in a log.
    throw new TypeError(
      `"${name}" expected watermark key, got ${value === null ? 'null' : typeof value}`,
    );
  }
  const { id, secret } = value as Partial<WatermarkKey>;
  assertString(id, `${name}.id`, 64);
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(id!)) {
    throw new RangeError(`"${name}.id" expected 1..64 characters of A-Z a-z 0-9 . _ -`);
  }
  if (!(secret instanceof Uint8Array)) {
    throw new TypeError(`"${name}.secret" expected Uint8Array, got ${typeof secret}`);
  }
  if (secret.length < 16 || secret.length > 1024) {
    throw new RangeError(`"${name}.secret" expected 16..1024 bytes, got ${secret.length} bytes`);
  }
}

/** The sign of every data carrier under `key`: a thousand carriers cost microseconds to hash, so once per key and call. */
export function dataSigns(key: WatermarkKey): Int8Array {
  return keySigns(key, LAYOUT.dataCount);
}

/** `count` signs (+1, -1) drawn from HMAC-SHA-256(secret, label and counter). */
export function keySigns(key: WatermarkKey, count: number): Int8Array {
  const signs = new Int8Array(count);
  let at = 0;
  for (let block = 0; at < count; block++) {
    const bytes = createHmac('sha256', key.secret).update(`imprint.harmonic.1/${block}`).digest();
    for (let i = 0; i < bytes.length * 8 && at < count; i++) {
      signs[at++] = (bytes[i >> 3]! >> (i & 7)) & 1 ? -1 : 1;
    }
  }
  return signs;
}
