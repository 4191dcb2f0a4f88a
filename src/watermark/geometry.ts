/** What was done to the marked image, told from the map that undoes it. */
import {
  apply,
  determinant,
  inverse,
  multiply,
  type Homography,
  type Matrix,
} from './homography.js';
import { CANONICAL_SIDE, PERIOD } from './layout.js';

export interface Geometry {
  /** Degrees that the image was turned clockwise since it was marked (after `flip`), 0 <= r < 360. */
  readonly rotation: number;
  /** 1: all of the marked image is here; 2: cut to half of its short side; 0.5: it stands in something twice as large. */
  readonly scale: number;
  /** Stretch from left to right over stretch from top to bottom; 1 when the proportions were kept. */
  readonly aspect: number;
  /**
   * How far the part seen here begins from the marked image's left and top, in pixels of this image (at its mean
   * scale when it was stretched).
   * The mark repeats, so both are known modulo `period` only. Null when nothing was cut or moved.
   */
  readonly crop: { readonly x: number; readonly y: number; readonly period: number } | null;
  /** Mirrored left to right. */
  readonly flip: boolean;
}

/** @param seen canonical pixels at hand to canonical pixels of the marked image; a slant counts at the middle. */
export function geometryOf(seen: Homography, size: { width: number; height: number }): Geometry {
  const right = (CANONICAL_SIDE * size.width) / Math.min(size.width, size.height);
  const bottom = (CANONICAL_SIDE * size.height) / Math.min(size.width, size.height);
  const map = levelled(seen, right / 2, bottom / 2);
  const done = inverse(map.matrix);
  const flip = determinant(done) < 0;
  const turned = flip ? multiply(done, [-1, 0, 0, 1]) : done;
  const angle = Math.atan2(turned[2] - turned[1], turned[0] + turned[3]);
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  const across = c * turned[0] + s * turned[2];
  const down = c * turned[3] - s * turned[1];
  const scale = Math.sqrt(Math.abs(determinant(done)));
  const pixel = (scale * Math.min(size.width, size.height)) / CANONICAL_SIDE;
  // Left and top end, in the marked image, of what is seen here.
  const corners = [0, right].flatMap((x) => [0, bottom].map((y) => apply(seen, x, y)));
  const cut = {
    x: wrapped(Math.min(...corners.map(([x]) => x))),
    y: wrapped(Math.min(...corners.map(([, y]) => y))),
  };
  // Unturned or in quarter turns, all of the marked picture spans its canonical short side.
  const { matrix: m } = map;
  const spanX = Math.abs(m[0] * right) + Math.abs(m[1] * bottom);
  const spanY = Math.abs(m[2] * right) + Math.abs(m[3] * bottom);
  const full = Math.abs(Math.min(spanX, spanY) / CANONICAL_SIDE - 1) < 0.01;
  const whole = full && near(cut.x) && near(cut.y);
  return {
    rotation: round(((angle * 180) / Math.PI + 360) % 360, 2) % 360,
    scale: round(scale, 4),
    aspect: round(across / down, 4),
    crop: whole
      ? null
      : {
          x: round(cut.x * pixel, 1),
          y: round(cut.y * pixel, 1),
          period: round(PERIOD * pixel, 1),
        },
    flip,
  };
}

/**
 * A map that `geometryOf` tells the same of: shear and slant, which it does not tell, are none.
 *
 * @throws RangeError when `scale` or `aspect` is 0.
 */
export function mapOfGeometry(
  { rotation, scale, aspect, crop, flip }: Geometry,
  size: { width: number; height: number },
): Homography {
  const angle = (rotation * Math.PI) / 180;
  const across = scale * Math.sqrt(aspect) * (flip ? -1 : 1);
  const down = scale / Math.sqrt(aspect);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const matrix = inverse([c * across, -s * down, s * across, c * down]);
  const side = Math.min(size.width, size.height);
  const right = (CANONICAL_SIDE * size.width) / side;
  const bottom = (CANONICAL_SIDE * size.height) / side;
  const pixel = (scale * side) / CANONICAL_SIDE;
  // The map puts the left and top end of what is seen where the cut begins.
  const left = Math.min(0, matrix[0] * right) + Math.min(0, matrix[1] * bottom);
  const top = Math.min(0, matrix[2] * right) + Math.min(0, matrix[3] * bottom);
  return { matrix, x: (crop?.x ?? 0) / pixel - left, y: (crop?.y ?? 0) / pixel - top };
}

/** The affine map that agrees with `map` at (cx, cy) in place and slope. */
function levelled(map: Homography, cx: number, cy: number): Homography {
  const { matrix: m, tilt: [g, h] = [0, 0] } = map;
  const w = 1 + g * cx + h * cy;
  const [x, y] = apply(map, cx, cy);
  const matrix: Matrix = [
    (m[0] - x * g) / w,
    (m[1] - x * h) / w,
    (m[2] - y * g) / w,
    (m[3] - y * h) / w,
  ];
  return {
    matrix,
    x: x - matrix[0] * cx - matrix[1] * cy,
    y: y - matrix[2] * cx - matrix[3] * cy,
  };
}

function wrapped(x: number): number {
  return ((x % PERIOD) + PERIOD) % PERIOD;
}

/** Less than two canonical pixels off the tile's corner. */
function near(x: number): boolean {
  return Math.min(x, PERIOD - x) < 2;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
