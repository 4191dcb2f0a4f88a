/** The working size: luma with a short side of 512, so that cost and memory do not grow. */
import { assertInteger } from '../core/index.js';
import type { Pixels } from '../image/index.js';
import { CANONICAL_SIDE } from './layout.js';
import type { Plane } from './plane.js';
import { resampleLuma } from './resample.js';

/** Longest side worked on; of a longer strip only this much (from the origin) is looked at. */
const MAX_ASPECT = 4;

interface CanonicalSize {
  readonly width: number;
  readonly height: number;
}

function canonicalSize(width: number, height: number): CanonicalSize {
  const scale = CANONICAL_SIDE / Math.min(width, height);
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

/**
 * Size in pixels of the part that is marked and read, from the left and top: the whole image unless it is more than
 * four times as long as wide.
 */
export function workingSize(pixels: Pick<Pixels, 'width' | 'height'>): {
  width: number;
  height: number;
} {
  const { width, height } = pixels;
  const limit = MAX_ASPECT * Math.min(width, height);
  return { width: Math.min(width, limit), height: Math.min(height, limit) };
}

export function canonicalLuma(pixels: Pixels): Plane {
  const part = workingSize(pixels);
  const { width, height } = canonicalSize(part.width, part.height);
  return resampleLuma(pixels, part.width, part.height, width, height);
}

/** @throws TypeError or RangeError when `value` is no `Pixels` or its samples do not fit its size. */
export function assertPixels(value: unknown): asserts value is Pixels {
  const { data, width, height, channels } = (value ?? {}) as Partial<Pixels>;
  if (!(data instanceof Uint8ClampedArray)) {
    throw new TypeError('"pixels.data" expected Uint8ClampedArray');
  }
  assertInteger(width, 'pixels.width', 1, 1 << 20);
  assertInteger(height, 'pixels.height', 1, 1 << 20);
  assertInteger(channels, 'pixels.channels', 3, 4);
  if (data.length !== width! * height! * channels!) {
    throw new RangeError(
      `"pixels.data" expected ${width! * height! * channels!} samples, got ${data.length} samples`,
    );
  }
}
