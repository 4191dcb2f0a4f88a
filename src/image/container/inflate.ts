/** Inflation with a ceiling: 1 kB of zlib can claim 1 MB, and a chunk may hold many kB. */
import { constants, inflateSync } from 'node:zlib';

/** The inflated bytes (as many as an early end leaves), or null when damaged or above `maxBytes`. */
export function inflateCapped(data: Uint8Array, maxBytes: number): Uint8Array | null {
  if (maxBytes < 1) return null;
  try {
    return inflateSync(data, {
      maxOutputLength: maxBytes,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
  } catch {
    return null;
  }
}
