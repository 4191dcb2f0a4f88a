/** Corrects a map by what parts of the picture say about where they lie (block-shifts.ts). */
import { compose, type Homography } from './homography.js';
import { blockPilots, blocksOf } from './block-shifts.js';
import type { LayerViews } from './front-end.js';
import { agreementAt, bestShift } from './agreement.js';
import { phaseTable, type Shift } from './pilots.js';
import type { Readings } from './soft-decode.js';

/** How far from where it should be a part is looked for, canonical pixels. */
const REACH = 6;
/** Pilots of a part below this are chance, given the places tried. */
const LEAST_PILOTS = 3.8;

/** Parts that are asked: `count` x `count`, each `share` of the picture's sides. */
export interface Grid {
  readonly count: number;
  readonly share: number;
}

interface Displacement {
  /** Middle of the part, from the picture's middle. */
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly weight: number;
}

/**
 * @param views of the warped picture, one sample per canonical pixel of the marked image in the fine layer.
 * @param readings of the same picture: the noise of every carrier.
 * @param shift as `softValues` takes it.
 * @param middle of the picture, in the marked image.
 * @param grid few large parts hear faint pilots, many small ones follow a stronger bend.
 * @returns what to do after the map that was used: a slight perspective when six or more parts are heard, an affine
 *   map from four, a shift below that; null when none is.
 */
export function correctionFor(
  views: LayerViews,
  readings: Readings,
  shift: Shift,
  middle: Shift,
  grid: Grid = { count: 3, share: 0.5 },
): Homography | null {
  const { width, height } = views.fine.signal;
  const noise = { coarse: readings.coarse.noise, fine: readings.fine.noise };
  const origin = { x: -shift.x, y: -shift.y };
  const columns = placesAround(origin.x);
  const rows = placesAround(origin.y);
  const found: Displacement[] = [];
  for (const block of blocksOf(width, height, grid.count, grid.share)) {
    const pilots = blockPilots(views, noise, block);
    let best = { shift: origin, score: -Infinity };
    for (const row of rows) {
      for (const column of columns) {
        const score = agreementAt(pilots, column.phases, row.phases);
        if (score > best.score) best = { shift: { x: column.at, y: row.at }, score };
      }
    }
    best = bestShift(pilots, best.shift);
    if (best.score < LEAST_PILOTS) continue;
    found.push({
      x: block.left + block.width / 2 - width / 2,
      y: block.top + block.height / 2 - height / 2,
      dx: best.shift.x - origin.x,
      dy: best.shift.y - origin.y,
      weight: best.score ** 2,
    });
  }
  if (found.length === 0) return null;
  const terms = found.length >= 6 ? 8 : found.length >= 4 ? 6 : 2;
  const [ax, ay, bxx = 0, bxy = 0, byx = 0, byy = 0, gx = 0, gy = 0] = fitTerms(found, terms);
  const there: Homography = { matrix: [1, 0, 0, 1], x: middle.x, y: middle.y };
  const back: Homography = { matrix: [1, 0, 0, 1], x: -middle.x, y: -middle.y };
  // d(p) = a + B p + p (g . p) is to first order what (p + a + B p) / (1 - g . p) moves p by.
  const change: Homography = {
    matrix: [1 + bxx, bxy, byx, 1 + byy],
    x: ax!,
    y: ay!,
    tilt: [-gx, -gy],
  };
  return compose(there, compose(change, back));
}

/** Places along an axis at which a part is looked for first, with their phases. */
function placesAround(origin: number): { at: number; phases: Float64Array }[] {
  return Array.from({ length: REACH + 1 }, (_, i) => {
    const at = origin - REACH + 2 * i;
    return { at, phases: phaseTable(at) };
  });
}

/** Weighted least squares for the first `terms` of (ax, ay, bxx, bxy, byx, byy, gx, gy). */
function fitTerms(found: readonly Displacement[], terms: number): number[] {
  const normal = Array.from({ length: terms }, () => new Float64Array(terms + 1));
  for (const { x, y, dx, dy, weight } of found) {
    for (const [row, value] of [
      [[1, 0, x, y, 0, 0, x * x, x * y], dx],
      [[0, 1, 0, 0, x, y, x * y, y * y], dy],
    ] as const) {
      for (let i = 0; i < terms; i++) {
        for (let j = 0; j < terms; j++) {
          normal[i]![j] = normal[i]![j]! + weight * row[i]! * row[j]!;
        }
        normal[i]![terms] = normal[i]![terms]! + weight * row[i]! * value;
      }
    }
  }
  return solve(normal);
}

/** Gauss-Jordan elimination of `rows` (the right side last); unknowns that nothing fixes are 0. */
function solve(rows: Float64Array[]): number[] {
  const n = rows.length;
  for (let i = 0; i < n; i++) {
    let pivot = i;
    for (let r = i + 1; r < n; r++) {
      if (Math.abs(rows[r]![i]!) > Math.abs(rows[pivot]![i]!)) pivot = r;
    }
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    const lead = rows[i]![i]!;
    if (Math.abs(lead) < 1e-9) continue;
    for (let r = 0; r < n; r++) {
      if (r === i) continue;
      const factor = rows[r]![i]! / lead;
      for (let c = i; c <= n; c++) rows[r]![c] = rows[r]![c]! - factor * rows[i]![c]!;
    }
  }
  return rows.map((row, i) => (Math.abs(row[i]!) < 1e-9 ? 0 : row[n]! / row[i]!));
}
