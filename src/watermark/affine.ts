/** Plane affine maps, as `[a, b, c, d]` for the matrix ((a, b), (c, d)) and a translation. */
export type Matrix = readonly [number, number, number, number];

export interface Affine {
  readonly matrix: Matrix;
  readonly x: number;
  readonly y: number;
}

export function multiply(p: Matrix, q: Matrix): Matrix {
  return [
    p[0] * q[0] + p[1] * q[2],
    p[0] * q[1] + p[1] * q[3],
    p[2] * q[0] + p[3] * q[2],
    p[2] * q[1] + p[3] * q[3],
  ];
}

export function determinant(m: Matrix): number {
  return m[0] * m[3] - m[1] * m[2];
}

/** @throws RangeError when the matrix has no inverse. */
export function inverse(m: Matrix): Matrix {
  const d = determinant(m);
  if (!(Math.abs(d) > 1e-12)) throw new RangeError('"matrix" expected one that has an inverse');
  return [m[3] / d, -m[1] / d, -m[2] / d, m[0] / d];
}
