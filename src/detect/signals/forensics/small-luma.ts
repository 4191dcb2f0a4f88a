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
  const across = spans(part.x, part.width, width);
  const down = spans(part.y, part.height, height);
  for (let row = 0, to = 0; row < height; row++) {
    const y0 = down.from[row]!;
    const y1 = down.to[row]!;
    const stepY = down.step[row]!;
    for (let column = 0; column < width; column++, to++) {
      const x0 = across.from[column]!;
      const x1 = across.to[column]!;
      const stepX = across.step[column]!;
      let sum = 0;
      let count = 0;
      for (let y = y0; y < y1; y += stepY) {
        for (let x = x0; x < x1; x += stepX) {
          const at = (y * stride + x) * channels;
          sum += 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
          count++;
        }
      }
      out[to] = sum / count;
    }
  }
  return { data: out, width, height };
}

interface Spans {
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Between the samples that are looked at: about four to a span. */
  readonly step: Int32Array;
}

/** The part of a side from `start` on, in `count` spans of a sample or more. */
function spans(start: number, length: number, count: number): Spans {
  const from = new Int32Array(count);
  const to = new Int32Array(count);
  const step = new Int32Array(count);
  for (let k = 0; k < count; k++) {
    const first = Math.floor(start + (k * length) / count);
    const end = Math.max(first + 1, Math.floor(start + ((k + 1) * length) / count));
    from[k] = first;
    to[k] = end;
    step[k] = Math.max(1, Math.floor((end - first) / 4));
  }
  return { from, to, step };
}

/** Reduced again, by averages of whole samples. */
export function shrinkLuma({ data, width, height }: SmallLuma, w: number, h: number): SmallLuma {
  const out = new Float64Array(w * h);
  const across = spans(0, width, w);
  const down = spans(0, height, h);
  for (let row = 0; row < h; row++) {
    const y0 = down.from[row]!;
    const y1 = down.to[row]!;
    for (let column = 0; column < w; column++) {
      const x0 = across.from[column]!;
      const x1 = across.to[column]!;
      let sum = 0;
      for (let y = y0; y < y1; y++) {
        for (let x = x0; x < x1; x++) sum += data[y * width + x]!;
      }
      out[row * w + column] = sum / ((y1 - y0) * (x1 - x0));
    }
  }
  return { data: out, width: w, height: h };
}

/** Bilinear between samples, whose places are whole numbers; edges are repeated. */
export function sampleLuma({ data, width, height }: SmallLuma, x: number, y: number): number {
  const cx = Math.min(width - 1, Math.max(0, x));
  const cy = Math.min(height - 1, Math.max(0, y));
  const [x0, y0] = [Math.floor(cx), Math.floor(cy)];
  const [u, v] = [cx - x0, cy - y0];
  const at = y0 * width + x0;
  const right = x0 < width - 1 ? 1 : 0;
  const below = y0 < height - 1 ? width : 0;
  const above = data[at]! + (data[at + right]! - data[at]!) * u;
  const under = data[at + below]! + (data[at + below + right]! - data[at + below]!) * u;
  return above + (under - above) * v;
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Pearson's correlation of two equally large pictures; 0 when one of them is flat. */
export function correlation(a: Float64Array, b: Float64Array): number {
  const [ma, mb] = [meanOf(a), meanOf(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [p, q] = [a[i]! - ma, b[i]! - mb];
    ab += p * q;
    aa += p * p;
    bb += q * q;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}
