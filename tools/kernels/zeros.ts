/** DCT coefficients near zero of the 8x8 block at every pixel, of the sixteen that are odd both ways. */

// cos(k pi / 16) / 2
const C1: f32 = 0.49039264020161522;
const C3: f32 = 0.41573480615127262;
const C5: f32 = 0.27778511650980114;
const C7: f32 = 0.097545161008064133;

/** Rows that are worked on at once: what is computed across them stays in the processor's cache. */
const STRIPE: i32 = 16;

function dot(a: v128, b: v128, c: v128, d: v128, p: f32, q: f32, r: f32, s: f32): v128 {
  return f32x4.add(
    f32x4.add(f32x4.mul(a, f32x4.splat(p)), f32x4.mul(b, f32x4.splat(q))),
    f32x4.add(f32x4.mul(c, f32x4.splat(r)), f32x4.mul(d, f32x4.splat(s))),
  );
}

function difference(a: usize, b: usize): v128 {
  return f32x4.sub(v128.load(a), v128.load(b));
}

/** -1 in each lane whose square is below a quarter. */
function isZero(value: v128): v128 {
  return f32x4.lt(f32x4.mul(value, value), f32x4.splat(0.25));
}

/** Frequencies 1, 3, 5 and 7 of every eight values in a row, each into a stripe of `size` values of its own. */
function oddAcross(data: usize, count: i32, across: usize, size: usize): void {
  for (let i: usize = 0; i < (<usize>count) << 2; i += 16) {
    const from = data + i;
    const a = difference(from, from + 28);
    const b = difference(from + 4, from + 24);
    const c = difference(from + 8, from + 20);
    const d = difference(from + 12, from + 16);
    v128.store(across + i, dot(a, b, c, d, C1, C3, C5, C7));
    v128.store(across + size + i, dot(a, b, c, d, C3, -C7, -C1, -C5));
    v128.store(across + 2 * size + i, dot(a, b, c, d, C5, -C1, C7, C3));
    v128.store(across + 3 * size + i, dot(a, b, c, d, C7, -C5, C3, -C1));
  }
}

/**
 * Counts, one byte each, for the blocks whose corners lie in the first `height - 7` rows.
 *
 * @param across room for 4 (STRIPE + 7) rows and 64 bytes more.
 */
export function zeroCounts(
  plane: usize,
  width: i32,
  height: i32,
  zeros: usize,
  across: usize,
): void {
  const stride = (<usize>width) << 2;
  const size = stride * <usize>(STRIPE + 7) + 16;
  for (let y = 0; y < height - 7; y += STRIPE) {
    const rows = min(STRIPE, height - 7 - y);
    oddAcross(plane + <usize>y * stride, (rows + 7) * width, across, size);
    const counts = zeros + <usize>(y * width);
    for (let i = 0; i < rows * width; i += 4) {
      let found = i32x4.splat(0);
      for (let f = 0; f < 4; f++) {
        const at = across + <usize>f * size + ((<usize>i) << 2);
        const a = difference(at, at + 7 * stride);
        const b = difference(at + stride, at + 6 * stride);
        const c = difference(at + 2 * stride, at + 5 * stride);
        const d = difference(at + 3 * stride, at + 4 * stride);
        const p = isZero(dot(a, b, c, d, C1, C3, C5, C7));
        const q = isZero(dot(a, b, c, d, C3, -C7, -C1, -C5));
        const r = isZero(dot(a, b, c, d, C5, -C1, C7, C3));
        const s = isZero(dot(a, b, c, d, C7, -C5, C3, -C1));
        found = i32x4.add(found, i32x4.add(i32x4.add(p, q), i32x4.add(r, s)));
      }
      const halves = i16x8.narrow_i32x4_s(i32x4.neg(found), found);
      v128.store32_lane(counts + <usize>i, i8x16.narrow_i16x8_u(halves, halves), 0);
    }
  }
}
