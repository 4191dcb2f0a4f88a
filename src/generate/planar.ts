/** Between the planar float images of models ([3, height, width]) and `Pixels`. */
import { createPixels } from '../image/index.js';
import type { Pixels } from '../image/index.js';

/** A model's picture: red plane, green plane, blue plane, row-major. */
export interface PlanarImage {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** -1..1 -> 0..1, clamped, in place. */
export function toUnitRange(image: PlanarImage): PlanarImage {
  const { data } = image;
  for (let i = 0; i < data.length; i++) data[i] = Math.min(1, Math.max(0, data[i]! / 2 + 0.5));
  return image;
}

/** 0..1 planes to 8-bit RGB, rounded to nearest. */
export function planarToPixels({ data, width, height }: PlanarImage): Pixels {
  const plane = width * height;
  const out = new Uint8ClampedArray(plane * 3);
  for (let i = 0, o = 0; i < plane; i++, o += 3) {
    out[o] = data[i]! * 255;
    out[o + 1] = data[plane + i]! * 255;
    out[o + 2] = data[2 * plane + i]! * 255;
  }
  return createPixels(width, height, 3, out);
}

/** 8-bit RGB to 0..1 planes. */
export function pixelsToPlanar({ data, width, height }: Pixels): PlanarImage {
  const plane = width * height;
  const out = new Float32Array(3 * plane);
  for (let i = 0, at = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) out[c * plane + i] = data[at++]! / 255;
  }
  return { data: out, width, height };
}
