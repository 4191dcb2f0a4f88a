/** What was done to the marked image, told from the map that undoes it. */
import { determinant, inverse, multiply, type Affine } from './affine.js';
import { CANONICAL_SIDE, PERIOD } from './layout.js';

export interface Geometry {
  /** Degrees that the image was turned clockwise since it was marked (after `flip`), 0 <= r < 360. */
  readonly rotation: number;
  /** Size at which the marked picture stands here, over what it had when this is all of it. */
  readonly scale: number;
  /** Stretch from left to right over stretch from top to bottom; 1 when the proportions were kept. */
  readonly aspect: number;
  /**
   * How far the part seen here begins from the marked image's left and top, in pixels of this image.
   * The mark repeats, so both are known modulo `period` only. Null when nothing was cut or moved.
   */
  readonly crop: { readonly x: number; readonly y: number; readonly period: number } | null;
  /** Mirrored left to right. */
  readonly flip: boolean;
}

/** @param map t = matrix c + (x, y), canonical pixels at hand to canonical pixels of the marked image. */
export function geometryOf(map: Affine, size: { width: number; height: number }): Geometry {
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
  const { matrix: m } = map;
  const right = (CANONICAL_SIDE * size.width) / Math.min(size.width, size.height);
  const bottom = (CANONICAL_SIDE * size.height) / Math.min(size.width, size.height);
  // Left and top end, in the marked image, of what is seen here.
  const cut = {
    x: wrapped(map.x + Math.min(0, m[0] * right) + Math.min(0, m[1] * bottom)),
    y: wrapped(map.y + Math.min(0, m[2] * right) + Math.min(0, m[3] * bottom)),
  };
  const whole = Math.abs(scale - 1) < 0.01 && near(cut.x) && near(cut.y);
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
