/** Maps of the plane: affine ones, and the slight perspective that a tilted camera adds. */

/** `[a, b, c, d]` for ((a, b), (c, d)). */
export type Matrix = readonly [number, number, number, number];

/** p -> (matrix p + (x, y)) / (1 + tilt . p) */
export interface Homography {
  readonly matrix: Matrix;
  readonly x: number;
  readonly y: number;
  /** Default: none. */
  readonly tilt?: readonly [number, number];
}

/** `map` applied to (x, y). */
export function apply(map: Homography, x: number, y: number): [number, number] {
  const { matrix: m, tilt } = map;
  const w = tilt ? 1 + tilt[0] * x + tilt[1] * y : 1;
  return [(m[0] * x + m[1] * y + map.x) / w, (m[2] * x + m[3] * y + map.y) / w];
}

/** `second` after `first`. */
export function compose(second: Homography, first: Homography): Homography {
  const { matrix: a, tilt: [g, h] = [0, 0] } = second;
  const { matrix: b, tilt: [k, l] = [0, 0] } = first;
  // Products of 3 x 3 matrices with a last row (tilt, 1), scaled so that the last entry is 1 again.
  const last = g * first.x + h * first.y + 1;
  const row = (p: number, q: number, r: number): [number, number, number] => [
    (p * b[0] + q * b[2] + r * k) / last,
    (p * b[1] + q * b[3] + r * l) / last,
    (p * first.x + q * first.y + r) / last,
  ];
  const [m0, m1, x] = row(a[0], a[1], second.x);
  const [m2, m3, y] = row(a[2], a[3], second.y);
  const [t0, t1] = row(g, h, 1);
  return { matrix: [m0, m1, m2, m3], x, y, tilt: [t0, t1] };
}

/** The map that undoes `map`. @throws RangeError when there is none. */
export function invert(map: Homography): Homography {
  const { matrix: m, x, y, tilt: [g, h] = [0, 0] } = map;
  // Adjugate of the 3 x 3 matrix.
  const last = determinant(m);
  if (!(Math.abs(last) > 1e-12)) throw new RangeError('"map" expected one that has an inverse');
  return {
    matrix: [
      (m[3] - y * h) / last,
      (x * h - m[1]) / last,
      (y * g - m[2]) / last,
      (m[0] - x * g) / last,
    ],
    x: (m[1] * y - x * m[3]) / last,
    y: (x * m[2] - m[0] * y) / last,
    tilt: [(m[2] * h - m[3] * g) / last, (m[1] * g - m[0] * h) / last],
  };
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
