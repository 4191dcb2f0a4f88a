/** The working size: luma with a short side of 512, so that cost and memory do not grow. */
import type { Pixels } from '../image/index.js';
import { CANONICAL_SIDE } from './layout.js';
import { resampleLuma, type Plane } from './plane.js';

/** Longest side worked on; of a longer strip only this much (from the origin) is looked at. */
const MAX_ASPECT = 4;

export interface CanonicalSize {
  readonly width: number;
  readonly height: number;
  /** Canonical pixels per image pixel. */
  readonly scale: number;
}

export function canonicalSize(width: number, height: number): CanonicalSize {
  const scale = CANONICAL_SIDE / Math.min(width, height);
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
    scale,
  };
}

/** The part of `pixels` that is worked on: itself unless it is a very long strip. */
export function workingPart(pixels: Pixels): Pixels {
  const { width, height, channels, data } = pixels;
  const limit = MAX_ASPECT * Math.min(width, height);
  if (height > limit)
    return { data: data.subarray(0, width * limit * channels), width, height: limit, channels };
  if (width <= limit) return pixels;
  const out = new Uint8ClampedArray(limit * height * channels);
  for (let y = 0; y < height; y++) {
    const from = y * width * channels;
    out.set(data.subarray(from, from + limit * channels), y * limit * channels);
  }
  return { data: out, width: limit, height, channels };
}

export function canonicalLuma(pixels: Pixels): Plane {
  const part = workingPart(pixels);
  const { width, height } = canonicalSize(part.width, part.height);
  return resampleLuma(part, width, height);
}
