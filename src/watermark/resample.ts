/** Pixels and planes at another size, row by row, so that memory is bounded by what comes out. */
import { copyRow } from '../core/index.js';
import type { Pixels } from '../image/index.js';
import { createPlane, type Plane } from './plane.js';

/** BT.601 luma of one pixel row; transparent parts are seen over `background`. */
function lumaRow(pixels: Pixels, background: number, y: number, out: Float32Array): void {
  const { data, width, channels } = pixels;
  let i = y * width * channels;
  if (channels === 3) {
    for (let x = 0; x < out.length; x++, i += 3) {
      out[x] = 0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!;
    }
    return;
  }
  for (let x = 0; x < out.length; x++, i += 4) {
    const value = 0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!;
    const alpha = data[i + 3]!;
    out[x] = alpha === 255 ? value : background + (value - background) * (alpha / 255);
  }
}

/**
 * Mean luma of the part that is seen. Hidden parts count as this: over white, each of their edges would be host
 * noise that no picture needs to bear.
 */
function meanSeenLuma(
  { data, channels, width }: Pixels,
  partWidth: number,
  partHeight: number,
): number {
  if (channels === 3) return 255;
  let sum = 0;
  let seen = 0;
  for (let y = 0; y < partHeight; y++) {
    for (let i = 4 * y * width, end = i + 4 * partWidth; i < end; i += 4) {
      const alpha = data[i + 3]!;
      seen += alpha;
      sum += alpha * (0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!);
    }
  }
  return seen === 0 ? 255 : sum / seen;
}

/** Overlap of source samples with each target sample: area weights down, linear weights up. */
interface Spans {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly offset: Int32Array;
  readonly weights: Float32Array;
}

function createSpans(source: number, target: number): Spans {
  const scale = source / target;
  const first = new Int32Array(target);
  const count = new Int32Array(target);
  const offset = new Int32Array(target);
  const weights: number[] = [];
  for (let t = 0; t < target; t++) {
    offset[t] = weights.length;
    if (scale >= 1) {
      const start = t * scale;
      const end = Math.min(source, start + scale);
      const from = Math.floor(start);
      const to = Math.min(source, Math.ceil(end - 1e-9));
      first[t] = from;
      count[t] = to - from;
      for (let s = from; s < to; s++) {
        weights.push((Math.min(end, s + 1) - Math.max(start, s)) / scale);
      }
    } else {
      const position = Math.min(source - 1, Math.max(0, (t + 0.5) * scale - 0.5));
      const from = Math.min(Math.floor(position), Math.max(0, source - 2));
      const part = position - from;
      first[t] = from;
      count[t] = source > 1 ? 2 : 1;
      weights.push(source > 1 ? 1 - part : 1);
      if (source > 1) weights.push(part);
    }
  }
  return { first, count, offset, weights: Float32Array.from(weights) };
}

/**
 * Luma of the top left `partWidth` x `partHeight` of `pixels` at another size; memory is bounded by
 * the target, whatever the source's size.
 */
export function resampleLuma(
  pixels: Pixels,
  partWidth: number,
  partHeight: number,
  width: number,
  height: number,
): Plane {
  const out = createPlane(width, height);
  const background = meanSeenLuma(pixels, partWidth, partHeight);
  forEachRow(
    partWidth,
    partHeight,
    width,
    height,
    lumaRow.bind(null, pixels, background),
    putRow.bind(null, out),
  );
  return out;
}

/** Rows of `plane` at another size, one by one. */
export function resampleEachRow(
  plane: Plane,
  width: number,
  height: number,
  use: (y: number, row: Float32Array) => void,
): void {
  forEachRow(
    plane.width,
    plane.height,
    width,
    height,
    copyRow.bind(null, plane.data, plane.width),
    use,
  );
}

function putRow({ data, width }: Plane, y: number, row: Float32Array): void {
  data.set(row, y * width);
}

/** A row of the source at the target's width. */
function resampleRow(row: Float32Array, spans: Spans, out: Float32Array): void {
  const { first, count, offset, weights } = spans;
  for (let x = 0; x < out.length; x++) {
    let sum = 0;
    let from = first[x]!;
    let weight = offset[x]!;
    for (const end = weight + count[x]!; weight < end; weight++, from++) {
      sum += row[from]! * weights[weight]!;
    }
    out[x] = sum;
  }
}

function addRow(target: Float32Array, source: Float32Array, weight: number): void {
  for (let x = 0; x < target.length; x++) target[x] = target[x]! + weight * source[x]!;
}

function forEachRow(
  sourceWidth: number,
  sourceHeight: number,
  width: number,
  height: number,
  read: (y: number, row: Float32Array) => void,
  use: (y: number, row: Float32Array) => void,
): void {
  const target = new Float32Array(width);
  const across = createSpans(sourceWidth, width);
  const down = createSpans(sourceHeight, height);
  const row = new Float32Array(sourceWidth);
  // Source rows at the target width; a target row needs the last few of them.
  const kept = new Map<number, Float32Array>();
  const spare: Float32Array[] = [];
  const resampled = (y: number): Float32Array => {
    const known = kept.get(y);
    if (known) return known;
    read(y, row);
    const made = spare.pop() ?? new Float32Array(width);
    resampleRow(row, across, made);
    kept.set(y, made);
    return made;
  };
  for (let y = 0; y < height; y++) {
    const start = down.first[y]!;
    for (const [index, buffer] of kept) {
      if (index < start) {
        kept.delete(index);
        spare.push(buffer);
      }
    }
    target.fill(0);
    for (let k = 0; k < down.count[y]!; k++) {
      const weight = down.weights[down.offset[y]! + k]!;
      const source = resampled(start + k);
      addRow(target, source, weight);
      // A row that no later target row needs is given back at once, so that memory stays bounded.
      if (k > 0 && k < down.count[y]! - 1) {
        kept.delete(start + k);
        spare.push(source);
      }
    }
    use(y, target);
  }
}
