/**
 * Means over squares, and samples divided by their local deviation. Four samples at a time; `f32`, rows of any width. One row
 * goes through all steps before the next begins: of what lies between, a few rows are kept, which stay in the processor's cache.
 */

/**
 * Mean over `2 radius + 1` samples of a row, edges repeated. `padded` holds `width + 2 radius + 4` samples for the time
 * being; up to three samples behind the end of `out` are overwritten.
 */
function meanAcross(from: usize, width: i32, radius: i32, out: usize, padded: usize): void {
  const side = 2 * radius + 1;
  const norm = f32x4.splat(<f32>1 / <f32>side);
  const inner = padded + ((<usize>radius) << 2);
  memory.copy(inner, from, (<usize>width) << 2);
  const first = load<f32>(from);
  const last = load<f32>(from + ((<usize>(width - 1)) << 2));
  for (let k = 0; k < radius; k++) store<f32>(padded + ((<usize>k) << 2), first);
  for (let k = 0; k < radius + 4; k++) store<f32>(inner + ((<usize>(width + k)) << 2), last);
  let x = 0;
  for (; x + 16 <= width; x += 16) {
    // Four sums side by side: an addition waits for the one before it in its own sum alone.
    let at = padded + ((<usize>x) << 2);
    let a = v128.load(at);
    let b = v128.load(at, 16);
    let c = v128.load(at, 32);
    let d = v128.load(at, 48);
    for (let k = 1; k < side; k++) {
      at += 4;
      a = f32x4.add(a, v128.load(at));
      b = f32x4.add(b, v128.load(at, 16));
      c = f32x4.add(c, v128.load(at, 32));
      d = f32x4.add(d, v128.load(at, 48));
    }
    storeFour(out + ((<usize>x) << 2), a, b, c, d, norm);
  }
  for (; x < width; x += 4) {
    const at = padded + ((<usize>x) << 2);
    let sum = v128.load(at);
    for (let k = 1; k < side; k++) sum = f32x4.add(sum, v128.load(at + ((<usize>k) << 2)));
    v128.store(out + ((<usize>x) << 2), f32x4.mul(sum, norm));
  }
}

function storeFour(to: usize, a: v128, b: v128, c: v128, d: v128, norm: v128): void {
  v128.store(to, f32x4.mul(a, norm));
  v128.store(to, f32x4.mul(b, norm), 16);
  v128.store(to, f32x4.mul(c, norm), 32);
  v128.store(to, f32x4.mul(d, norm), 48);
}

/** Rows of a ring that keeps what a mean of this radius looks at: a power of two. */
function ringOf(radius: i32): i32 {
  let rows = 1;
  while (rows < 2 * radius + 1) rows <<= 1;
  return rows;
}

/** Mean over `2 radius + 1` rows of a plane around row `y`, edges repeated; row k of the plane is row `k & mask` of `ring`. */
function meanDown(
  ring: usize,
  mask: i32,
  stride: usize,
  width: i32,
  height: i32,
  y: i32,
  radius: i32,
  out: usize,
): void {
  const side = 2 * radius + 1;
  const norm = f32x4.splat(<f32>1 / <f32>side);
  const zero = f32x4.splat(0);
  let x = 0;
  for (; x + 16 <= width; x += 16) {
    const column = ring + ((<usize>x) << 2);
    let a = zero;
    let b = zero;
    let c = zero;
    let d = zero;
    for (let k = y - radius; k <= y + radius; k++) {
      const at = column + <usize>(min(max(k, 0), height - 1) & mask) * stride;
      a = f32x4.add(a, v128.load(at));
      b = f32x4.add(b, v128.load(at, 16));
      c = f32x4.add(c, v128.load(at, 32));
      d = f32x4.add(d, v128.load(at, 48));
    }
    storeFour(out + ((<usize>x) << 2), a, b, c, d, norm);
  }
  for (; x < width; x += 4) {
    const column = ring + ((<usize>x) << 2);
    let sum = zero;
    for (let k = y - radius; k <= y + radius; k++) {
      const at = column + <usize>(min(max(k, 0), height - 1) & mask) * stride;
      sum = f32x4.add(sum, v128.load(at));
    }
    v128.store(out + ((<usize>x) << 2), f32x4.mul(sum, norm));
  }
}

