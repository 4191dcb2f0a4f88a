/** A photo as somebody would sketch it: outlines of what stands out, broad strokes, no detail inside. */
import type { Pixels } from '../../image/index.js';
import { broadEdges } from './canny.js';
import { both, dilated, either, eroded, inverted, neighbours, outline } from './masks.js';
import type { Mask } from './masks.js';

/** A line of fewer pixels is left out, as a share of the longer side. */
const LINE_MIN = 0.12;

/** 1 on a stroke, three pixels wide: for a picture of the size that the model is shown. */
export function scribble(pixels: Pixels): Mask {
  const lines = longLines(broadEdges(pixels));
  const closed = dilated(lines);
  // What the border does not reach through gaps of the lines is inside of something; strands are no thing.
  const inside = inverted(reached(closed));
  const things = dilated(dilated(eroded(eroded(eroded(inside)))));
  const loose = both(lines, inverted(dilated(things)));
  return dilated(either(outline(things), loose));
}

function longLines({ data, width, height }: Mask): Mask {
  const least = LINE_MIN * Math.max(width, height);
  const out = new Uint8Array(data.length);
  const seen = new Uint8Array(data.length);
  for (let start = 0; start < data.length; start++) {
    if (data[start] === 0 || seen[start] !== 0) continue;
    const line = grown(start, (i) => data[i] !== 0, seen, width);
    if (line.length >= least) for (const i of line) out[i] = 1;
  }
  return { data: out, width, height };
}

/** 1 where one can get from the border without stepping on a 1. */
function reached({ data, width, height }: Mask): Mask {
  const seen = new Uint8Array(data.length);
  const isFree = (i: number): boolean => data[i] === 0;
  for (let i = 0; i < data.length; i++) {
    const x = i % width;
    const isBorder = x === 0 || x === width - 1 || i < width || i >= data.length - width;
    if (isBorder && isFree(i) && seen[i] === 0) grown(i, isFree, seen, width);
  }
  return { data: seen, width, height };
}

/** All that hangs together with `start`; marked in `seen`. */
function grown(
  start: number,
  belongs: (i: number) => boolean,
  seen: Uint8Array,
  width: number,
): number[] {
  seen[start] = 1;
  const all = [start];
  for (let next = 0; next < all.length; next++) {
    for (const near of neighbours(all[next]!, width, seen.length)) {
      if (seen[near] !== 0 || !belongs(near)) continue;
      seen[near] = 1;
      all.push(near);
    }
  }
  return all;
}
