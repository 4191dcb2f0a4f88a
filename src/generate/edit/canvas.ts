/** The picture that an edit works on: its pixels, which of them are to be made, and where to look at a time. */
import { createPixels, flattenPixels, luma } from '../../image/index.js';
import type { Pixels } from '../../image/index.js';

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Pixels to add at each side of a picture; each 0 when left out. */
export interface Margins {
  readonly left?: number;
  readonly right?: number;
  readonly top?: number;
  readonly bottom?: number;
}

export interface Canvas {
  /** RGB. */
  readonly pixels: Pixels;
  /** Per pixel: 0 is to be made, 1 is known and stays. Null: all may change. */
  readonly known: Uint8Array | null;
  /** What to make at a time, in order: a part and the rectangle around it that the model looks at. */
  readonly passes: readonly Pass[];
}

export interface Pass {
  readonly part: Rect;
  readonly window: Rect;
}

/** Context around a masked part, as a factor on its larger side. */
const CONTEXT = 1.6;
/** Of a window at a side that is added, the share that may be new: the rest shows the model what goes on. */
const NEW_SHARE = 0.5;

/** All of `init` may change. */
export function wholeCanvas(init: Pixels): Canvas {
  const whole = { x: 0, y: 0, width: init.width, height: init.height };
  return {
    pixels: rgbCopy(init),
    known: null,
    passes: [{ part: whole, window: whole }],
  };
}

/**
 * What is lighter than mid-grey in `mask` (its luma, times its opacity) is made anew.
 *
 * @param least side that the model's own picture has: a window is no smaller where the picture allows it.
 * @returns null when the mask is all dark: there is nothing to do.
 */
export function maskedCanvas(init: Pixels, mask: Pixels, least: number): Canvas | null {
  const { width, height } = init;
  const { data, channels } = mask;
  const lumas = luma(mask);
  const known = new Uint8Array(width * height);
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let i = 0; i < known.length; i++) {
    const seen = channels === 4 ? data[i * channels + 3]! / 255 : 1;
    if (seen * lumas[i]! < 127.5) {
      known[i] = 1;
      continue;
    }
    const x = i % width;
    const y = (i - x) / width;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  if (right < 0) return null;
  const part = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  const side = Math.max(least, Math.ceil(CONTEXT * Math.max(part.width, part.height)));
  const [x, w] = span(part.x + part.width / 2, side, width);
  const [y, h] = span(part.y + part.height / 2, side, height);
  return {
    pixels: rgbCopy(init),
    known,
    passes: [{ part, window: { x, y, width: w, height: h } }],
  };
}

/** Start and length of at most `length` values of 0..`limit` around `middle`. */
function span(middle: number, length: number, limit: number): [number, number] {
  const taken = Math.min(length, limit);
  return [Math.min(limit - taken, Math.max(0, Math.round(middle - taken / 2))), taken];
}

/** `init` with `margins` to be made around it: first beside it, then above and below, outwards. */
export function widenedCanvas(init: Pixels, margins: Margins): Canvas {
  const { left = 0, right = 0, top = 0, bottom = 0 } = margins;
  const width = left + init.width + right;
  const height = top + init.height + bottom;
  const pixels = createPixels(width, height, 3);
  const known = new Uint8Array(width * height);
  const rgb = flattenPixels(init);
  for (let y = 0; y < init.height; y++) {
    const row = rgb.data.subarray(3 * y * init.width, 3 * (y + 1) * init.width);
    const at = (top + y) * width + left;
    pixels.data.set(row, 3 * at);
    known.fill(1, at, at + init.width);
  }
  const middle = { y: top, height: init.height };
  const beside = [
    ...strips(left, init.height, init.width).map(({ from, size, look }) => ({
      part: { x: left - from - size, width: size, ...middle },
      window: { x: left - from - size, width: look, ...middle },
    })),
    ...strips(right, init.height, left + init.width).map(({ from, size, look }) => {
      const end = left + init.width + from + size;
      return {
        part: { x: end - size, width: size, ...middle },
        window: { x: end - look, width: look, ...middle },
      };
    }),
  ];
  const across = { x: 0, width };
  const aboveAndBelow = [
    ...strips(top, width, init.height).map(({ from, size, look }) => ({
      part: { y: top - from - size, height: size, ...across },
      window: { y: top - from - size, height: look, ...across },
    })),
    ...strips(bottom, width, top + init.height).map(({ from, size, look }) => {
      const end = top + init.height + from + size;
      return {
        part: { y: end - size, height: size, ...across },
        window: { y: end - look, height: look, ...across },
      };
    }),
  ];
  return { pixels, known, passes: [...beside, ...aboveAndBelow] };
}

interface Strip {
  /** What was added before, outwards from the picture. */
  readonly from: number;
  readonly size: number;
  /** Depth of the window, this strip and what is known beside it. */
  readonly look: number;
}

/** `margin` in strips of which each is at most half of a window as deep as `across` is long. */
function strips(margin: number, across: number, known: number): Strip[] {
  const out: Strip[] = [];
  for (let from = 0; from < margin;) {
    const most = Math.max(1, Math.floor(NEW_SHARE * Math.min(across, 2 * (known + from))));
    const size = Math.min(margin - from, most);
    const look = Math.min(Math.max(across, Math.ceil(size / NEW_SHARE)), known + from + size);
    out.push({ from, size, look });
    from += size;
  }
  return out;
}

function rgbCopy(pixels: Pixels): Pixels {
  const { data, width, height } = flattenPixels(pixels);
  return createPixels(width, height, 3, data.slice());
}
