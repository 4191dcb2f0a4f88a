/** How far pilots agree with a shift, and the shift near another that they agree with best. */
import { PERIOD } from './layout.js';
import { PHASE_MIDDLE, phaseTable, PILOTS, type PilotValues, type Shift } from './pilots.js';

/** Where the phases of each pilot stand in a `phaseTable`. */
const COLUMN = Int32Array.from(PILOTS.u, (u) => 2 * (u + PHASE_MIDDLE));
const ROW = Int32Array.from(PILOTS.v, (v) => 2 * (v + PHASE_MIDDLE));

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

/** The pilots' correlation at a shift, with its slope and curvature (up to a positive factor common to both). */
function slopeAt({ re, im, norm }: PilotValues, { x, y }: Shift): Slope {
  const columns = phaseTable(x);
  const rows = phaseTable(y);
  const w = (2 * Math.PI) / PERIOD;
  let [score, gx, gy, hxx, hxy, hyy] = [0, 0, 0, 0, 0, 0];
  for (let k = 0; k < COLUMN.length; k++) {
    const u = w * PILOTS.u[k]!;
    const v = w * PILOTS.v[k]!;
    const i = COLUMN[k]!;
    const j = ROW[k]!;
    const c = columns[i]! * rows[j]! - columns[i + 1]! * rows[j + 1]!;
    const s = columns[i + 1]! * rows[j]! + columns[i]! * rows[j + 1]!;
    const value = re[k]! * c + im[k]! * s;
    const slope = im[k]! * c - re[k]! * s;
    score += value;
    gx += u * slope;
    gy += v * slope;
    hxx -= u * u * value;
    hxy -= u * v * value;
    hyy -= v * v * value;
  }
  return { score: score / norm, gx, gy, hxx, hxy, hyy };
}

/** Two steps of Newton's method from `near` towards the top of the pilots' agreement. */
export function bestShift(values: PilotValues, near: Shift): { shift: Shift; score: number } {
  let best = { shift: near, ...slopeAt(values, near) };
  for (let step = 0; step < 2; step++) {
    const { shift, gx, gy, hxx, hxy, hyy } = best;
    const det = hxx * hyy - hxy * hxy;
    // Only a top curves down both ways.
    if (hxx >= 0 || det <= 0) break;
    const x = shift.x - clamp((hyy * gx - hxy * gy) / det);
    const y = shift.y - clamp((hxx * gy - hxy * gx) / det);
    const trial = { shift: { x, y }, ...slopeAt(values, { x, y }) };
    if (trial.score <= best.score) break;
    best = trial;
  }
  return { shift: best.shift, score: best.score };
}

function clamp(step: number): number {
  return Math.min(1.5, Math.max(-1.5, step));
}
