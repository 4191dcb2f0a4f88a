/** A picture reduced to a small grey one by averaging boxes: what coarse comparisons look at. */
import type { Pixels } from '../../../image/index.js';

export interface SmallLuma {
  data: Float64Array;
  width: number;
  height: number;
}

/** `width` x `height` averages of luma over the part of `pixels` from (`x`, `y`) on; long boxes are sampled. */
export function boxLuma(
  { data, width: stride, channels }: Pixels,
  part: { x: number; y: number; width: number; height: number },
  width: number,
  height: number,
): SmallLuma {
  const out = new Float64Array(width * height);
  for (let row = 0; row < height; row++) {
    const y0 = Math.floor(part.y + (row * part.height) / height);
    const y1 = Math.max(y0 + 1, Math.floor(part.y + ((row + 1) * part.height) / height));
    const stepY = Math.max(1, Math.floor((y1 - y0) / 4));
    for (let column = 0; column < width; column++) {
      const x0 = Math.floor(part.x + (column * part.width) / width);
      const x1 = Math.max(x0 + 1, Math.floor(part.x + ((column + 1) * part.width) / width));
      const stepX = Math.max(1, Math.floor((x1 - x0) / 4));
      let sum = 0;
      let count = 0;
      for (let y = y0; y < y1; y += stepY) {
        for (let x = x0; x < x1; x += stepX) {
          const at = (y * stride + x) * channels;
          sum += 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
          count++;
        }
      }
      out[row * width + column] = sum / count;
    }
  }
  return { data: out, width, height };
}

/** Pearson's correlation of two equally large pictures; 0 when one of them is flat. */
export function correlation(a: Float64Array, b: Float64Array): number {
  const mean = (values: Float64Array): number => values.reduce((s, v) => s + v, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [p, q] = [a[i]! - ma, b[i]! - mb];
    ab += p * q;
    aa += p * p;
    bb += q * q;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}
