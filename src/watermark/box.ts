/** Means over squares: running sums, the same work for any size. */
import type { Plane } from './plane.js';

/** Mean over a square of side `2 radius + 1`, edges repeated. `scratch` and `out` may not alias `plane`. */
export function boxMean(plane: Plane, radius: number, out: Plane, scratch: Plane): void {
  meanAcross(plane, radius, scratch.data);
  meanDown(scratch, plane, radius, out.data);
}

/** Mean over `2 radius + 1` samples of each row. */
function meanAcross({ width, height, data }: Plane, radius: number, out: Float32Array): void {
  const norm = 1 / (2 * radius + 1);
  // Before `low` the left edge is repeated, from `high` on the right one.
  const low = Math.min(radius + 1, width);
  const high = Math.max(low, width - radius - 1);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const last = row + width - 1;
    let sum = data[row]! * (radius + 1);
    for (let k = 1; k <= radius; k++) sum += data[Math.min(last, row + k)]!;
    for (let i = row; i < row + low; i++) {
      out[i] = sum * norm;
      sum += data[Math.min(last, i + radius + 1)]! - data[row]!;
    }
    for (let i = row + low; i < row + high; i++) {
      out[i] = sum * norm;
      sum += data[i + radius + 1]! - data[i - radius]!;
    }
    for (let i = row + high; i <= last; i++) {
      out[i] = sum * norm;
      sum += data[last]! - data[Math.max(row, i - radius)]!;
    }
  }
}

/** Mean over `2 radius + 1` samples of each column. */
function meanDown(
  { data }: Plane,
  { width, height }: Plane,
  radius: number,
  out: Float32Array,
): void {
  const norm = 1 / (2 * radius + 1);
  const sums = new Float64Array(width);
  for (let k = -radius; k <= radius; k++) {
    const row = Math.min(height - 1, Math.max(0, k)) * width;
    for (let x = 0; x < width; x++) sums[x] = sums[x]! + data[row + x]!;
  }
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const enter = Math.min(height - 1, y + radius + 1) * width;
    const leave = Math.max(0, y - radius) * width;
    for (let x = 0; x < width; x++) {
      const sum = sums[x]!;
      out[row + x] = sum * norm;
      sums[x] = sum + data[enter + x]! - data[leave + x]!;
    }
  }
}
