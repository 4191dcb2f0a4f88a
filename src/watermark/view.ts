/** One way of seeing an image: read through a map, made exact with the pilots. */
import { correctionFor, type Grid } from './correct.js';
import { kept, viewOnce, type LayerViews } from './front-end.js';
import { compose, type Homography } from './homography.js';
import type { Plane } from './plane.js';
import type { Shift } from './pilots.js';
import { pilotStatistic, readLayers, readViews, type Readings } from './soft-decode.js';
import { warpOnce } from './warp.js';

/** An image seen through one map. */
export interface View {
  readonly map: Homography;
  readonly readings: Readings;
  readonly shift: Shift;
  /** Correlation of all pilots, about N(0, 1) by chance. */
  readonly pilots: number;
  /** The picture as it stands or mirrored: its map is exact, nothing was searched. */
  readonly untouched: boolean;
}

/** Pilots below this are chance. */
export const LEAST_PILOTS = 3.5;

/** A plane that stands as it was marked: no search, no interpolation. */
export function whole(luma: Plane, map: Homography): View {
  const readings = readLayers(luma);
  const shift = { x: 0, y: 0 };
  return { map, readings, shift, pilots: pilotStatistic(readings, shift), untouched: true };
}

const AROUND = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;

/** Rounds of correcting a map by what parts of the picture say. */
const CORRECTIONS = 3;
/** Pilots below which there is too little to correct by. */
const CORRECTED_PILOTS = 4.5;

/**
 * The image read through `map`; then, for a caller that goes on asking, through what the pilots of its
 * parts make of that map.
 */
export function* readThrough(plane: Plane, pitch: number, map: Homography): Generator<View> {
  let best = readOnce(plane, pitch, map, CORRECTED_PILOTS);
  if (!best || best.view.pilots < LEAST_PILOTS) return;
  yield best.view;
  for (let round = 0; round < CORRECTIONS && best.view.pilots >= CORRECTED_PILOTS; round++) {
    const better = corrected(plane, pitch, best);
    if (!better || better.view.pilots < best.view.pilots + 0.1) return;
    best = better;
    yield best.view;
  }
}

/**
 * The map of a picture known to be marked, told as exactly as its parts can: a payload is read long before the
 * last pixel of geometry is settled.
 */
export function exactMap(luma: Plane, map: Homography): Homography {
  let best = readOnce(luma, 1, map);
  for (let round = 0; best && round < CORRECTIONS; round++) {
    const better = corrected(luma, 1, best);
    if (!better || better.view.pilots <= best.view.pilots) break;
    best = better;
  }
  return best ? best.view.map : map;
}

/** A view with what it was read from, so that it can be corrected; null where that was not kept. */
export interface Reading {
  readonly view: View;
  readonly layers: LayerViews | null;
}

/** The same read again through a map that parts of the picture have corrected; null when they say too little. */
export function corrected(
  plane: Plane,
  pitch: number,
  { view, layers }: Reading,
  grid?: Grid,
): Reading | null {
  if (!layers) return null;
  const { width, height } = layers.fine.signal;
  const middle = { x: width / 2 - view.shift.x, y: height / 2 - view.shift.y };
  const change = correctionFor(layers, view.readings, view.shift, middle, grid);
  return change && readOnce(plane, pitch, compose(change, view.map));
}

/**
 * Null when too little of the picture is left.
 *
 * @param correctable pilots from which on what was read is kept: most readings are by chance, and are not read again.
 */
export function readOnce(
  plane: Plane,
  pitch: number,
  map: Homography,
  correctable = -Infinity,
): Reading | null {
  const warped = warpOnce(plane, pitch, map);
  if (!warped) return null;
  const layers = viewOnce(warped.luma);
  const readings = readViews(layers, warped.inside);
  let shift: Shift = { x: -warped.origin.x, y: -warped.origin.y };
  let pilots = pilotStatistic(readings, shift);
  for (const step of [1, 0.5, 0.25]) {
    for (const [dx, dy] of AROUND) {
      const trial = { x: shift.x + step * dx, y: shift.y + step * dy };
      const score = pilotStatistic(readings, trial);
      if (score <= pilots) continue;
      pilots = score;
      shift = trial;
    }
  }
  const { origin } = warped;
  const move = { x: -origin.x - shift.x, y: -origin.y - shift.y };
  const exact = compose({ matrix: [1, 0, 0, 1], ...move }, map);
  return {
    view: { map: exact, readings, shift, pilots, untouched: false },
    layers: pilots < correctable ? null : kept(layers),
  };
}
