/**
 * Periods in the block averages at every grid offset, after Bianchi and Piva, "Detection of non-aligned double JPEG
 * compression based on integer periodicity maps" (IEEE TIFS 2012). An earlier JPEG leaves DC values that are
 * multiples of its step at the offset of its grid, and saving again blurs but does not remove that.
 *
 * With N blocks whose values d are spread over many periods, |sum exp(2 pi i d / q)|^2 / N has the tail exp(-x) when
 * there is no period q: Rayleigh's test.
 */
import { periodPowers } from '../../../core/index.js';
import type { Plane } from './plane.js';

export interface DcPeriod {
  /** Origin of the grid, modulo 8 in the picture. */
  x: number;
  y: number;
  /** Step of the DC coefficient. */
  step: number;
  /** Rayleigh's statistic: its tail is exp(-power). */
  power: number;
}

/** Of an earlier JPEG at quality 87 (4) to 30 (27). */
export const DC_STEPS: readonly number[] = Array.from({ length: 24 }, (_, i) => i + 4);
/** Sums of 64 values are counted in bins of 8, one DC unit. */
const BIN = 8;
const BINS = (255 * 64) / BIN + 1;
/** Side of the part that is looked at: 4096 blocks at every offset. */
const MAX_SIDE = 512;

/**
 * The strongest period at each of the 64 offsets, strongest first, for steps above `above`; empty with fewer than 256
 * usable blocks an offset. Few distinct values have power at every offset, so each power is taken over what half of the
 * offsets exceed.
 */
export function dcPeriods(plane: Plane, above: number): DcPeriod[] {
  const width = Math.min(plane.width, MAX_SIDE);
  const height = Math.min(plane.height, MAX_SIDE);
  if (width < 8 || height < 8) return [];
  const startX = (plane.width - width) >> 1;
  const startY = (plane.height - height) >> 1;
  const counts = sumCounts(plane, startX, startY, width, height);
  const histograms = Array.from({ length: 64 }, (_, offset) =>
    counts.subarray(offset * BINS, (offset + 1) * BINS),
  );
  const totals = histograms.map(sumOf);
  if (totals.some((total) => total < 256)) return [];
  const best = histograms.map((_, offset): DcPeriod => {
    const x = (plane.left + startX + (offset & 7)) & 7;
    const y = (plane.top + startY + (offset >> 3)) & 7;
    return { x, y, step: 0, power: 0 };
  });
  const steps = DC_STEPS.filter((step) => step > above);
  const powers = new Float64Array(64);
  for (const [i, ofStep] of periodPowers(counts, BINS, steps).entries()) {
    for (let offset = 0; offset < 64; offset++) powers[offset] = ofStep[offset]! / totals[offset]!;
    const usual = powers.slice().sort()[32]! / Math.LN2;
    for (let offset = 0; offset < 64; offset++) {
      const power = powers[offset]! / Math.max(1, usual);
      if (power > best[offset]!.power) best[offset] = { ...best[offset]!, step: steps[i]!, power };
    }
  }
  return best.sort((a, b) => b.power - a.power);
}

function sumOf(counts: Uint32Array): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}

/** Histogram of block sums at each offset; blocks that lie in flat or clipped parts are left out. */
function sumCounts(
  { data, width: stride }: Plane,
  startX: number,
  startY: number,
  width: number,
  height: number,
): Uint32Array {
  const counts = new Uint32Array(64 * BINS);
  const columns = new Float64Array(width);
  const squares = new Float64Array(width);
  const first = startY * stride + startX;
  for (let y = 0; y < 7; y++) addRow(data, first + y * stride, 1, columns, squares);
  for (let y = 0; y + 8 <= height; y++) {
    addRow(data, first + (y + 7) * stride, 1, columns, squares);
    let sum = 0;
    let square = 0;
    for (let x = 0; x < 7; x++) {
      sum += columns[x]!;
      square += squares[x]!;
    }
    for (let x = 0; x + 8 <= width; x++) {
      sum += columns[x + 7]!;
      square += squares[x + 7]!;
      const variance = square / 64 - (sum / 64) ** 2;
      if (variance > 0.5 && sum > 64 * 4 && sum < 64 * 251) {
        counts[((y & 7) * 8 + (x & 7)) * BINS + Math.round(sum / BIN)]!++;
      }
      sum -= columns[x]!;
      square -= squares[x]!;
    }
    addRow(data, first + y * stride, -1, columns, squares);
  }
  return counts;
}

/** Adds the row that begins at `from` to the sums of the columns and of their squares; `sign` -1 takes it out. */
function addRow(
  data: Plane['data'],
  from: number,
  sign: 1 | -1,
  columns: Float64Array,
  squares: Float64Array,
): void {
  for (let x = 0; x < columns.length; x++) {
    const value = data[from + x]!;
    columns[x]! += sign * value;
    squares[x]! += sign * value * value;
  }
}
