/** Reads a plane through a map, so that the mark stands as it was written. */
import { createScratch, warped } from '../core/index.js';
import { apply, compose, determinant, invert, type Homography } from './homography.js';
import { createPlane, createScratchPlane, type Plane } from './plane.js';

export interface Warped {
  readonly luma: Plane;
  /** 1 where the source had a sample. */
  readonly inside: Uint8Array;
  /** Canonical position of the output's corner: what the reader must add to find the tile. */
  readonly origin: { readonly x: number; readonly y: number };
}

/** Longest side of the output; of more only the middle is read. */
export const LONGEST = 896;
const SHORTEST = 48;

type Target = Pick<Warped, 'luma' | 'inside'>;

const fresh = (width: number, height: number): Target => ({
  luma: createPlane(width, height),
  inside: new Uint8Array(width * height),
});

/**
 * @param pitch canonical pixels at hand per sample of `plane`.
 * @param make where the samples are put; what it holds is overwritten.
 * @returns samples one canonical pixel of the marked image apart; null when too few remain.
 */
export function warpPlane(
  plane: Plane,
  pitch: number,
  map: Homography,
  make = fresh,
): Warped | null {
  const { width: w, height: h } = plane;
  const scaled = compose(map, { matrix: [pitch, 0, 0, pitch], x: 0, y: 0 });
  const corners = [0, w].flatMap((x) => [0, h].map((y) => apply(scaled, x, y)));
  const spanX = span(corners.map(([x]) => x));
  const spanY = span(corners.map(([, y]) => y));
  const width = Math.floor(spanX.length);
  const height = Math.floor(spanY.length);
  if (!(width >= SHORTEST && height >= SHORTEST)) return null;
  if (!(Math.abs(determinant(scaled.matrix)) > 1e-4) || !isGentle(scaled, w, h)) return null;

  const { luma, inside } = make(width, height);
  const { matrix, x, y, tilt = [0, 0] } = invert(scaled);
  const rectangle = { left: spanX.start, top: spanY.start, width, height };
  warped(plane.data, w, h, [...matrix, x, y, ...tilt], rectangle, luma.data, inside);
  return { luma, inside, origin: { x: spanX.start, y: spanY.start } };
}

const samples = createScratchPlane();
const mask = createScratch(Uint8Array);
const scratch = (width: number, height: number): Target => ({
  luma: samples(width, height),
  inside: mask(width * height),
});

/** `warpPlane` for one reading: what is returned is valid until the next one. */
export function warpOnce(plane: Plane, pitch: number, map: Homography): Warped | null {
  return warpPlane(plane, pitch, map, scratch);
}

/** Whether no part of the plane is more than twice as near as another: beyond that nothing is read. */
function isGentle({ tilt: [g, h] = [0, 0] }: Homography, width: number, height: number): boolean {
  const depths = [1, 1 + g * width, 1 + h * height, 1 + g * width + h * height];
  return Math.min(...depths) > 0 && Math.max(...depths) < 2 * Math.min(...depths);
}

/** The part of an axis to read: all of it, or the middle of what is too long. */
function span(values: number[]): { start: number; length: number } {
  const min = Math.min(...values);
  const length = Math.max(...values) - min;
  if (length <= LONGEST) return { start: min, length };
  return { start: min + (length - LONGEST) / 2, length: LONGEST };
}
