/** Inflation with a ceiling: 1 kB of zlib can claim 1 MB, and a chunk may hold many kB. */
import { constants, gunzipSync, inflateSync } from 'node:zlib';

/** The inflated bytes (as many as an early end leaves), or null when damaged or above `maxBytes`. */
export function inflateCapped(data: Uint8Array, maxBytes: number): Uint8Array | null {
  return capped(inflateSync, data, maxBytes);
}

/** As `inflateCapped`, of a gzip file (RFC 1952). */
export function gunzipCapped(data: Uint8Array, maxBytes: number): Uint8Array | null {
  return capped(gunzipSync, data, maxBytes);
}

function capped(
  inflate: typeof inflateSync,
  data: Uint8Array,
  maxBytes: number,
): Uint8Array | null {
  if (maxBytes < 1) return null;
  try {
    return inflate(data, { maxOutputLength: maxBytes, finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return null;
  }
}
