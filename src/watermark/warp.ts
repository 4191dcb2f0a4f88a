/** Reads a plane through an affine map, so that the mark stands as it was written. */
import { determinant, inverse, type Affine } from './affine.js';
import { createPlane, type Plane } from './plane.js';

export interface Warped {
  readonly luma: Plane;
  /** 1 where the source had a sample. */
  readonly inside: Uint8Array;
  /** Canonical position of the output's corner: what the reader must add to find the tile. */
  readonly origin: { readonly x: number; readonly y: number };
}

/** Longest side of the output; of more only the middle is read. */
export const LONGEST = 1024;
const SHORTEST = 48;

/**
 * @param pitch canonical pixels at hand per sample of `plane`.
 * @returns samples one canonical pixel of the marked image apart; null when too few remain.
 */
export function warpPlane(plane: Plane, pitch: number, map: Affine): Warped | null {
  const { matrix: m } = map;
  const corner = (x: number, y: number): [number, number] => [
    (m[0] * x + m[1] * y) * pitch + map.x,
    (m[2] * x + m[3] * y) * pitch + map.y,
  ];
  const { width: w, height: h } = plane;
  const corners = [corner(0, 0), corner(w, 0), corner(0, h), corner(w, h)];
  const spanX = span(corners.map(([x]) => x));
  const spanY = span(corners.map(([, y]) => y));
  const width = Math.floor(spanX.length);
  const height = Math.floor(spanY.length);
  if (width < SHORTEST || height < SHORTEST || !(Math.abs(determinant(m)) > 1e-4)) return null;

  const luma = createPlane(width, height);
  const inside = new Uint8Array(width * height);
  const inv = inverse([m[0] * pitch, m[1] * pitch, m[2] * pitch, m[3] * pitch]);
  const stepX = { x: inv[0], y: inv[2] };
  const stepY = { x: inv[1], y: inv[3] };
  const start = sourceOf(spanX.start + 0.5 - map.x, spanY.start + 0.5 - map.y);
  function sourceOf(x: number, y: number): { x: number; y: number } {
    return { x: inv[0] * x + inv[1] * y - 0.5, y: inv[2] * x + inv[3] * y - 0.5 };
  }
  const lastX = w - 1;
  const lastY = h - 1;
  for (let y = 0; y < height; y++) {
    let sx = start.x + stepY.x * y;
    let sy = start.y + stepY.y * y;
    for (let x = 0, o = y * width; x < width; x++, o++, sx += stepX.x, sy += stepX.y) {
      if (sx > -0.6 && sy > -0.6 && sx < lastX + 0.6 && sy < lastY + 0.6) inside[o] = 1;
      const cx = sx < 0 ? 0 : sx > lastX ? lastX : sx;
      const cy = sy < 0 ? 0 : sy > lastY ? lastY : sy;
      const x0 = cx | 0;
      const y0 = cy | 0;
      const tx = cx - x0;
      const a = y0 * w + x0;
      const right = x0 < lastX ? 1 : 0;
      const below = y0 < lastY ? w : 0;
      const { data } = plane;
      const above = data[a]! + (data[a + right]! - data[a]!) * tx;
      const under = data[a + below]! + (data[a + below + right]! - data[a + below]!) * tx;
      luma.data[o] = above + (under - above) * (cy - y0);
    }
  }
  return { luma, inside, origin: { x: spanX.start, y: spanY.start } };
}

/** The part of an axis to read: all of it, or the middle of what is too long. */
function span(values: number[]): { start: number; length: number } {
  const min = Math.min(...values);
  const length = Math.max(...values) - min;
  if (length <= LONGEST) return { start: min, length };
  return { start: min + (length - LONGEST) / 2, length: LONGEST };
}
