/**
 * Thin edges (Canny 1986), to the bit as training/condition.py finds them in what the bundled model learnt from: every
 * step is exact in doubles.
 */
import type { Pixels } from '../../image/index.js';
import { neighbours } from './masks.js';
import type { Mask } from './masks.js';

/** Sigma 1.4, nine taps. */
const GAUSSIAN = [17, 101, 360, 775, 1000, 775, 360, 101, 17] as const;
const GAUSSIAN_SUM = GAUSSIAN.reduce((sum: number, tap) => sum + tap, 0);
const DERIVATIVE = [-1, 0, 1] as const;
const SMOOTHING = [1, 2, 1] as const;
/** Of the gradient by Sobel's operator, for grey levels 0..255. */
const WEAK = 30;
const STRONG = 80;
const TAN_22_5 = Math.SQRT2 - 1;

interface Plane {
  readonly data: Float64Array;
  readonly width: number;
  readonly height: number;
}

/** 1 on an edge of the grey picture, 0 elsewhere. */
export function cannyEdges(pixels: Pixels): Mask {
  return edgesOf(gradientOf(blurred(greyOf(pixels))));
}

/** 1 on an edge of any of the three colours, with fine detail smoothed away. */
export function broadEdges(pixels: Pixels): Mask {
  const ways = [0, 1, 2].map((c) => gradientOf(blurred(blurred(channelOf(pixels, c)))));
  const [first, ...others] = ways as [Gradient, ...Gradient[]];
  for (let i = 0; i < first.dx.length; i++) {
    for (const { dx, dy } of others) {
      if (dx[i]! ** 2 + dy[i]! ** 2 <= first.dx[i]! ** 2 + first.dy[i]! ** 2) continue;
      first.dx[i] = dx[i]!;
      first.dy[i] = dy[i]!;
    }
  }
  return edgesOf(first);
}

/** ITU-R 601 luma, rounded. */
function greyOf({ data, width, height, channels }: Pixels): Plane {
  const grey = new Float64Array(width * height);
  for (let i = 0, at = 0; i < grey.length; i++, at += channels) {
    const luma = 299 * data[at]! + 587 * data[at + 1]! + 114 * data[at + 2]!;
    grey[i] = Math.floor((luma + 500) / 1000);
  }
  return { data: grey, width, height };
}

function channelOf({ data, width, height, channels }: Pixels, c: number): Plane {
  const plane = new Float64Array(width * height);
  for (let i = 0; i < plane.length; i++) plane[i] = data[i * channels + c]!;
  return { data: plane, width, height };
}

function blurred(plane: Plane): Plane {
  const twice = filtered(filtered(plane, GAUSSIAN, 'down'), GAUSSIAN, 'across');
  return { ...twice, data: twice.data.map((value) => value / GAUSSIAN_SUM ** 2) };
}

/** Sobel's operator. */
interface Gradient {
  readonly dx: Float64Array;
  readonly dy: Float64Array;
  readonly width: number;
  readonly height: number;
}

function gradientOf(plane: Plane): Gradient {
  const dx = filtered(filtered(plane, DERIVATIVE, 'across'), SMOOTHING, 'down').data;
  const dy = filtered(filtered(plane, DERIVATIVE, 'down'), SMOOTHING, 'across').data;
  return { dx, dy, width: plane.width, height: plane.height };
}

function edgesOf(gradient: Gradient): Mask {
  const { width, height } = gradient;
  return { data: linked(thinned(gradient), width), width, height };
}

/** Weighted sums along rows or columns; beyond the border its value goes on. */
function filtered(
  { data, width, height }: Plane,
  taps: readonly number[],
  way: 'across' | 'down',
): Plane {
  const out = new Float64Array(data.length);
  const [step, length] = way === 'across' ? [1, width] : [width, height];
  const reach = taps.length >> 1;
  for (let i = 0; i < data.length; i++) {
    const place = way === 'across' ? i % width : Math.floor(i / width);
    let sum = 0;
    for (let n = 0; n < taps.length; n++) {
      const other = Math.min(length - 1, Math.max(0, place + n - reach));
      sum += taps[n]! * data[i + (other - place) * step]!;
    }
    out[i] = sum;
  }
  return { data: out, width, height };
}

/** Squared size of the gradient where it is the largest along its own direction, else 0. */
function thinned({ dx, dy, width, height }: Gradient): Float64Array {
  const size = dx.map((x, i) => x * x + dy[i]! * dy[i]!);
  const at = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : size[y * width + x]!;
  return size.map((here, i) => {
    const x = i % width;
    const y = Math.floor(i / width);
    const [sx, sy] = directionOf(dx[i]!, dy[i]!);
    return here >= at(x - sx, y - sy) && here > at(x + sx, y + sy) ? here : 0;
  });
}

/** The step to the neighbour that a gradient points to, in one of four directions. */
function directionOf(dx: number, dy: number): readonly [number, number] {
  const [across, down] = [Math.abs(dx), Math.abs(dy)];
  if (down <= TAN_22_5 * across) return [1, 0];
  if (across <= TAN_22_5 * down) return [0, 1];
  return dx * dy > 0 ? [1, 1] : [-1, 1];
}

/** Strong edges and the weak ones that hang together with them. */
function linked(thin: Float64Array, width: number): Uint8Array {
  const edges = new Uint8Array(thin.length);
  const open: number[] = [];
  const take = (i: number): void => {
    edges[i] = 1;
    open.push(i);
  };
  for (let i = 0; i < thin.length; i++) if (thin[i]! >= STRONG ** 2) take(i);
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    for (const near of neighbours(i, width, thin.length)) {
      if (edges[near] === 0 && thin[near]! >= WEAK ** 2) take(near);
    }
  }
  return edges;
}
