/** Where in a spectrum the template's lines stand: candidates for rotation, scale, aspect and flip. */
import type { Matrix } from './homography.js';
import { LAYOUT, PERIOD } from './layout.js';
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
  const best = new Map<number, Candidate>();
  const offer = (cell: number, score: number, matrix: Matrix): void => {
    const known = best.get(cell);
    if (!known || known.score < score) best.set(cell, { matrix, score });
  };
  searchTurns(spectrum, pitch, offer);
  searchStretches(spectrum, pitch, offer);
  return [...best.values()].sort((a, b) => b.score - a.score).slice(0, keep);
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
    const scores = scales.map((scale) => {
      let sum = 0;
      for (let i = 0; i < LINES; i++) {
        sum += powerAt(spectrum, side * U[i]! * scale * unit, V[i]! * scale * unit);
      }
      return sum / LINES;
    });
    scores.forEach((score, i) => {
      if (score < (scores[i - 1] ?? 0) || score < (scores[i + 1] ?? 0)) return;
      found.push({ matrix: [side * scales[i]!, 0, 0, scales[i]!], score });
    });
  }
  return found.sort((a, b) => b.score - a.score).slice(0, keep);
}

type Offer = (cell: number, score: number, matrix: Matrix) => void;

const LINES = LAYOUT.template.length;
const U = Float64Array.from(LAYOUT.template, ({ u }) => u);
/** Sum over the lines below which no candidate is kept: most of what chance gives. */
const FAINT = 1.3 * LINES;
const V = Float64Array.from(LAYOUT.template, ({ v }) => v);

function scalesOf({ min, max, step }: typeof SCALE, pitch: number): number[] {
  const count = Math.floor(Math.log(max / min) / step);
  return Array.from({ length: count + 1 }, (_, i) => (2 / pitch) * min * Math.exp(i * step));
}

/**
 * Added before the fraction is cut off, this rounds: a multiple of every spectrum's size, which drops out once
 * bins are wrapped, and a half.
 */
const ROUNDING = 4096.5;

function searchTurns(spectrum: Spectrum, pitch: number, offer: Offer): void {
  const { size, power } = spectrum;
  const mask = size - 1;
  const unit = (size * pitch) / PERIOD;
  const scales = scalesOf(SCALE, pitch);
  const turned = new Float64Array(2 * LINES);
  for (let a = 0; a * ANGLE_STEP < Math.PI - 1e-9; a++) {
    const c = Math.cos(a * ANGLE_STEP);
    const s = Math.sin(a * ANGLE_STEP);
    for (let i = 0; i < LINES; i++) {
      turned[2 * i] = (c * U[i]! + s * V[i]!) * unit;
      turned[2 * i + 1] = (c * V[i]! - s * U[i]!) * unit;
    }
    for (let k = 0; k < scales.length; k++) {
      const scale = scales[k]!;
      let plain = 0;
      let flipped = 0;
      for (let i = 0; i < 2 * LINES; i += 2) {
        const x = (turned[i]! * scale + ROUNDING) | 0;
        const row = (((turned[i + 1]! * scale + ROUNDING) | 0) & mask) * size;
        plain += power[row + (x & mask)]!;
        flipped += power[row + (-x & mask)]!;
      }
      // Cells of four angles and three scales: neighbours are the same peak.
      const cell = (a >> 2) * 1000 + Math.floor(k / 3);
      if (plain > FAINT)
        offer(2 * cell, plain / LINES, [scale * c, -scale * s, scale * s, scale * c]);
      if (flipped > FAINT) {
        offer(2 * cell + 1, flipped / LINES, [-scale * c, -scale * s, -scale * s, scale * c]);
      }
    }
  }
}

function searchStretches(spectrum: Spectrum, pitch: number, offer: Offer): void {
  const { size, power } = spectrum;
  const mask = size - 1;
  const unit = (size * pitch) / PERIOD;
  const scales = scalesOf(STRETCH, pitch);
  const n = scales.length;
  // Bins that each line falls on at each scale, upright and mirrored.
  const tableOf = (values: Float64Array, side: number, factor: number): Int32Array =>
    Int32Array.from({ length: n * LINES }, (_, i) => {
      const bin = Math.round(values[i % LINES]! * scales[Math.floor(i / LINES)]! * unit);
      return ((side * bin) & mask) * factor;
    });
  const columnU = tableOf(U, 1, 1);
  const columnMirroredU = tableOf(U, -1, 1);
  const rowU = tableOf(U, 1, size);
  const rowMirroredU = tableOf(U, -1, size);
  const columnV = tableOf(V, 1, 1);
  const rowV = tableOf(V, 1, size);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      let [plain, mirrored, left, right] = [0, 0, 0, 0];
      for (let i = a * LINES, j = b * LINES; i < (a + 1) * LINES; i++, j++) {
        plain += power[rowV[j]! + columnU[i]!]!;
        mirrored += power[rowV[j]! + columnMirroredU[i]!]!;
        left += power[rowMirroredU[i]! + columnV[j]!]!;
        right += power[rowU[i]! + columnV[j]!]!;
      }
      const sx = scales[a]!;
      const sy = scales[b]!;
      const cell = 4e6 + 4 * (Math.floor(a / 3) * 1000 + Math.floor(b / 3));
      if (plain > FAINT) offer(cell, plain / LINES, [sx, 0, 0, sy]);
      if (mirrored > FAINT) offer(cell + 1, mirrored / LINES, [-sx, 0, 0, sy]);
      if (left > FAINT) offer(cell + 2, left / LINES, [0, -sx, sy, 0]);
      if (right > FAINT) offer(cell + 3, right / LINES, [0, sx, sy, 0]);
    }
  }
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
  const columns = Int32Array.from({ length: pairs.length * LINES }, (_, i) => {
    const { along, across } = pairs[Math.floor(i / LINES)]!;
    return Math.round((along * U[i % LINES]! + across * V[i % LINES]!) * unit) & mask;
  });
  const rows = Int32Array.from({ length: pairs.length * LINES }, (_, i) => {
    const { along, across } = pairs[Math.floor(i / LINES)]!;
    return (Math.round((across * U[i % LINES]! + along * V[i % LINES]!) * unit) & mask) * size;
  });
  const found: Candidate[] = [];
  let least = FAINT;
  for (let p = 0; p < pairs.length; p++) {
    for (let q = 0; q < pairs.length; q++) {
      let sum = 0;
      for (let i = 0; i < LINES; i++) sum += power[rows[q * LINES + i]! + columns[p * LINES + i]!]!;
      if (sum <= least) continue;
      const [x, y] = [pairs[p]!, pairs[q]!];
      found.push({ matrix: [x.along, y.across, x.across, y.along], score: sum / LINES });
      if (found.length < 4 * keep) continue;
      found.sort((a, b) => b.score - a.score).length = 2 * keep;
      least = found[found.length - 1]!.score * LINES;
    }
  }
  return found.sort((a, b) => b.score - a.score).slice(0, keep);
}

function steps(min: number, max: number, step: number): number[] {
  return Array.from(
    { length: Math.floor((max - min) / step + 1e-9) + 1 },
    (_, i) => min + i * step,
  );
}
