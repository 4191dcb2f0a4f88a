/** From a rough candidate to a full map: the template sharpens the matrix, the pilots give the shift. */
import { multiply, type Homography, type Matrix } from './homography.js';
import { createFft, fft2 } from './fft.js';
import { LAYOUT, PERIOD } from './layout.js';
import { PHASE_MIDDLE, phaseTable, PILOTS, readPilots, type PilotValues } from './pilots.js';
import { powerAt, type Spectrum } from './spectrum.js';

/** A place in the search: how the image is turned and scaled, seen in one spectrum. */
export interface Pose {
  readonly spectrum: Spectrum;
  /** Canonical pixels at hand between samples of the plane behind `spectrum`. */
  readonly pitch: number;
  /** From canonical pixels of the image at hand to those of the image that was marked. */
  readonly matrix: Matrix;
  readonly score: number;
  /** Neither turned nor stretched: only the scale is free, so that noise leads it less astray. */
  readonly upright: boolean;
}

/** A pose with its shift: canonical position (modulo PERIOD) of the spectrum's origin. */
export interface Placed extends Pose {
  readonly shift: Shift;
}

export interface Shift {
  readonly x: number;
  readonly y: number;
}

/** Small changes of a matrix: larger, turned, stretched, sheared. */
const MOVES: readonly ((step: number) => Matrix)[] = [
  (e) => [1 + e, 0, 0, 1 + e],
  (e) => [1, -e, e, 1],
  (e) => [1 + e, 0, 0, 1 - e],
  (e) => [1, e, e, 1],
];
function movesOf({ upright }: Pose): typeof MOVES {
  return upright ? MOVES.slice(0, 1) : MOVES;
}

const POWER_STEPS = [0.006, 0.003, 0.0015];
const PILOT_STEPS = [0.002, 0.001, 0.0005];

interface Scored {
  readonly score: number;
}

/** Moves `start` as long as that helps, with ever smaller steps. */
function climb<T extends Scored>(
  start: T,
  steps: readonly number[],
  moves: typeof MOVES,
  move: (from: T, change: Matrix) => T,
): T {
  let best = start;
  for (const step of steps) {
    for (let round = 0, moved = true; round < 3 && moved; round++) {
      moved = false;
      for (const change of moves) {
        for (const signed of [step, -step]) {
          const trial = move(best, change(signed));
          if (trial.score <= best.score) continue;
          best = trial;
          moved = true;
          break;
        }
      }
    }
  }
  return best;
}

/** To where the lines of the template stand out most. */
export function sharpenMatrix(pose: Pose): Pose {
  const scored = (matrix: Matrix): Pose => ({
    ...pose,
    matrix,
    score: templatePower(pose, matrix),
  });
  return climb(scored(pose.matrix), POWER_STEPS, movesOf(pose), ({ matrix }, change) =>
    scored(multiply(matrix, change)),
  );
}

function templatePower({ spectrum, pitch }: Pose, m: Matrix): number {
  const unit = (spectrum.size * pitch) / PERIOD;
  let sum = 0;
  for (const { u, v } of LAYOUT.template) {
    sum += powerAt(spectrum, (m[0] * u + m[2] * v) * unit, (m[1] * u + m[3] * v) * unit);
  }
  return sum / LAYOUT.template.length;
}

/** Side of the map of shifts: one place every two canonical pixels. */
const MAP = 128;
const MAP_STEP = PERIOD / MAP;
const mapFft = createFft(MAP);

/**
 * The shifts at which the pilots agree best, for the pose and for the same turned by 180 degrees (both
 * have the same power); `score` is the pilots' correlation, about N(0, 1) at a random place.
 */
export function findShifts(pose: Pose, keep: number): Placed[] {
  const opposite = { ...pose, matrix: multiply(pose.matrix, [-1, 0, 0, -1]) };
  const values = [pose, opposite].map((p) => readPilots(p.spectrum, p.pitch, p.matrix));
  // Real maps come from conjugate-symmetric inputs, so one complex transform makes both.
  const re = new Float64Array(MAP * MAP);
  const im = new Float64Array(MAP * MAP);
  const mask = MAP - 1;
  const [a, b] = values as [PilotValues, PilotValues];
  for (let k = 0; k < PILOTS.count; k++) {
    const u = PILOTS.u[k]!;
    const v = PILOTS.v[k]!;
    const at = (v & mask) * MAP + (u & mask);
    const mirrored = (-v & mask) * MAP + (-u & mask);
    re[at] = re[at]! + a.re[k]! - b.im[k]!;
    im[at] = im[at]! + a.im[k]! + b.re[k]!;
    re[mirrored] = re[mirrored]! + a.re[k]! + b.im[k]!;
    im[mirrored] = im[mirrored]! - a.im[k]! + b.re[k]!;
  }
  fft2(mapFft, re, im);
  return [
    { pose, map: re, norm: 2 * a.norm },
    { pose: opposite, map: im, norm: 2 * b.norm },
  ]
    .flatMap(({ pose, map, norm }) =>
      peaksOf(map, keep).map((place) => ({
        ...pose,
        shift: shiftOf(place),
        score: map[place]! / norm,
      })),
    )
    .sort((p, q) => q.score - p.score)
    .slice(0, keep);
}