/** Divides each sample of a row of `band` by (variance + floor)^(3/4) and clips it to +-`clip`. */
function divideByDeviation(
  band: usize,
  variance: usize,
  count: i32,
  floor: f32,
  clip: f32,
  edge: usize,
): void {
  const least = f32x4.splat(floor);
  const high = f32x4.splat(clip);
  const low = f32x4.splat(-clip);
  const zero = f32x4.splat(0);
  for (let x = 0; x < count; x += 4) {
    const i = (<usize>x) << 2;
    const root = f32x4.sqrt(f32x4.add(f32x4.max(v128.load(variance + i), zero), least));
    const value = f32x4.div(v128.load(band + i), f32x4.mul(root, f32x4.sqrt(root)));
    const clipped = f32x4.min(f32x4.max(value, low), high);
    if (x + 4 <= count) {
      v128.store(band + i, clipped);
      continue;
    }
    // The next row stands right behind, and is not divided yet.
    v128.store(edge, clipped);
    memory.copy(band + i, edge, (<usize>(count - x)) << 2);
  }
}

/**
 * The band-passed plane in `band`; its local variance in `variance`, or, where `clip` is above 0, `band` divided by the
 * deviation. Planes are of one size, with room for four samples behind each.
 *
 * @param variance a plane; one row of it is used where `clip` is above 0.
 * @param rows room for as many rows as `means` has of its rings and four more, each of `width + 2 low + 2 window + 4` samples.
 */
export function bandPass(
  plane: usize,
  width: i32,
  height: i32,
  low: i32,
  window: i32,
  floor: f32,
  clip: f32,
  band: usize,
  variance: usize,
  rows: usize,
): void {
  const bytes = (<usize>width) << 2;
  const stride = (<usize>(width + 2 * low + 2 * window + 4)) << 2;
  const lowRows = ringOf(low);
  const windowRows = ringOf(window);
  const first = rows;
  const second = first + <usize>lowRows * stride;
  const third = second + <usize>lowRows * stride;
  const mean = third + <usize>windowRows * stride;
  const square = mean + stride;
  const padded = square + stride;
  for (let step = 0; step < height + 2 * low + window; step++) {
    if (step < height) {
      const to = first + <usize>(step & (lowRows - 1)) * stride;
      meanAcross(plane + <usize>step * bytes, width, low, to, padded);
    }
    let y = step - low;
    if (y >= 0 && y < height) {
      meanDown(first, lowRows - 1, stride, width, height, y, low, mean);
      const to = second + <usize>(y & (lowRows - 1)) * stride;
      meanAcross(mean, width, low, to, padded);
    }
    y -= low;
    if (y >= 0 && y < height) {
      meanDown(second, lowRows - 1, stride, width, height, y, low, mean);
      const from = plane + <usize>y * bytes;
      const to = band + <usize>y * bytes;
      for (let i: usize = 0; i < bytes; i += 16) {
        const value = f32x4.sub(v128.load(from + i), v128.load(mean + i));
        // The last step may write beyond the row: the next row is written later, and behind the last there is room.
        v128.store(to + i, value);
        v128.store(square + i, f32x4.mul(value, value));
      }
      meanAcross(square, width, window, third + <usize>(y & (windowRows - 1)) * stride, padded);
    }
    y -= window;
    if (y < 0 || y >= height) continue;
    const out = clip > 0 ? variance : variance + <usize>y * bytes;
    meanDown(third, windowRows - 1, stride, width, height, y, window, out);
    if (clip > 0) divideByDeviation(band + <usize>y * bytes, out, width, floor, clip, padded);
  }
}
