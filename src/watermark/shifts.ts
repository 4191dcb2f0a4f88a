/** The map of shifts: how far the pilots of one pose agree with every shift at once. */
import { highOfFft2, type HighValues } from '../core/index.js';
import { bestShift } from './agreement.js';
import { multiply } from './homography.js';
import { PERIOD } from './layout.js';
import { PILOTS, readPilotsBothWays, type PilotValues, type Shift } from './pilots.js';
import { bestFirst } from './ranking.js';
import type { Placed, Pose } from './register.js';

/** Side of the map of shifts: one place every two canonical pixels. */
const MAP = 128;
const MAP_STEP = PERIOD / MAP;
// Dead when the function that fills them returns.
const mapRe = new Float64Array(MAP * MAP);
const mapIm = new Float64Array(MAP * MAP);

/**
 * The shifts at which the pilots agree best, for the pose and for the same turned by 180 degrees (both
 * have the same power); `score` is the pilots' correlation, about N(0, 1) at a random place.
 */
export function findShifts(pose: Pose, keep: number): Placed[] {
  const opposite = { ...pose, matrix: multiply(pose.matrix, [-1, 0, 0, -1]) };
  const [a, b] = readPilotsBothWays(pose.spectrum, pose.pitch, pose.matrix);
  // Real maps come from conjugate-symmetric inputs, so one complex transform makes both.
  const re = mapRe.fill(0);
  const im = mapIm.fill(0);
  const mask = MAP - 1;
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
  const [straight, turned] = highOfFft2(MAP, re, im, PEAK, BOTH) as [HighValues, HighValues];
  return [
    ...peaksAsPlaced(straight, pose, 2 * a.norm, keep),
    ...peaksAsPlaced(turned, opposite, 2 * b.norm, keep),
  ]
    .sort(bestFirst)
    .slice(0, keep);
}

function peaksAsPlaced(high: HighValues, pose: Pose, norm: number, keep: number): Placed[] {
  return peaksOf(high, keep).map((i) => ({
    ...pose,
    shift: shiftOf(high.places[i]!),
    score: high.values[i]! / norm,
  }));
}

/** The shift at which pilots read from a whole picture agree best. */
export function shiftOfPilots(values: PilotValues): { shift: Shift; score: number } {
  const re = mapRe.fill(0);
  const im = mapIm.fill(0);
  const mask = MAP - 1;
  for (let k = 0; k < PILOTS.count; k++) {
    const at = (PILOTS.v[k]! & mask) * MAP + (PILOTS.u[k]! & mask);
    re[at] = re[at]! + values.re[k]!;
    im[at] = im[at]! + values.im[k]!;
  }
  const [high] = highOfFft2(MAP, re, im, PEAK, ['re']) as [HighValues];
  return peaksOf(high, 6)
    .map((i) => bestShift(values, shiftOf(high.places[i]!)))
    .reduce((best, found) => (found.score > best.score ? found : best));
}

function shiftOf(place: number): Shift {
  return { x: (place % MAP) * MAP_STEP, y: Math.floor(place / MAP) * MAP_STEP };
}

const BOTH = ['re', 'im'] as const;
/** Share of the highest value from which on a place may be a peak. */
const PEAK = 0.75;

/** The `keep` highest that are no neighbours of one another, as indices of `high`; of equal ones the first. */
function peaksOf({ places, values }: HighValues, keep: number): number[] {
  let left = [...places.keys()];
  const peaks: number[] = [];
  while (peaks.length < keep && left.length > 0) {
    const peak = left.reduce((best, i) => (values[i]! > values[best]! ? i : best));
    peaks.push(peak);
    left = left.filter((i) => !isNear(places[i]!, places[peak]!));
  }
  return peaks;
}

function isNear(i: number, j: number): boolean {
  return apart(i % MAP, j % MAP) < 3 && apart(Math.floor(i / MAP), Math.floor(j / MAP)) < 3;
}

/** Distance along an axis that is wrapped around. */
function apart(a: number, b: number): number {
  return Math.min(Math.abs(a - b), MAP - Math.abs(a - b));
}
