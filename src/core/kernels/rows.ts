/** Rows of samples, one at a time. */

/**
 * Writes row `y` into an array of `size` zeros. Called for every row: bind a function of a module, whose compiled code stays; that
 * of a closure goes with it, and is made again for every picture.
 */
export type FillRow = (y: number, row: Float64Array) => void;

/** Row `y` of samples that stand in rows of `size`. */
export function copyRow(
  samples: Float32Array | Float64Array,
  size: number,
  y: number,
  row: Float32Array | Float64Array,
): void {
  row.set(samples.subarray(y * size, (y + 1) * size));
}
