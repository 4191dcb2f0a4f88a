/** Planes of yes and no, and morphology on them over the eight neighbours. */
import { createPixels } from '../../image/index.js';
import type { Pixels } from '../../image/index.js';

export interface Mask {
  /** Per pixel, row-major: 0 is no, anything else is yes. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const mapped = (mask: Mask, value: (here: number, i: number) => boolean): Mask => ({
  ...mask,
  data: mask.data.map((here, i) => (value(here, i) ? 1 : 0)),
});

export const inverted = (mask: Mask): Mask => mapped(mask, (here) => here === 0);
export const both = (a: Mask, b: Mask): Mask =>
  mapped(a, (here, i) => here !== 0 && b.data[i] !== 0);
export const either = (a: Mask, b: Mask): Mask =>
  mapped(a, (here, i) => here !== 0 || b.data[i] !== 0);

/** Grown by one pixel on all sides. */
export const dilated = (mask: Mask): Mask =>
  mapped(mask, (here, i) => here !== 0 || hasNear(mask, i, (value) => value !== 0));

/** Shrunk by one pixel on all sides. */
export const eroded = (mask: Mask): Mask =>
  mapped(mask, (here, i) => here !== 0 && !hasNear(mask, i, (value) => value === 0));

/** Where a mask ends. */
export const outline = (mask: Mask): Mask => both(mask, inverted(eroded(mask)));

function hasNear({ data, width }: Mask, i: number, wanted: (value: number) => boolean): boolean {
  for (const near of neighbours(i, width, data.length)) if (wanted(data[near]!)) return true;
  return false;
}

/** The up to eight places around `i`. */
export function* neighbours(i: number, width: number, length: number): Generator<number> {
  const x = i % width;
  for (let row = i - x - width; row <= i - x + width; row += width) {
    if (row < 0 || row >= length) continue;
    for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
      if (row + column !== i) yield row + column;
    }
  }
}

/** White where the mask says yes, on black. */
export function whiteOnBlack({ data, width, height }: Mask): Pixels {
  const out = createPixels(width, height, 3);
  data.forEach((value, i) => {
    if (value !== 0) out.data.fill(255, 3 * i, 3 * i + 3);
  });
  return out;
}

export const countOf = ({ data }: Mask): number =>
  data.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);
