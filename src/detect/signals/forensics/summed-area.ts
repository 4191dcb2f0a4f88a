/** Means over squares of any size at one cost (Crow, "Summed-area tables for texture mapping", SIGGRAPH 1984). */
import type { SmallLuma } from './small-luma.js';

/**
 * Sums over everything above and to the left of each corner, (width + 1) x (height + 1) of them, row-major; width and height stay those
 * of the picture.
 *
 * @param room gives so many values of any content.
 */
export function sumsOf(
  { data, width, height }: SmallLuma,
  room: (size: number) => Float64Array,
): SmallLuma {
  const stride = width + 1;
  const sums = room(stride * (height + 1)).fill(0, 0, stride);
  for (let y = 0, at = 0; y < height; y++) {
    let row = 0;
    sums[(y + 1) * stride] = 0;
    for (let to = (y + 1) * stride + 1, x = 0; x < width; x++, to++, at++) {
      row += data[at]!;
      sums[to] = sums[to - stride]! + row;
    }
  }
  return { data: sums, width, height };
}

/** Of `sumsOf` the mean over a square of side `2 radius + 1`, beyond the edges over what there is. */
export function meanAround(
  { data, width, height }: SmallLuma,
  x: number,
  y: number,
  radius: number,
): number {
  const left = Math.max(0, x - radius);
  const right = Math.min(width, x + radius + 1);
  const above = Math.max(0, y - radius);
  const below = Math.min(height, y + radius + 1);
  const top = above * (width + 1);
  const bottom = below * (width + 1);
  const sum = data[bottom + right]! - data[bottom + left]! - data[top + right]! + data[top + left]!;
  return sum / ((right - left) * (below - above));
}