/** The shift at which pilots read from a whole picture agree best. */
export function shiftOfPilots(values: PilotValues): { shift: Shift; score: number } {
  const re = new Float64Array(MAP * MAP);
  const im = new Float64Array(MAP * MAP);
  const mask = MAP - 1;
  for (let k = 0; k < PILOTS.count; k++) {
    const at = (PILOTS.v[k]! & mask) * MAP + (PILOTS.u[k]! & mask);
    re[at] = re[at]! + values.re[k]!;
    im[at] = im[at]! + values.im[k]!;
  }
  fft2(mapFft, re, im);
  return peaksOf(re, 6)
    .map((place) => bestShift(values, shiftOf(place)))
    .reduce((best, found) => (found.score > best.score ? found : best));
}

function shiftOf(place: number): Shift {
  return { x: (place % MAP) * MAP_STEP, y: Math.floor(place / MAP) * MAP_STEP };
}

/** The `keep` highest places that are no neighbours of one another. */
function peaksOf(map: Float64Array, keep: number): number[] {
  let highest = 0;
  for (let i = 0; i < map.length; i++) highest = Math.max(highest, map[i]!);
  const high: number[] = [];
  for (let i = 0; i < map.length; i++) if (map[i]! >= 0.75 * highest) high.push(i);
  high.sort((i, j) => map[j]! - map[i]!);
  const peaks: number[] = [];
  for (const i of high) {
    if (peaks.length === keep) break;
    if (!peaks.some((peak) => isNear(i, peak))) peaks.push(i);
  }
  return peaks;
}

function isNear(i: number, j: number): boolean {
  const apart = (a: number, b: number): number => Math.min(Math.abs(a - b), MAP - Math.abs(a - b));
  return apart(i % MAP, j % MAP) < 3 && apart(Math.floor(i / MAP), Math.floor(j / MAP)) < 3;
}

/** To where the pilots agree best, in matrix and shift. */
export function sharpenPlaced(placed: Placed): Placed {
  const scored = (matrix: Matrix, near: Shift): Placed => {
    const values = readPilots(placed.spectrum, placed.pitch, matrix);
    return { ...placed, matrix, ...bestShift(values, near) };
  };
  return climb(
    scored(placed.matrix, placed.shift),
    PILOT_STEPS,
    movesOf(placed),
    ({ matrix, shift }, change) => scored(multiply(matrix, change), shift),
  );
}

/** Two steps of Newton's method from `near` towards the top of the pilots' agreement. */
export function bestShift(values: PilotValues, near: Shift): { shift: Shift; score: number } {
  let best = { shift: near, ...agreement(values, near) };
  for (let step = 0; step < 2; step++) {
    const { shift, gx, gy, hxx, hxy, hyy } = best;
    const det = hxx * hyy - hxy * hxy;
    // Only a top curves down both ways.
    if (hxx >= 0 || det <= 0) break;
    const x = shift.x - clamp((hyy * gx - hxy * gy) / det);
    const y = shift.y - clamp((hxx * gy - hxy * gx) / det);
    const trial = { shift: { x, y }, ...agreement(values, { x, y }) };
    if (trial.score <= best.score) break;
    best = trial;
  }
  return { shift: best.shift, score: best.score };
}

function clamp(step: number): number {
  return Math.min(1.5, Math.max(-1.5, step));
}

/** The pilots' correlation at a shift, with its slope and curvature. */
export function agreement({ re, im, norm }: PilotValues, { x, y }: Shift) {
  const columns = phaseTable(x);
  const rows = phaseTable(y);
  const out = { score: 0, gx: 0, gy: 0, hxx: 0, hxy: 0, hyy: 0 };
  const w = (2 * Math.PI) / PERIOD;
  for (let k = 0; k < PILOTS.count; k++) {
    const u = PILOTS.u[k]!;
    const v = PILOTS.v[k]!;
    const i = 2 * (u + PHASE_MIDDLE);
    const j = 2 * (v + PHASE_MIDDLE);
    const c = columns[i]! * rows[j]! - columns[i + 1]! * rows[j + 1]!;
    const s = columns[i + 1]! * rows[j]! + columns[i]! * rows[j + 1]!;
    const value = re[k]! * c + im[k]! * s;
    const slope = w * (im[k]! * c - re[k]! * s);
    out.score += value;
    out.gx += u * slope;
    out.gy += v * slope;
    out.hxx -= w * w * u * u * value;
    out.hxy -= w * w * u * v * value;
    out.hyy -= w * w * v * v * value;
  }
  out.score /= norm;
  return out;
}

/** t = matrix c + (x, y): from canonical pixels at hand to those of the marked image, modulo PERIOD. */
export function mapOf({ spectrum, pitch, matrix: m, shift }: Placed): Homography {
  const ox = spectrum.origin.x * pitch;
  const oy = spectrum.origin.y * pitch;
  return {
    matrix: m,
    x: shift.x - (m[0] * ox + m[1] * oy),
    y: shift.y - (m[2] * ox + m[3] * oy),
  };
}
