/** Where in a spectrum the template's lines stand: candidates for rotation, scale, aspect and flip. */
import { pairSums, turnSums } from '../core/index.js';
import { Cells } from './cells.js';
import type { Matrix } from './homography.js';
import { LAYOUT, PERIOD } from './layout.js';
import { bestFirst } from './ranking.js';
import { powerAt, type Spectrum } from './spectrum.js';

export interface Candidate {
  /** From canonical pixels of the image at hand to canonical pixels of the image that was marked. */
  readonly matrix: Matrix;
  /** Mean power of the template's lines over the noise; 1 by chance. */
  readonly score: number;
}

/** Scales looked at in one spectrum, relative to its own; the next octave's spectrum goes on. */
const SCALE = { min: 0.55, max: 1.2, step: 0.007 };
const ANGLE_STEP = Math.PI / 440;
/** Width and height changed apart: each within these bounds, unturned or turned by 90 degrees. */
const STRETCH = { min: 0.3, max: 1.2, step: 0.009 };

/** @param pitch canonical pixels between samples of the plane behind `spectrum`. */
export function searchTemplate(spectrum: Spectrum, pitch: number, keep: number): Candidate[] {
  const found = [turnsOf(spectrum, pitch), stretchesOf(spectrum, pitch)].flatMap(
    ({ cells, matrixOf }) => cells.best(keep).map((cell) => ({ ...cell, matrixOf })),
  );
  return found
    .sort(bestFirst)
    .slice(0, keep)
    .map(({ score, at, matrixOf }) => ({ matrix: matrixOf(at), score: score / LINES }));
}

/** What one way of searching found, and the matrix of each place that it looked at. */
interface Found {
  readonly cells: Cells;
  readonly matrixOf: (at: number) => Matrix;
}

/**
 * Scales of an image that was neither turned nor stretched (a plain crop, the commonest change): so few
 * that even a faint template ranks well among them.
 */
export function searchUpright(spectrum: Spectrum, pitch: number, keep: number): Candidate[] {
  const unit = (spectrum.size * pitch) / PERIOD;
  const scales = scalesOf({ ...SCALE, step: SCALE.step / 2 }, pitch);
  const found: Candidate[] = [];
  for (const side of [1, -1]) {
    const scores = uprightScores(spectrum, scales, side, unit);
    for (let i = 0; i < scores.length; i++) {
      const score = scores[i]!;
      if (score < (scores[i - 1] ?? 0) || score < (scores[i + 1] ?? 0)) continue;
      found.push({ matrix: [side * scales[i]!, 0, 0, scales[i]!], score });
    }
  }
  return found.sort(bestFirst).slice(0, keep);
}

/** Mean power of the template's lines at each scale; `side` -1 mirrors. */
function uprightScores(
  spectrum: Spectrum,
  scales: readonly number[],
  side: number,
  unit: number,
): Float64Array {
  const scores = new Float64Array(scales.length);
  for (let k = 0; k < scales.length; k++) {
    const scale = scales[k]!;
    let sum = 0;
    for (let i = 0; i < LINES; i++) {
      sum += powerAt(spectrum, side * U[i]! * scale * unit, V[i]! * scale * unit);
    }
    scores[k] = sum / LINES;
  }
  return scores;
}

const LINES = LAYOUT.template.length;
const U = Float64Array.from(LAYOUT.template, ({ u }) => u);
/** Sum over the lines below which no candidate is kept: most of what chance gives. */
const FAINT = 1.3 * LINES;
const V = Float64Array.from(LAYOUT.template, ({ v }) => v);

function scalesOf({ min, max, step }: typeof SCALE, pitch: number): number[] {
  const count = Math.floor(Math.log(max / min) / step);
  const scales: number[] = [];
  for (let i = 0; i <= count; i++) scales.push((2 / pitch) * min * Math.exp(i * step));
  return scales;
}

/**
 * Added before the fraction is cut off, this rounds: a multiple of every spectrum's size, which drops out once
 * bins are wrapped, and a half.
 */
const ROUNDING = 4096.5;

/** Turned and scaled; place `2 * (angle * scales + scale)` is plain, the next one mirrored. */
function turnsOf({ size, power }: Spectrum, pitch: number): Found {
  const unit = (size * pitch) / PERIOD;
  const scales = scalesOf(SCALE, pitch);
  const count = scales.length;
  const angles = Math.ceil((Math.PI - 1e-9) / ANGLE_STEP);
  const turned = new Float64Array(2 * LINES * angles);
  for (let a = 0; a < angles; a++) {
    const c = Math.cos(a * ANGLE_STEP);
    const s = Math.sin(a * ANGLE_STEP);
    for (let i = 0; i < LINES; i++) {
      const at = 2 * (a * LINES + i);
      turned[at] = (c * U[i]! + s * V[i]!) * unit;
      turned[at + 1] = (c * V[i]! - s * U[i]!) * unit;
    }
  }
  const sums = turnSums(power, size, LINES, turned, Float64Array.from(scales), ROUNDING);
  // Cells of four angles and three scales.
  const across = Math.ceil(count / 3);
  const cells = new Cells(2 * Math.ceil(angles / 4) * across);
  for (let a = 0, at = 0; a < angles; a++) {
    for (let k = 0; k < count; k++, at += 2) {
      const cell = 2 * ((a >> 2) * across + Math.floor(k / 3));
      if (sums[at]! > FAINT) cells.offer(cell, sums[at]!, at);
      if (sums[at + 1]! > FAINT) cells.offer(cell + 1, sums[at + 1]!, at + 1);
    }
  }
  const matrixOf = (at: number): Matrix => {
    const turn = Math.floor(at / 2 / count) * ANGLE_STEP;
    const scale = scales[(at >> 1) % count]!;
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    return at % 2 === 0
      ? [scale * c, -scale * s, scale * s, scale * c]
      : [-scale * c, -scale * s, -scale * s, scale * c];
  };
  return { cells, matrixOf };
}

