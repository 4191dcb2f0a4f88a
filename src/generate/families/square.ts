/** Pictures of any shape as the small squares that the families know. */
import type { Pixels } from '../../image/index.js';
import { cropPixels, flattenPixels, resizePixels } from '../../image/index.js';
import { pixelsToPlanar } from '../planar.js';

/** The middle square of a picture, over white, `side` pixels wide (Lanczos). */
export async function squareOf(pixels: Pixels, side: number): Promise<Pixels> {
  const flat = flattenPixels(pixels);
  const { width, height } = flat;
  const edge = Math.min(width, height);
  const left = Math.floor((width - edge) / 2);
  const top = Math.floor((height - edge) / 2);
  return resizePixels(cropPixels(flat, left, top, edge, edge), side, side);
}

/** `squareOf` as planes in -1..1. */
export async function signedSquare(pixels: Pixels, side: number): Promise<Float32Array> {
  const { data } = pixelsToPlanar(await squareOf(pixels, side));
  return data.map((value) => 2 * value - 1);
}
