/** Planes of luma (Float32, 0..255): made, halved, cut and mirrored. */
import { createScratch } from '../core/index.js';

export interface Plane {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

export function createPlane(width: number, height: number): Plane {
  return { data: new Float32Array(width * height), width, height };
}

/**
 * Makes planes for one holder that needs one at a time: of unknown content, valid until the next one is made. Planes of a
 * search are at most 1024 x 2048.
 */
export function createScratchPlane(): typeof createPlane {
  const scratch = createScratch(Float32Array);
  return (width, height) => ({ data: scratch(width * height), width, height });
}

export const copyPlane = ({ data, width, height }: Plane): Plane => ({
  data: data.slice(),
  width,
  height,
});

/** Means of 2 x 2 samples (the last odd row or column is dropped). */
export const halve = (plane: Plane): Plane => halveInto(plane, createPlane);

/** `halve` into a plane that `make` gives; what it holds is overwritten. */
export function halveInto(plane: Plane, make: typeof createPlane): Plane {
  const width = Math.max(1, plane.width >> 1);
  const height = Math.max(1, plane.height >> 1);
  const out = make(width, height);
  const { data } = plane;
  for (let y = 0; y < height; y++) {
    const top = 2 * y * plane.width;
    const below = Math.min(2 * y + 1, plane.height - 1) * plane.width;
    for (let x = 0; x < width; x++) {
      const right = Math.min(2 * x + 1, plane.width - 1);
      out.data[y * width + x] =
        0.25 *
        (data[top + 2 * x]! + data[top + right]! + data[below + 2 * x]! + data[below + right]!);
    }
  }
  return out;
}

/** The part of `plane` that begins at (`left`, `top`). */
export function cutPlane(
  plane: Plane,
  left: number,
  top: number,
  width: number,
  height: number,
): Plane {
  const out = createPlane(width, height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * plane.width + left;
    out.data.set(plane.data.subarray(from, from + width), y * width);
  }
  return out;
}

/** Mirrored left to right. */
export function flipPlane(plane: Plane): Plane {
  const { width, height } = plane;
  const out = createPlane(width, height);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) out.data[row + x] = plane.data[row + width - 1 - x]!;
  }
  return out;
}
