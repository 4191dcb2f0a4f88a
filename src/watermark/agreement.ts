/** How far pilots agree with a shift, and the shift near another that they agree with best. */
import { PERIOD } from './layout.js';
import { PHASE_MIDDLE, phasesInto, phaseTable, PILOTS } from './pilots.js';
import type { PilotValues, Shift } from './pilots.js';

/** Where the phases of each pilot stand in a `phaseTable`. */
const COLUMN = Int32Array.from(PILOTS.u, (u) => 2 * (u + PHASE_MIDDLE));
const ROW = Int32Array.from(PILOTS.v, (v) => 2 * (v + PHASE_MIDDLE));

/** How fast the phase of each pilot turns along both axes, and the products that its curvature takes. */
const TURN = (2 * Math.PI) / PERIOD;
const U = Float64Array.from(PILOTS.u, (u) => TURN * u);
const V = Float64Array.from(PILOTS.v, (v) => TURN * v);
const UU = U.map((u) => u * u);
const UV = U.map((u, k) => u * V[k]!);
const VV = V.map((v) => v * v);

/** The pilots' correlation at a place, about N(0, 1) by chance; `columns` and `rows` are its phase tables. */
export function agreementAt(
  { re, im, norm }: PilotValues,
  columns: Float64Array,
  rows: Float64Array,
): number {
  let score = 0;
  for (let k = 0; k < COLUMN.length; k++) {
    const i = COLUMN[k]!;
    const j = ROW[k]!;
    const c = columns[i]! * rows[j]! - columns[i + 1]! * rows[j + 1]!;
    const s = columns[i + 1]! * rows[j]! + columns[i]! * rows[j + 1]!;
    score += re[k]! * c + im[k]! * s;
  }
  return score / norm;
}

interface Slope {
  readonly score: number;
  readonly gx: number;
  readonly gy: number;
  readonly hxx: number;
  readonly hxy: number;
  readonly hyy: number;
}

// Tables of the shift that is looked at: thousands of shifts are.
const columnPhases = phaseTable(0);
const rowPhases = phaseTable(0);

/** The pilots' correlation at a shift, with its slope and curvature (up to a positive factor common to both). */
function slopeAt({ re, im, norm }: PilotValues, { x, y }: Shift): Slope {
  const columns = phasesInto(columnPhases, x);
  const rows = phasesInto(rowPhases, y);
  let score = 0;
  let gx = 0;
  let gy = 0;
  let hxx = 0;
  let hxy = 0;
  let hyy = 0;
  for (let k = 0; k < COLUMN.length; k++) {
    const i = COLUMN[k]!;
    const j = ROW[k]!;
    const ci = columns[i]!;
    const si = columns[i + 1]!;
    const cj = rows[j]!;
    const sj = rows[j + 1]!;
    const c = ci * cj - si * sj;
    const s = si * cj + ci * sj;
    const real = re[k]!;
    const imaginary = im[k]!;
    const value = real * c + imaginary * s;
    const slope = imaginary * c - real * s;
    score += value;
    gx += U[k]! * slope;
    gy += V[k]! * slope;
    hxx -= UU[k]! * value;
    hxy -= UV[k]! * value;
    hyy -= VV[k]! * value;
  }
  return { score: score / norm, gx, gy, hxx, hxy, hyy };
}

/** Two steps of Newton's method from `near` towards the top of the pilots' agreement. */
export function bestShift(values: PilotValues, near: Shift): { shift: Shift; score: number } {
  const first = slopeAt(values, near);
  const best = { shift: near, score: first.score };
  const second = stepped(near, first);
  if (second === null) return best;
  const there = slopeAt(values, second);
  if (there.score <= best.score) return best;
  const better = { shift: second, score: there.score };
  const third = stepped(second, there);
  if (third === null) return better;
  // Nothing is asked of the last place but its score.
  const score = agreementAt(
    values,
    phasesInto(columnPhases, third.x),
    phasesInto(rowPhases, third.y),
  );
  return score <= better.score ? better : { shift: third, score };
}

/** One of Newton's steps; null where the agreement is no top: only a top curves down both ways. */
function stepped(shift: Shift, { gx, gy, hxx, hxy, hyy }: Slope): Shift | null {
  const det = hxx * hyy - hxy * hxy;
  if (hxx >= 0 || det <= 0) return null;
  return {
    x: shift.x - clamp((hyy * gx - hxy * gy) / det),
    y: shift.y - clamp((hxx * gy - hxy * gx) / det),
  };
}

function clamp(step: number): number {
  return Math.min(1.5, Math.max(-1.5, step));
}
