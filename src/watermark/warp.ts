/** Reads a plane through a map, so that the mark stands as it was written. */
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

/**
 * @param pitch canonical pixels at hand per sample of `plane`.
 * @param make where the samples are put; what it holds is overwritten.
 * @returns samples one canonical pixel of the marked image apart; null when too few remain.
 */
export function warpPlane(
  plane: Plane,
  pitch: number,
  map: Homography,
  make = createPlane,
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

  const luma = make(width, height);
  const inside = new Uint8Array(width * height);
  const { matrix: m, x: ox, y: oy, tilt: [g, t] = [0, 0] } = invert(scaled);
  const { data } = plane;
  const out = luma.data;
  const [m0, m1, m2, m3] = m;
  const { start: left } = spanX;
  const { start: top } = spanY;
  const lastX = w - 1;
  const lastY = h - 1;
  const flat = g === 0 && t === 0;
  for (let y = 0, o = 0; y < height; y++) {
    const ty = top + y + 0.5;
    const rowX = m1 * ty;
    const rowY = m3 * ty;
    const rowDepth = t * ty;
    for (let x = 0; x < width; x++, o++) {
      const tx = left + x + 0.5;
      let sx = m0 * tx + rowX + ox;
      let sy = m2 * tx + rowY + oy;
      if (!flat) {
        const depth = 1 / (1 + g * tx + rowDepth);
        sx *= depth;
        sy *= depth;
      }
      sx -= 0.5;
      sy -= 0.5;
      if (sx >= 0 && sy >= 0 && sx < lastX && sy < lastY) {
        const x0 = sx | 0;
        const y0 = sy | 0;
        const a = y0 * w + x0;
        const rest = sx - x0;
        const above = data[a]! + (data[a + 1]! - data[a]!) * rest;
        const under = data[a + w]! + (data[a + w + 1]! - data[a + w]!) * rest;
        inside[o] = 1;
        out[o] = above + (under - above) * (sy - y0);
      } else {
        if (sx > -0.6 && sy > -0.6 && sx < lastX + 0.6 && sy < lastY + 0.6) inside[o] = 1;
        out[o] = edgeSample(plane, sx, sy);
      }
    }
  }
  return { luma, inside, origin: { x: spanX.start, y: spanY.start } };
}

const warped = createScratchPlane();

/** `warpPlane` for one reading: the samples are valid until the next one. */
export function warpOnce(plane: Plane, pitch: number, map: Homography): Warped | null {
  return warpPlane(plane, pitch, map, warped);
}

/** The sample at a place on or beyond the edge of a plane: edges are repeated. */
function edgeSample({ data, width, height }: Plane, sx: number, sy: number): number {
  const cx = Math.min(width - 1, Math.max(0, sx));
  const cy = Math.min(height - 1, Math.max(0, sy));
  const x0 = Math.floor(cx);
  const y0 = Math.floor(cy);
  const rest = cx - x0;
  const a = y0 * width + x0;
  const right = x0 < width - 1 ? 1 : 0;
  const b = a + (y0 < height - 1 ? width : 0);
  const above = data[a]! + (data[a + right]! - data[a]!) * rest;
  const under = data[b]! + (data[b + right]! - data[b]!) * rest;
  return above + (under - above) * (cy - y0);
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
