/** Product of two matrices of `size` by `size`, row by row. */
export function squareProduct(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < size; k++) {
      const factor = a[row * size + k]!;
      for (let col = 0; col < size; col++) out[row * size + col]! += factor * b[k * size + col]!;
    }
  }
  return out;
}
