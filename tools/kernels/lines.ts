/** Sums of a plane of `f32` over constellations of places: `f64`, two sums side by side, each in the order of its places. */

/** Values at two places, as `f64`. */
function two(a: usize, b: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load32_lane(b, v128.load32_zero(a), 1));
}

/**
 * `out[p * seconds + q]` = sum over i of `plane[first[p * lines + i] + second[q * lines + i]]`.
 *
 * @param first `i32`, likewise `second`: indices whose sums lie in the plane.
 * @param seconds room for one more is needed behind `out`.
 */
export function pairSums(
  plane: usize,
  first: usize,
  firsts: i32,
  second: usize,
  seconds: i32,
  lines: i32,
  out: usize,
): void {
  const step = (<usize>lines) << 2;
  for (let p = 0; p < firsts; p++, first += step) {
    let b = second;
    for (let q = 0; q < seconds; q += 2, b += 2 * step) {
      // Of an odd number, the last sum is made twice.
      const next = q + 1 < seconds ? step : 0;
      let sum = f64x2.splat(0);
      for (let i: usize = 0; i < step; i += 4) {
        const from = load<i32>(first + i);
        const x = plane + ((<usize>(from + load<i32>(b + i))) << 2);
        const y = plane + ((<usize>(from + load<i32>(b + next + i))) << 2);
        sum = f64x2.add(sum, two(x, y));
      }
      v128.store(out + ((<usize>(p * seconds + q)) << 3), sum);
    }
  }
}

/**
 * Sums over places (x, y) that are scaled, rounded down and wrapped around a square plane, and over the same places with x
 * mirrored: `out[2 * (t * scaleCount + k)]` and behind it, for turn t and scale k.
 *
 * @param size of the plane, a power of two.
 * @param places `turns` times `lines` pairs of `f64`.
 * @param offset `f64` added before a place is rounded; what it comes to is positive.
 */
export function turnSums(
  plane: usize,
  size: i32,
  places: usize,
  turns: i32,
  lines: i32,
  scales: usize,
  scaleCount: i32,
  offset: f64,
  out: usize,
): void {
  const mask = size - 1;
  const wrap = i32x4.splat(mask);
  const rounding = f64x2.splat(offset);
  const step = (<usize>lines) << 4;
  for (let t = 0; t < turns; t++, places += step) {
    for (let k = 0; k < scaleCount; k++, out += 16) {
      const scale = v128.load64_splat(scales + ((<usize>k) << 3));
      let sum = f64x2.splat(0);
      for (let i: usize = 0; i < step; i += 16) {
        const place = f64x2.add(f64x2.mul(v128.load(places + i), scale), rounding);
        const bins = v128.and(i32x4.trunc_sat_f64x2_s_zero(place), wrap);
        const x = i32x4.extract_lane(bins, 0);
        const row = plane + ((<usize>(i32x4.extract_lane(bins, 1) * size)) << 2);
        const a = row + ((<usize>x) << 2);
        const b = row + ((<usize>(-x & mask)) << 2);
        sum = f64x2.add(sum, two(a, b));
      }
      v128.store(out, sum);
    }
  }
}
