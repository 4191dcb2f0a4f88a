/** Ceilings on what a hostile file may cost. All are checked before memory is taken. */
import { assertInteger } from '../core/index.js';

export interface ImageLimits {
  /** Bytes of the file. Default 256 MiB. */
  maxBytes: number;
  /** Width times height, from the header. Default 100 million (300 MB of RGB). */
  maxPixels: number;
  /** Longest side. Default 65535, which is also the most that JPEG can say. */
  maxSide: number;
  /**
   * Frames or pages that a file may declare. Default 10,000. Only the first is ever decoded, so
   * this bounds the walk over the container and not memory.
   */
  maxPages: number;
  /**
   * Chunks, segments, boxes or directory entries that are read from one file. Default 20,000:
   * encoders that write small IDAT chunks reach thousands in an ordinary PNG.
   */
  maxChunks: number;
  /** Bytes of one text entry or metadata block once inflated or joined. Default 4 MiB. */
  maxTextBytes: number;
  /** As `maxTextBytes`, for all entries of a file together. Default 16 MiB. */
  maxTextBytesTotal: number;
  /** Time that the decoder or encoder may take, in seconds; 0 = no limit. Default 60. */
  timeoutSeconds: number;
}

export const DEFAULT_LIMITS: Readonly<ImageLimits> = Object.freeze({
  maxBytes: 256 * 1024 * 1024,
  maxPixels: 100_000_000,
  maxSide: 65_535,
  maxPages: 10_000,
  maxChunks: 20_000,
  maxTextBytes: 4 * 1024 * 1024,
  maxTextBytesTotal: 16 * 1024 * 1024,
  timeoutSeconds: 60,
});

/** `limits` over the defaults, each checked. */
export function resolveLimits(limits: Partial<ImageLimits> = {}): ImageLimits {
  const resolved = { ...DEFAULT_LIMITS };
  for (const key of Object.keys(DEFAULT_LIMITS) as (keyof ImageLimits)[]) {
    const value = limits[key];
    if (value === undefined) continue;
    const least = key === 'timeoutSeconds' ? 0 : 1;
    // libvips counts timeouts in whole seconds up to an hour.
    assertInteger(value, key, least, key === 'timeoutSeconds' ? 3600 : Number.MAX_SAFE_INTEGER);
    resolved[key] = value;
  }
  return resolved;
}
