/** Reports that were made lately, by what decides them, so that the same question costs nothing twice. */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

export interface StoredResult {
  /** JSON. */
  text: string;
  /** Strong entity tag (RFC 9110 section 8.8.3). */
  etag: string;
}

export interface ResultCache {
  get(key: string): StoredResult | undefined;
  set(key: string, text: string): StoredResult;
}

/** Certificates expire and lists change: a report is not handed out for longer than this. */
const TTL_MS = 5 * 60_000;
const MAX_BYTES = 32 << 20;

/** @param salt whatever decides a report besides what the key names. */
export function createResultCache(salt: string): ResultCache {
  const cache = new LRUCache<string, StoredResult>({
    maxSize: MAX_BYTES,
    ttl: TTL_MS,
    sizeCalculation: ({ text }) => Math.max(1, text.length),
  });
  const tag = (key: string): string => {
    const digest = createHash('sha256')
      .update(JSON.stringify([salt, key]))
      .digest('base64url');
    return `"${digest.slice(0, 32)}"`;
  };
  return {
    get: (key) => cache.get(key),
    set(key, text) {
      const stored = { text, etag: tag(key) };
      cache.set(key, stored);
      return stored;
    },
  };
}
