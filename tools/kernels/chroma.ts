/**
 * What dwtDct marks of blocks of 8 x 8 pixels are read from: U as OpenCV computes it (COLOR_BGR2YUV), one Haar step, and the largest of
 * the 16 coefficients of its low band. Two coefficients at a time, in the order of operations of OpenCV and PyWavelets: values on the edge of a
 * cell are common in 8-bit pictures, and the last binary digit decides them.
 */

const BLOCK: i32 = 8;
const SQRT1_2: f64 = 0.7071067811865476;

/** One channel of four pixels: `bytes` names where it stands in each, beyond 15 for nothing. */
function channelOf(pixels: v128, bytes: v128): v128 {
  return i8x16.swizzle(pixels, bytes);
}

/** Where channel `k` of four pixels of `channels` bytes stands, in the lowest byte of each lane. */
function bytesOf(channels: i32, k: i32): v128 {
  const first = i32x4.splat(k | ~0xff);
  return i32x4.add(first, i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(channels)));
}

/** OpenCV's fixed point with 14 fractional bits: 0.114, 0.587, 0.299 and 0.492. */
function chromaOfBytes(blue: v128, green: v128, red: v128): v128 {
  const luma = i32x4.shr_s(
    i32x4.add(
      i32x4.add(i32x4.mul(blue, i32x4.splat(1868)), i32x4.mul(green, i32x4.splat(9617))),
      i32x4.add(i32x4.mul(red, i32x4.splat(4899)), i32x4.splat(8192)),
    ),
    14,
  );
  const scaled = i32x4.mul(i32x4.sub(blue, luma), i32x4.splat(8061));
  return i32x4.shr_s(i32x4.add(scaled, i32x4.splat((128 << 14) + 8192)), 14);
}

/** U of two pixels, in floating point. */
function chromaOfFloats(blue: v128, green: v128, red: v128): v128 {
  const luma = f64x2.add(
    f64x2.add(f64x2.mul(blue, f64x2.splat(0.114)), f64x2.mul(green, f64x2.splat(0.587))),
    f64x2.mul(red, f64x2.splat(0.299)),
  );
  return f64x2.add(f64x2.mul(f64x2.sub(blue, luma), f64x2.splat(0.492)), f64x2.splat(0.5));
}

/** Lanes 0 and 2 of four integers. */
function even(values: v128): v128 {
  return f64x2.convert_low_i32x4_s(i32x4.shuffle(values, values, 0, 2, 0, 2));
}

/** Lanes 1 and 3. */
function odd(values: v128): v128 {
  return f64x2.convert_low_i32x4_s(i32x4.shuffle(values, values, 1, 3, 1, 3));
}

/** SQRT1_2 a + SQRT1_2 b. */
function haar(a: v128, b: v128): v128 {
  const norm = f64x2.splat(SQRT1_2);
  return f64x2.add(f64x2.mul(norm, a), f64x2.mul(norm, b));
}

/**
 * Largest magnitude in the low band of every block of one row of blocks, but for the first coefficient, which no mark is in.
 *
 * @param pixels the first of eight rows of `stride` bytes, `channels` (3 or 4) to a pixel; 4 bytes behind the last are read.
 * @param red place of the red byte in a pixel, 0 or 2; blue has the other.
 * @param floats 1 for arithmetic on floats, where U lies around 0.5; 0 for bytes, where it is rounded and lies around 128.
 * @param out `columns` `f64`.
 */
export function largestLow(
  pixels: usize,
  stride: i32,
  channels: i32,
  columns: i32,
  red: i32,
  floats: i32,
  out: usize,
): void {
  const reds = bytesOf(channels, red);
  const greens = bytesOf(channels, 1);
  const blues = bytesOf(channels, 2 - red);
  const notFirst = i64x2(0, -1);
  for (let column = 0; column < columns; column++) {
    let largest = f64x2.splat(0);
    const block = pixels + <usize>(column * BLOCK * channels);
    for (let half = 0; half < 2; half++) {
      for (let row = 0; row < 4; row++) {
        const at = block + <usize>(half * 4 * channels + 2 * row * stride);
        const upper = v128.load(at);
        const lower = v128.load(at + <usize>stride);
        const r = channelOf(upper, reds);
        const g = channelOf(upper, greens);
        const b = channelOf(upper, blues);
        const s = channelOf(lower, reds);
        const h = channelOf(lower, greens);
        const c = channelOf(lower, blues);
        let left: v128;
        let right: v128;
        if (floats) {
          left = haar(
            chromaOfFloats(even(b), even(g), even(r)),
            chromaOfFloats(even(c), even(h), even(s)),
          );
          right = haar(
            chromaOfFloats(odd(b), odd(g), odd(r)),
            chromaOfFloats(odd(c), odd(h), odd(s)),
          );
        } else {
          const u = chromaOfBytes(b, g, r);
          const v = chromaOfBytes(c, h, s);
          left = haar(even(u), even(v));
          right = haar(odd(u), odd(v));
        }
        let magnitude = f64x2.abs(haar(left, right));
        if (half == 0 && row == 0) magnitude = v128.and(magnitude, notFirst);
        largest = f64x2.max(largest, magnitude);
      }
    }
    const most = max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1));
    store<f64>(out + ((<usize>column) << 3), most);
  }
}