/** Width and height scaled apart, at place `4 * (width * scales + height)` and behind it mirrored and turned by 90 degrees. */
function stretchesOf({ size, power }: Spectrum, pitch: number): Found {
  const scales = scalesOf(STRETCH, pitch);
  const count = scales.length;
  const grid = { size, scales, unit: (size * pitch) / PERIOD };
  const rowV = binsOf(V, 1, size, grid);
  const columnV = binsOf(V, 1, 1, grid);
  const ways = pairSums(power, LINES, [
    { first: binsOf(U, 1, 1, grid), second: rowV },
    { first: binsOf(U, -1, 1, grid), second: rowV },
    { first: binsOf(U, -1, size, grid), second: columnV },
    { first: binsOf(U, 1, size, grid), second: columnV },
  ]);
  // Cells of three by three scales.
  const across = Math.ceil(count / 3);
  const cells = new Cells(4 * across * across);
  for (let a = 0, at = 0; a < count; a++) {
    for (let b = 0; b < count; b++, at++) {
      const cell = 4 * (Math.floor(a / 3) * across + Math.floor(b / 3));
      for (let way = 0; way < 4; way++) {
        const sum = ways[way]![at]!;
        if (sum > FAINT) cells.offer(cell + way, sum, 4 * at + way);
      }
    }
  }
  const matrixOf = (at: number): Matrix => {
    const place = at >> 2;
    const sx = scales[Math.floor(place / count)]!;
    const sy = scales[place % count]!;
    const matrices = [
      [sx, 0, 0, sy],
      [-sx, 0, 0, sy],
      [0, -sx, sy, 0],
      [0, sx, sy, 0],
    ] as const;
    return matrices[(at & 3) as 0 | 1 | 2 | 3];
  };
  return { cells, matrixOf };
}

/** Wrapped bin of every line at every scale, times `factor`; `side` -1 mirrors. */
function binsOf(
  values: Float64Array,
  side: number,
  factor: number,
  { size, scales, unit }: { size: number; scales: readonly number[]; unit: number },
): Int32Array {
  const table = new Int32Array(scales.length * LINES);
  for (let k = 0, at = 0; k < scales.length; k++) {
    for (let i = 0; i < LINES; i++, at++) {
      const bin = Math.round(values[i]! * scales[k]! * unit);
      table[at] = ((side * bin) & (size - 1)) * factor;
    }
  }
  return table;
}

/** Upright pictures seen at a slant: each side's own scale, and how far either axis leans into the other. */
const SLANT = { min: 0.92, max: 1.38, step: 0.02, lean: 0.175, leanStep: 0.025 };

/** Candidates near the identity with all four entries of the matrix free. */
export function searchSlants(spectrum: Spectrum, pitch: number, keep: number): Candidate[] {
  const { size, power } = spectrum;
  const mask = size - 1;
  const unit = (size * pitch) / PERIOD;
  const scales = steps(SLANT.min, SLANT.max, SLANT.step);
  const leans = steps(-SLANT.lean, SLANT.lean, SLANT.leanStep);
  const pairs = scales.flatMap((along) => leans.map((across) => ({ along, across })));
  // Columns depend on a and c of ((a, b), (c, d)), rows on b and d.
  const columns = new Int32Array(pairs.length * LINES);
  const rows = new Int32Array(pairs.length * LINES);
  let line = 0;
  for (const { along, across } of pairs) {
    for (let i = 0; i < LINES; i++, line++) {
      columns[line] = Math.round((along * U[i]! + across * V[i]!) * unit) & mask;
      rows[line] = (Math.round((across * U[i]! + along * V[i]!) * unit) & mask) * size;
    }
  }
  const [sums] = pairSums(power, LINES, [{ first: columns, second: rows }]) as [Float64Array];
  const found: Candidate[] = [];
  let least = FAINT;
  for (let at = 0; at < sums.length; at++) {
    const sum = sums[at]!;
    if (sum <= least) continue;
    const [x, y] = [pairs[Math.floor(at / pairs.length)]!, pairs[at % pairs.length]!];
    found.push({ matrix: [x.along, y.across, x.across, y.along], score: sum / LINES });
    if (found.length < 4 * keep) continue;
    found.sort(bestFirst).length = 2 * keep;
    least = found[found.length - 1]!.score * LINES;
  }
  return found.sort(bestFirst).slice(0, keep);
}

function steps(min: number, max: number, step: number): number[] {
  return Array.from(
    { length: Math.floor((max - min) / step + 1e-9) + 1 },
    (_, i) => min + i * step,
  );
}
