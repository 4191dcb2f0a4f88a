/** Sharpens what a search found roughly: a matrix by the template, then matrix and shift by the pilots. */
import { bestShift } from './agreement.js';
import { multiply, type Homography, type Matrix } from './homography.js';
import { LAYOUT, PERIOD } from './layout.js';
import { readPilots, type Shift } from './pilots.js';
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
    // One bit for each trial that did not help from where `best` stands: it would not do so again.
    let vain = 0;
    for (let round = 0, moved = true; round < 3 && moved; round++) {
      moved = false;
      for (const [i, change] of moves.entries()) {
        for (const side of [0, 1]) {
          const bit = 1 << (2 * i + side);
          if ((vain & bit) !== 0) continue;
          const trial = move(best, change(side === 0 ? step : -step));
          if (trial.score <= best.score) {
            vain |= bit;
            continue;
          }
          best = trial;
          vain = 0;
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
  return climb(poseAt(pose, pose.matrix), POWER_STEPS, movesOf(pose), movePose);
}

function movePose(pose: Pose, change: Matrix): Pose {
  return poseAt(pose, multiply(pose.matrix, change));
}

function poseAt(pose: Pose, matrix: Matrix): Pose {
  return { ...pose, matrix, score: templatePower(pose, matrix) };
}

function templatePower({ spectrum, pitch }: Pose, m: Matrix): number {
  const unit = (spectrum.size * pitch) / PERIOD;
  let sum = 0;
  for (const { u, v } of LAYOUT.template) {
    sum += powerAt(spectrum, (m[0] * u + m[2] * v) * unit, (m[1] * u + m[3] * v) * unit);
  }
  return sum / LAYOUT.template.length;
}

/** To where the pilots agree best, in matrix and shift. */
export function sharpenPlaced(placed: Placed): Placed {
  return climb(placedAt(placed, placed.matrix), PILOT_STEPS, movesOf(placed), movePlaced);
}

function movePlaced(placed: Placed, change: Matrix): Placed {
  return placedAt(placed, multiply(placed.matrix, change));
}

/** The best shift under another matrix, near the one that is known. */
function placedAt(placed: Placed, matrix: Matrix): Placed {
  const values = readPilots(placed.spectrum, placed.pitch, matrix);
  return { ...placed, matrix, ...bestShift(values, placed.shift) };
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
