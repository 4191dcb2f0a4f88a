/** 8x8 DCT (T.81 A.3.3, orthonormal) of sampled blocks: only the low frequencies that the tests read. */
import type { Plane } from './plane.js';

/** Rows and columns of frequencies that are computed: 0..4 both ways. */
const LOW = 5;
/** AC frequencies in zig-zag order as [vertical, horizontal]; the last diagonal of the 5x5 corner. */
export const LOW_MODES: readonly (readonly [number, number])[] = [
  [0, 1],
  [1, 0],
  [2, 0],
  [1, 1],
  [0, 2],
  [0, 3],
  [1, 2],
  [2, 1],
  [3, 0],
  [4, 0],
  [3, 1],
  [2, 2],
  [1, 3],
  [0, 4],
];

export interface BlockSpectra {
  readonly blocks: number;
  /** Values of mode `m` of `LOW_MODES` stand from `m * blocks` on. */
  readonly values: Float32Array;
  /** Corner of each block in the plane. */
  readonly x: Uint16Array;
  readonly y: Uint16Array;
}

/** Value of the basis of frequency `k` at its `i`th sample; the last four are the first ones mirrored, or negated too. */
const basis = (k: number, i: number): number =>
  Math.sqrt((k === 0 ? 1 : 2) / 8) * Math.cos(((2 * i + 1) * k * Math.PI) / 16);
const EVEN = [0, 2, 4].map((k) => Float64Array.from({ length: 4 }, (_, i) => basis(k, i)));
const ODD = [1, 3].map((k) => Float64Array.from({ length: 4 }, (_, i) => basis(k, i)));

/** Where each mode stands among columns of frequencies. */
const PLACE = Int32Array.from(LOW_MODES, ([v, u]) => u * LOW + v);

// Dead when `blockSpectra` returns.
const rowsOut = new Float64Array(8 * LOW);
const columnsOut = new Float64Array(LOW * LOW);

/** Frequencies 0..4 of the eight values from `start` on, `step` apart, put from `LOW * line` on. */
function lowFrequencies(
  values: Float32Array | Float64Array,
  start: number,
  step: number,
  line: number,
  out: Float64Array,
): void {
  const last = start + 7 * step;
  const [a, b, c, d] = [
    values[start]!,
    values[start + step]!,
    values[start + 2 * step]!,
    values[start + 3 * step]!,
  ];
  const [e, f, g, h] = [
    values[last]!,
    values[last - step]!,
    values[last - 2 * step]!,
    values[last - 3 * step]!,
  ];
  const at = line * LOW;
  for (let k = 0; k < 3; k++) {
    const wave = EVEN[k]!;
    out[at + 2 * k] =
      (a + e) * wave[0]! + (b + f) * wave[1]! + (c + g) * wave[2]! + (d + h) * wave[3]!;
  }
  for (let k = 0; k < 2; k++) {
    const wave = ODD[k]!;
    out[at + 2 * k + 1] =
      (a - e) * wave[0]! + (b - f) * wave[1]! + (c - g) * wave[2]! + (d - h) * wave[3]!;
  }
}

/**
 * Blocks of the grid whose corners are (`gridX`, `gridY`) modulo 8 in the picture. Of more than `most` blocks, a
 * regular part. Flat blocks (all 64 values equal) and ones that touch black or white are left out: clipping
 * there breaks the lattice that quantisation leaves.
 */
export function blockSpectra(
  plane: Plane,
  gridX: number,
  gridY: number,
  most = 4096,
): BlockSpectra {
  const { data, width, height } = plane;
  const firstX = (((gridX - plane.left) % 8) + 8) % 8;
  const firstY = (((gridY - plane.top) % 8) + 8) % 8;
  const columns = Math.max(0, Math.floor((width - firstX) / 8));
  const rows = Math.max(0, Math.floor((height - firstY) / 8));
  const step = Math.max(1, (columns * rows) / most);
  const room = Math.ceil((columns * rows) / step) + 1;
  const modes = LOW_MODES.length;
  const values = new Float32Array(modes * room);
  const xs = new Uint16Array(room);
  const ys = new Uint16Array(room);
  let count = 0;
  for (let next = 0; next < columns * rows; next += step) {
    const index = Math.floor(next);
    const x = firstX + 8 * (index % columns);
    const y = firstY + 8 * Math.floor(index / columns);
    if (!usable(data, width, x, y)) continue;
    for (let row = 0; row < 8; row++) {
      const at = (y + row) * width + x;
      lowFrequencies(data, at, 1, row, rowsOut);
    }
    for (let u = 0; u < LOW; u++) {
      lowFrequencies(rowsOut, u, LOW, u, columnsOut);
    }
    for (let m = 0; m < modes; m++) values[m * room + count] = columnsOut[PLACE[m]!]!;
    xs[count] = x;
    ys[count] = y;
    count++;
  }
  return packed(values, room, count, xs, ys);
}

function packed(
  values: Float32Array,
  room: number,
  blocks: number,
  x: Uint16Array,
  y: Uint16Array,
): BlockSpectra {
  for (let m = 1; m < LOW_MODES.length; m++) {
    values.copyWithin(m * blocks, m * room, m * room + blocks);
  }
  return {
    blocks,
    values: values.subarray(0, LOW_MODES.length * blocks),
    x: x.subarray(0, blocks),
    y: y.subarray(0, blocks),
  };
}

function usable(data: Float32Array, width: number, x: number, y: number): boolean {
  const first = data[y * width + x]!;
  let flat = true;
  for (let row = 0; row < 8; row++) {
    const at = (y + row) * width + x;
    for (let i = at; i < at + 8; i++) {
      const value = data[i]!;
      if (value <= 1 || value >= 254) return false;
      if (value !== first) flat = false;
    }
  }
  return !flat;
}

/** Step of each low mode in a table; transposed where the picture was turned by a quarter. */
export function lowSteps(table: readonly number[], transposed = false): number[] {
  return LOW_MODES.map(([v, u]) => table[transposed ? u * 8 + v : v * 8 + u]!);
}
