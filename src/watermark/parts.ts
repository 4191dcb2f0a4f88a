/** A large plane in parts, each small enough to be warped whole. */
import { apply, compose, type Homography } from './homography.js';
import { cutPlane, type Plane } from './plane.js';
import { LONGEST, warpPlane, type Warped } from './warp.js';

/** A rectangle of the canonical luma at hand. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Part {
  /** What the part answers for; no two overlap, and together they are the plane. */
  readonly rect: Rect;
  /** The rectangle and its surroundings, upright. */
  readonly warped: Warped;
}

/** How much of its surroundings a part sees, so that no seam shows; samples of the plane. */
const OVERLAP = 64;

/**
 * `plane` through `map`: in one piece, or in halves of halves where a warp would cut off what is longer than
 * `LONGEST`. Pieces of which too little is left to warp are missing.
 */
export function warpInParts(plane: Plane, map: Homography): Part[] {
  return partsOf(plane, map, { left: 0, top: 0, right: plane.width, bottom: plane.height });
}

function partsOf(plane: Plane, map: Homography, rect: Rect): Part[] {
  const left = Math.max(0, rect.left - OVERLAP);
  const top = Math.max(0, rect.top - OVERLAP);
  const width = Math.min(plane.width, rect.right + OVERLAP) - left;
  const height = Math.min(plane.height, rect.bottom + OVERLAP) - top;
  const moved = compose(map, { matrix: [1, 0, 0, 1], x: left, y: top });
  const wide = rect.right - rect.left;
  const high = rect.bottom - rect.top;
  if (span(moved, width, height) <= LONGEST || Math.max(wide, high) <= OVERLAP) {
    const warped = warpPlane(cutPlane(plane, left, top, width, height), 1, moved);
    return warped ? [{ rect, warped }] : [];
  }
  const x = rect.left + (wide >> 1);
  const y = rect.top + (high >> 1);
  const halves: Rect[] =
    wide >= high
      ? [
          { ...rect, right: x },
          { ...rect, left: x },
        ]
      : [
          { ...rect, bottom: y },
          { ...rect, top: y },
        ];
  return halves.flatMap((half) => partsOf(plane, map, half));
}

/** Longer side of what `map` makes of a plane. */
function span(map: Homography, width: number, height: number): number {
  const corners = [0, width].flatMap((x) => [0, height].map((y) => apply(map, x, y)));
  const along = (axis: 0 | 1): number => {
    const values = corners.map((corner) => corner[axis]);
    return Math.max(...values) - Math.min(...values);
  };
  return Math.max(along(0), along(1));
}
