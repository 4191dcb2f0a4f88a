/**
 * The blind search: which ways of turning, scaling, flipping and cutting could have brought the image
 * here. Template and pilots answer; the key's signs are never looked at, so that of the many maps weighed here
 * only the views that are yielded count in the false-positive bound (MAX_VIEWS).
 */
import { compose, multiply, type Affine, type Matrix } from './affine.js';
import { correctionFor, type Grid } from './correct.js';
import { viewLayers, whiten, type LayerView } from './front-end.js';
import type { LayerName } from './layout.js';
import { cutPlane, flipPlane, halve, type Plane } from './plane.js';
import {
  findShifts,
  mapOf,
  sharpenMatrix,
  sharpenPlaced,
  shiftOfPilots,
  type Placed,
  type Pose,
} from './register.js';
import { spectrumOf, type Spectrum } from './spectrum.js';
import {
  pilotStatistic,
  pilotValues,
  readLayers,
  readViews,
  type Readings,
  type Shift,
} from './soft-decode.js';
import { searchSlants, searchTemplate, searchUpright } from './template-search.js';
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
    const read: Affine[] = [];
    for (const map of mapsIn(plane, pitch, luma)) {
      if (read.some((known) => isSame(known, map))) continue;
      read.push(map);
      yield* readThrough(luma, 1, map);
    }
  }
  yield* grownViews(luma);
}

/** Share of the sides of the middle that `grownViews` begins with. */
const MIDDLE = 0.55;
const GROWTHS = 5;
const GROWTH_GRID = { count: 5, share: 0.35 };

/**
 * A picture seen at a slant has no one scale, but its middle nearly has: placed there, the map is bent outwards
 * by what ever more parts say.
 */
function* grownViews(luma: Plane): Generator<View> {
  const width = Math.round(luma.width * MIDDLE);
  const height = Math.round(luma.height * MIDDLE);
  const left = (luma.width - width) >> 1;
  const top = (luma.height - height) >> 1;
  const middle = cutPlane(luma, left, top, width, height);
  const spectrum = spectrumOf(whiten(halve(middle), 5, 3).signal, 512);
  const poses = searchSlants(spectrum, 2, 2 * ROUGH)
    .map((candidate) => sharpenMatrix({ spectrum, pitch: 2, upright: false, ...candidate }))
    .sort((a, b) => b.score - a.score);
  for (const { matrix, score } of distinct(poses).slice(0, CLEAR_KEPT)) {
    if (score < CLEAR) return;
    const placed = placedByReading(middle, matrix);
    let reading = readOnce(luma, 1, compose(placed, { ...UNTOUCHED, x: -left, y: -top }));
    for (let round = 0; reading && round < GROWTHS; round++) {
      const better = corrected(luma, 1, reading, GROWTH_GRID);
      if (!better || better.view.pilots <= reading.view.pilots) break;
      reading = better;
    }
    if (reading && reading.view.pilots >= LEAST_PILOTS) yield reading.view;
  }
}

/** The clearest poses of a spectrum, best first. */
function clearest(spectrum: Spectrum, pitch: number): Pose[] {
  const rough = distinct(searchTemplate(spectrum, pitch, 2 * ROUGH)).slice(0, ROUGH);
  const sharp = rough.map((candidate) =>
    sharpenMatrix({ spectrum, pitch, upright: false, ...candidate }),
  );
  return distinct(sharp.sort((a, b) => b.score - a.score));
}

/** A plane that stands as it was marked: no search, no interpolation. */
function whole(luma: Plane, map: Affine): View {
  const readings = readLayers(luma);
  const shift = { x: 0, y: 0 };
  return { map, readings, shift, pilots: pilotStatistic(readings, shift) };
}

/**
 * Mean power of the template beyond which a pose is read in full before its shift is known. Chance hardly gives
 * it, and a full reading hears fainter pilots than a spectrum of half the resolution does.
 */
const CLEAR = 2.6;
const CLEAR_KEPT = 2;

/** Maps worth reading through, found in one octave. */
function* mapsIn(plane: Plane, pitch: number, luma: Plane): Generator<Affine> {
  const { signal } = whiten(plane, 5, 3);
  const spectrum = spectrumOf(signal, 1024 / pitch);
  const placed = (poses: readonly Pose[]): Placed[] =>
    poses
      .flatMap((pose) => findShifts(pose, 3))
      .sort((a, b) => b.score - a.score)
      .slice(0, PLACED)
      .map(sharpenPlaced)
      .sort((a, b) => b.score - a.score)
      .slice(0, READ_PER_KIND);

  const turned = clearest(spectrum, pitch);
  for (const { matrix, score } of turned.slice(0, CLEAR_KEPT)) {
    if (score >= CLEAR) yield placedByReading(luma, matrix);
  }
  const upright = searchUpright(spectrum, pitch, UPRIGHT).map((candidate) =>
    sharpenMatrix({ spectrum, pitch, upright: true, ...candidate }),
  );
  yield* [...placed(upright), ...placed(turned)].sort((a, b) => b.score - a.score).map(mapOf);
}

/** The map with `matrix`, or with that turned by 180 degrees, whose pilots agree best. */
function placedByReading(luma: Plane, matrix: Matrix): Affine {
  const [a, b] = [matrix, multiply(matrix, [-1, 0, 0, -1])].map((m) => {
    const map = { matrix: m, x: 0, y: 0 };
    const warped = warpPlane(luma, 1, map);
    if (!warped) return { map, score: -Infinity };
    const { shift, score } = shiftOfPilots(pilotValues(readLayers(warped.luma, warped.inside)));
    return { map: { ...map, x: shift.x - warped.origin.x, y: shift.y - warped.origin.y }, score };
  }) as [{ map: Affine; score: number }, { map: Affine; score: number }];
  return a.score >= b.score ? a.map : b.map;
}

/** Whether two maps put every part of a picture within a few pixels of each other. */
function isSame(a: Affine, b: Affine): boolean {
  return (
    a.matrix.every((value, i) => Math.abs(value - b.matrix[i]!) < 0.002) &&
    Math.abs(a.x - b.x) < 1.5 &&
    Math.abs(a.y - b.y) < 1.5
  );
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

function corrected(
  plane: Plane,
  pitch: number,
  { view, layers }: Reading,
  grid?: Grid,
): Reading | null {
  const { width, height } = layers.fine.signal;
  const middle = { x: width / 2 - view.shift.x, y: height / 2 - view.shift.y };
  const change = correctionFor(layers, view.readings, view.shift, middle, grid);
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
