/** Records for the tests, each from a number. */
import { createHash } from 'node:crypto';
import type { NewRecord } from '../../src/registry/index.js';

/** 64 hex digits that follow from `text`. */
export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

export function newRecord(n: number, more: Partial<NewRecord> = {}): NewRecord {
  return {
    id: `urn:c2pa:${digest(`id ${n}`).slice(0, 32)}`,
    time: new Date(1.7e12 + n * 1000).toISOString(),
    signer: 'Signer',
    origin: 'generated',
    generator: 'imprint 0.1.0',
    asset: {
      sha256: digest(`file ${n}`),
      mime: 'image/png',
      bytes: 1000 + n,
      width: 640,
      height: 480,
    },
    fingerprint: { hash: digest(`print ${n}`), quality: 100 },
    bindings: [{ alg: 'com.example.mark', value: `1*${digest(`mark ${n}`).slice(0, 16)}` }],
    manifest: new TextEncoder().encode(`manifest ${n}`),
    ...more,
  };
}

/** `hash` with the bits at `places` turned over. */
export function flipped(hash: string, places: readonly number[]): string {
  const bytes = Buffer.from(hash, 'hex');
  for (const place of places) bytes[place >> 3]! ^= 1 << (place & 7);
  return bytes.toString('hex');
}
