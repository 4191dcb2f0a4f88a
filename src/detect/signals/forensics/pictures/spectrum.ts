/** Mean spectrum of what a Laplacian leaves, in decibels, frequency 0 in the middle. */
import type { Pixels } from '../../../../image/index.js';
import { createPixels } from '../../../../image/index.js';
import type { Plane } from '../plane.js';

const SIDE = 128;
const MAX_TILES = 9;
/** Decibels from black to white. */
const RANGE_DB = 36;

export function spectrumPicture({ data, width, height }: Plane): Pixels {
  const power = new Float64Array(SIDE * SIDE);
  const columns = Math.floor((width - 2) / SIDE);
  const rows = Math.floor((height - 2) / SIDE);
  const step = Math.max(1, Math.ceil((columns * rows) / MAX_TILES));
  for (let tile = 0; tile < columns * rows; tile += step) {
    const left = 1 + SIDE * (tile % columns);
    const top = 1 + SIDE * Math.floor(tile / columns);
    const residual = new Float64Array(SIDE * SIDE);
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const i = (top + y) * width + left + x;
        const window =
          Math.sin((Math.PI * (x + 0.5)) / SIDE) * Math.sin((Math.PI * (y + 0.5)) / SIDE);
        residual[y * SIDE + x] =
          window *
          (4 * data[i]! - data[i - 1]! - data[i + 1]! - data[i - width]! - data[i + width]!);
      }
    }
    addPower(residual, power);
  }
  return inDecibels(power);
}

const COS = Float64Array.from({ length: SIDE }, (_, i) => Math.cos((2 * Math.PI * i) / SIDE));

function addPower(tile: Float64Array, power: Float64Array): void {
  const sin = (phase: number): number => COS[(phase + 3 * (SIDE / 4)) & (SIDE - 1)]!;
  const re = new Float64Array(SIDE * SIDE);
  const im = new Float64Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    for (let u = 0; u < SIDE; u++) {
      let [a, b] = [0, 0];
      for (let x = 0; x < SIDE; x++) {
        const phase = (u * x) & (SIDE - 1);
        a += tile[y * SIDE + x]! * COS[phase]!;
        b -= tile[y * SIDE + x]! * sin(phase);
      }
      re[y * SIDE + u] = a;
      im[y * SIDE + u] = b;
    }
  }
  for (let u = 0; u < SIDE; u++) {
    for (let v = 0; v < SIDE; v++) {
      let [a, b] = [0, 0];
      for (let y = 0; y < SIDE; y++) {
        const phase = (v * y) & (SIDE - 1);
        const [p, q] = [re[y * SIDE + u]!, im[y * SIDE + u]!];
        a += p * COS[phase]! + q * sin(phase);
        b += q * COS[phase]! - p * sin(phase);
      }
      power[v * SIDE + u]! += a * a + b * b;
    }
  }
}

function inDecibels(power: Float64Array): Pixels {
  const out = createPixels(SIDE, SIDE, 3);
  const most = power.reduce((max, value) => Math.max(max, value), 0);
  if (most === 0) return out;
  for (let v = 0; v < SIDE; v++) {
    for (let u = 0; u < SIDE; u++) {
      const from = ((v + SIDE / 2) % SIDE) * SIDE + ((u + SIDE / 2) % SIDE);
      const level = 10 * Math.log10(Math.max(power[from]! / most, 1e-12));
      const at = (v * SIDE + u) * 3;
      out.data.fill(255 * Math.max(0, 1 + level / RANGE_DB), at, at + 3);
    }
  }
  return out;
}
