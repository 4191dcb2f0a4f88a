/** Power of a spectrum over the power around it. Arithmetic in `f64`, planes in `f32`. */

const BYTES: usize = 8;

function place(plane: usize, index: i32): usize {
  return plane + ((<usize>index) << 2);
}

/** `f32` at two places, as `f64`. */
function two(a: usize, b: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load32_lane(b, v128.load32_zero(a), 1));
}

/** Power of the whole plane from its half of `width` columns: the opposite place has the same. */
function wholePower(re: usize, im: usize, width: i32, size: i32, power: usize): void {
  const mask = size - 1;
  for (let y = 0; y < size; y++) {
    let to = place(power, y * size);
    for (let x = 0; x < width; x++, re += BYTES, im += BYTES, to += 4) {
      const a = load<f64>(re);
      const b = load<f64>(im);
      store<f32>(to, <f32>(a * a + b * b));
    }
  }
  for (let y = 0; y < size; y++) {
    let from = place(power, (-y & mask) * size + size - width);
    let to = place(power, y * size + width);
    for (let x = width; x < size; x++, from -= 4, to += 4) store<f32>(to, load<f32>(from));
  }
}

/** Mean over `2 radius + 1` samples of each row, the rows wrapped around; two rows at a time. */
function meanAcross(plane: usize, size: i32, radius: i32, out: usize): void {
  const mask = size - 1;
  const side = 2 * radius + 1;
  const norm = f64x2.splat(1 / <f64>side);
  const next = (<usize>size) << 2;
  for (let y = 0; y < size; y += 2) {
    const row = place(plane, y * size);
    let to = place(out, y * size);
    let sum = f64x2.splat(0);
    for (let k = -radius; k <= radius; k++) {
      const at = place(row, k & mask);
      sum = f64x2.add(sum, two(at, at + next));
    }
    for (let x = 0; x < size; x++, to += 4) {
      const means = f32x4.demote_f64x2_zero(f64x2.mul(sum, norm));
      v128.store32_lane(to, means, 0);
      v128.store32_lane(to + next, means, 1);
      const enter = place(row, (x + radius + 1) & mask);
      const leave = place(row, (x - radius) & mask);
      sum = f64x2.add(sum, f64x2.sub(two(enter, enter + next), two(leave, leave + next)));
    }
  }
}

/**
 * @param re half of the spectrum of real samples, `width` columns and `size` rows of `f64`; likewise `im`.
 * @param size a power of two.
 * @param radius half side of the square around a bin that the mean power is taken over, the plane wrapped around.
 * @param limit of the power over that mean.
 * @param power `size * size` values come out, likewise `across` for the time being.
 * @param scale one over the square root of the mean, `width * size` values.
 * @param sums room for `size` values of `f64`.
 */
export function levelled(
  re: usize,
  im: usize,
  width: i32,
  size: i32,
  radius: i32,
  limit: f64,
  power: usize,
  across: usize,
  scale: usize,
  sums: usize,
): void {
  wholePower(re, im, width, size, power);
  meanAcross(power, size, radius, across);
  const mask = size - 1;
  const side = 2 * radius + 1;
  const norm = f64x2.splat(1 / <f64>side);
  const least = f64x2.splat(1e-12);
  const most = f64x2.splat(limit);
  const one = f64x2.splat(1);
  memory.fill(sums, 0, <usize>size * BYTES);
  for (let k = -radius; k <= radius; k++) {
    const row = place(across, (k & mask) * size);
    for (let x = 0; x < size; x += 2) {
      const at = sums + <usize>x * BYTES;
      const value = f64x2.promote_low_f32x4(v128.load64_zero(place(row, x)));
      v128.store(at, f64x2.add(v128.load(at), value));
    }
  }
  for (let y = 0; y < size; y++) {
    const enter = place(across, ((y + radius + 1) & mask) * size);
    const leave = place(across, ((y - radius) & mask) * size);
    const row = place(power, y * size);
    const scales = place(scale, y * width);
    for (let x = 0; x < size; x += 2) {
      const at = sums + <usize>x * BYTES;
      const sum = v128.load(at);
      // Rounded to f32 in between, as a plane of means would be.
      const mean = f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(f64x2.mul(sum, norm)));
      const noise = f64x2.add(mean, least);
      const own = f64x2.promote_low_f32x4(v128.load64_zero(place(row, x)));
      const level = f64x2.min(most, f64x2.div(own, noise));
      v128.store64_lane(place(row, x), f32x4.demote_f64x2_zero(level), 0);
      if (x < width) {
        const values = f32x4.demote_f64x2_zero(f64x2.div(one, f64x2.sqrt(noise)));
        if (x + 1 < width) v128.store64_lane(place(scales, x), values, 0);
        else v128.store32_lane(place(scales, x), values, 0);
      }
      const entering = f64x2.promote_low_f32x4(v128.load64_zero(place(enter, x)));
      const leaving = f64x2.promote_low_f32x4(v128.load64_zero(place(leave, x)));
      v128.store(at, f64x2.sub(f64x2.add(sum, entering), leaving));
    }
  }
}

/** Real and imaginary parts of `count` values (even) in turn. */
export function interleave(re: usize, im: usize, count: i32, out: usize): void {
  for (let i: usize = 0; i < <usize>count * BYTES; i += 16, out += 32) {
    const a = v128.load(re + i);
    const b = v128.load(im + i);
    v128.store(out, i64x2.shuffle(a, b, 0, 2));
    v128.store(out + 16, i64x2.shuffle(a, b, 1, 3));
  }
}
