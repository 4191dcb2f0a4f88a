/** Means, deviations and counts over planes of samples, row-major. */
import { copyIn, copyOut, doubles, kernels, memory, reserve } from './memory.js';

/** Radii of squares, samples; each square is clipped to the plane by repeating its edges. */
export interface BandPass {
  /** Of the mean of the mean that is taken away. */
  readonly low: number;
  /** Of the square that the variance is measured over. */
  readonly window: number;
}

/** Rows between the steps of the band pass: those that means look at, rounded up to powers of two as in tools/kernels/means.ts, and four more. */
const ringRows = ({ low, window }: BandPass): number => {
  const ring = (radius: number): number => 2 ** Math.ceil(Math.log2(2 * radius + 1));
  return 2 * ring(low) + ring(window) + 4;
};

/** Runs the band pass; `clip` above 0 divides by the deviation. @returns where `band` and `variance` begin. */
function bandPass(
  data: Float32Array,
  width: number,
  height: number,
  how: BandPass,
  [floor, clip]: readonly [number, number],
): { band: number; variance: number } {
  const run = kernels();
  const { low, window } = how;
  const bytes = 4 * data.length;
  const rowBytes = 4 * (width + 2 * low + 2 * window + 4);
  const [plane, band, variance, rows] = reserve([
    bytes,
    bytes,
    clip > 0 ? rowBytes : bytes,
    ringRows(how) * rowBytes,
  ]) as [number, number, number, number];
  copyIn(plane, data);
  run.bandPass(plane, width, height, low, window, floor, clip, band, variance, rows);
  return { band, variance };
}

/**
 * The samples without their low frequencies, each divided by (local variance + floor)^(3/4) and clipped to +-clip.
 *
 * @param data `width * height` samples, row-major.
 * @param out where they are put, `width * height`.
 */
export function whitened(
  data: Float32Array,
  width: number,
  height: number,
  how: BandPass & { readonly floor: number; readonly clip: number },
  out: Float32Array,
): void {
  const { band } = bandPass(data, width, height, how, [how.floor, how.clip]);
  out.set(new Float32Array(memory.buffer, band, data.length));
}

/** Local variance of the samples without their low frequencies. Arguments as `whitened`. */
export function bandVariance(
  data: Float32Array,
  width: number,
  height: number,
  how: BandPass,
): Float32Array {
  return copyOut(bandPass(data, width, height, how, [0, 0]).variance, data.length);
}

/**
 * Magnitudes of the Laplacian and of both forward differences, added, each sum clipped at four times the mean; 0 on the border.
 *
 * @param out where they are put, `width * height`.
 */
export function roughness(
  data: Float32Array,
  width: number,
  height: number,
  out: Float32Array,
): void {
  const run = kernels();
  const [plane, rough] = reserve([4 * data.length, 4 * data.length]) as [number, number];
  copyIn(plane, data);
  run.roughness(plane, width, height, rough);
  out.set(new Float32Array(memory.buffer, rough, data.length));
}

/**
 * Sums of the magnitudes of the second derivative, clipped at twice their mean over every eighth row.
 *
 * @param along `rows`: the derivative along rows, a sum for each of the `width - 2` inner columns; `columns`: along columns, a sum for
 * each of the `height - 2` inner rows. Both sides are 2 or more.
 */
export function steepSums(
  data: Float32Array,
  width: number,
  height: number,
  along: 'rows' | 'columns',
): Float64Array {
  const run = kernels();
  const count = (along === 'rows' ? width : height) - 2;
  const [plane, sums] = reserve([4 * data.length, 8 * count]) as [number, number];
  copyIn(plane, data);
  run.steepSums(plane, width, height, along === 'rows' ? 1 : 0, sums);
  return doubles(sums, count).slice();
}

/** (x, y) -> (m0 x + m1 y + dx, m2 x + m3 y + dy) / (1 + g x + h y). */
export type ProjectiveMap = readonly [
  m0: number,
  m1: number,
  m2: number,
  m3: number,
  dx: number,
  dy: number,
  g: number,
  h: number,
];

/** A rectangle of whole size anywhere in the plane. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A plane read through a map, bilinear between samples (whose middles lie at .5), edges repeated.
 *
 * @param map of places of the output to places of the plane.
 * @param out where the samples are put, `rectangle.width * rectangle.height`.
 * @param inside set to 1 for each sample that the plane had, to 0 beyond its edge.
 */
export function warped(
  data: Float32Array,
  width: number,
  height: number,
  map: ProjectiveMap,
  rectangle: Rectangle,
  out: Float32Array,
  inside: Uint8Array,
): void {
  const run = kernels();
  const count = rectangle.width * rectangle.height;
  const [plane, place, samples, known] = reserve([4 * data.length, 64, 4 * count, count]) as [
    number,
    number,
    number,
    number,
  ];
  copyIn(plane, data);
  new Float64Array(memory.buffer, place, 8).set(map);
  const { left, top } = rectangle;
  run.warp(
    plane,
    width,
    height,
    place,
    left,
    top,
    samples,
    known,
    rectangle.width,
    rectangle.height,
  );
  out.set(new Float32Array(memory.buffer, samples, count));
  inside.set(new Uint8Array(memory.buffer, known, count));
}
