/**
 * The blind search: which ways of turning, scaling, flipping and cutting could have brought the image
 * here. Template and pilots answer; the key's signs are never looked at, so nothing here counts in the
 * false-positive bound.
 */
import { compose, type Affine } from './affine.js';
import { correctionFor } from './correct.js';
import { viewLayers, whiten, type LayerView } from './front-end.js';
import type { LayerName } from './layout.js';
import { flipPlane, halve, type Plane } from './plane.js';
import { findShifts, mapOf, sharpenMatrix, sharpenPlaced, type Placed } from './register.js';
import { spectrumOf } from './spectrum.js';
import { pilotStatistic, readLayers, readViews, type Readings, type Shift } from './soft-decode.js';
import { searchTemplate, searchUpright, type Candidate } from './template-search.js';
import { warpPlane } from './warp.js';

/** An image seen through one map. */
export interface View {
  readonly map: Affine;
  readonly readings: Readings;
  readonly shift: Shift;
  /** Correlation of all pilots, about N(0, 1) by chance. */
  readonly pilots: number;
}

/** What one octave passes from stage to stage. */
const ROUGH = 12;
const UPRIGHT = 16;
const PLACED = 5;
const READ_PER_KIND = 2;
/** Pilots below this are chance. */
const LEAST_PILOTS = 3.5;

/**
 * Octaves of scale, the likeliest first: about the image's own size, cut to less than half a side, and
 * standing within something larger.
 */
const OCTAVES = [
  { pitch: 2, halvings: 1 },
  { pitch: 4, halvings: 2 },
  { pitch: 1, halvings: 0 },
] as const;

/** Short side, pixels, below which a part of a marked image holds no readable mark. */
const SEARCHED_SIDE = 100;

const UNTOUCHED: Affine = { matrix: [1, 0, 0, 1], x: 0, y: 0 };

/**
 * Views of an image, the likeliest first: as it is, mirrored, then what the search finds.
 *
 * @param luma canonical luma of the image at hand.
 * @param side short side of the image itself, pixels: a few are not worth a search.
 */
export function* viewsOf(luma: Plane, side: number): Generator<View> {
  yield whole(luma, UNTOUCHED);
  yield whole(flipPlane(luma), { matrix: [-1, 0, 0, 1], x: luma.width, y: 0 });
  if (side < SEARCHED_SIDE) return;
  for (const { pitch, halvings } of OCTAVES) {
    let plane = luma;
    for (let i = 0; i < halvings; i++) plane = halve(plane);
    for (const map of mapsIn(plane, pitch)) yield* readThrough(luma, 1, map);
  }
}

/** A plane that stands as it was marked: no search, no interpolation. */
function whole(luma: Plane, map: Affine): View {
  const readings = readLayers(luma);
  const shift = { x: 0, y: 0 };
  return { map, readings, shift, pilots: pilotStatistic(readings, shift) };
}

function mapsIn(plane: Plane, pitch: number): Affine[] {
  const { signal } = whiten(plane, 5, 3);
  const spectrum = spectrumOf(signal, 1024 / pitch);
  const turned = distinct(searchTemplate(spectrum, pitch, 2 * ROUGH)).slice(0, ROUGH);
  const upright = searchUpright(spectrum, pitch, UPRIGHT);
  const placedOf = (candidates: readonly Candidate[], upright: boolean): Placed[] =>
    candidates
      .map((candidate) => sharpenMatrix({ spectrum, pitch, upright, ...candidate }))
      .flatMap((pose) => findShifts(pose, 3))
      .sort((a, b) => b.score - a.score)
      .slice(0, PLACED)
      .map(sharpenPlaced)
      .sort((a, b) => b.score - a.score)
      .slice(0, READ_PER_KIND);
  return [...placedOf(upright, true), ...placedOf(turned, false)]
    .sort((a, b) => b.score - a.score)
    .map(mapOf);
}

/** Candidates that are not the same as a better one before them. */
function distinct<T extends { matrix: readonly number[] }>(sorted: T[]): T[] {
  const kept: T[] = [];
  for (const candidate of sorted) {
    const same = kept.some(({ matrix }) =>
      matrix.every((value, i) => Math.abs(value - candidate.matrix[i]!) < 0.01),
    );
    if (!same) kept.push(candidate);
  }
  return kept;
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
export function* readThrough(plane: Plane, pitch: number, map: Affine): Generator<View> {
  let best = readOnce(plane, pitch, map);
  if (!best || best.view.pilots < LEAST_PILOTS) return;
  yield best.view;
  for (let round = 0; round < CORRECTIONS && best.view.pilots >= CORRECTED_PILOTS; round++) {
    const better = corrected(plane, pitch, best);
    if (!better || better.view.pilots < best.view.pilots + 0.1) return;
    best = better;
    yield best.view;
  }
}

interface Reading {
  readonly view: View;
  readonly layers: Record<LayerName, LayerView>;
}

function corrected(plane: Plane, pitch: number, { view, layers }: Reading): Reading | null {
  const { width, height } = layers.fine.signal;
  const middle = { x: width / 2 - view.shift.x, y: height / 2 - view.shift.y };
  const change = correctionFor(layers, view.readings, view.shift, middle);
  return change && readOnce(plane, pitch, compose(change, view.map));
}

function readOnce(plane: Plane, pitch: number, map: Affine): Reading | null {
  const warped = warpPlane(plane, pitch, map);
  if (!warped) return null;
  const layers = viewLayers(warped.luma);
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
  return { view: { map: exact, readings, shift, pilots }, layers };
}
