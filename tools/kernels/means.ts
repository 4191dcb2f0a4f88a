/** Means over squares, and samples divided by their local deviation. Four samples at a time; `f32`, rows of any width. */

/** Mean over `2 radius + 1` samples of each row, edges repeated. `row` holds `width + 2 radius + 4` samples for the time being. */
function meanAcross(
  plane: usize,
  width: i32,
  height: i32,
  radius: i32,
  out: usize,
  row: usize,
): void {
  const side = 2 * radius + 1;
  const norm = f32x4.splat(<f32>1 / <f32>side);
  const inner = row + ((<usize>radius) << 2);
  for (let y = 0; y < height; y++) {
    const from = plane + ((<usize>(y * width)) << 2);
    const to = out + ((<usize>(y * width)) << 2);
    memory.copy(inner, from, (<usize>width) << 2);
    const first = load<f32>(from);
    const last = load<f32>(from + ((<usize>(width - 1)) << 2));
    for (let k = 0; k < radius; k++) store<f32>(row + ((<usize>k) << 2), first);
    for (let k = 0; k < radius + 4; k++) store<f32>(inner + ((<usize>(width + k)) << 2), last);
    // The last step may write beyond the row: the next row is written later, and behind the last there is room.
    for (let x = 0; x < width; x += 4) {
      const at = row + ((<usize>x) << 2);
      let sum = v128.load(at);
      for (let k = 1; k < side; k++) sum = f32x4.add(sum, v128.load(at + ((<usize>k) << 2)));
      v128.store(to + ((<usize>x) << 2), f32x4.mul(sum, norm));
    }
  }
}

/** Mean over `2 radius + 1` samples of each column, edges repeated. */
function meanDown(plane: usize, width: i32, height: i32, radius: i32, out: usize): void {
  const side = 2 * radius + 1;
  const norm = f32x4.splat(<f32>1 / <f32>side);
  const stride = (<usize>width) << 2;
  for (let y = 0; y < height; y++) {
    const to = out + <usize>y * stride;
    for (let x = 0; x < width; x += 4) {
      const column = plane + ((<usize>x) << 2);
      let sum = f32x4.splat(0);
      for (let k = y - radius; k <= y + radius; k++) {
        sum = f32x4.add(sum, v128.load(column + <usize>min(max(k, 0), height - 1) * stride));
      }
      v128.store(to + ((<usize>x) << 2), f32x4.mul(sum, norm));
    }
  }
}

function boxMean(
  plane: usize,
  width: i32,
  height: i32,
  radius: i32,
  out: usize,
  scratch: usize,
  row: usize,
): void {
  meanAcross(plane, width, height, radius, scratch, row);
  meanDown(scratch, width, height, radius, out);
}

/**
 * The band-passed plane in `band`, its local variance in `variance`. All planes are of one size, with room for four samples
 * behind each.
 */
export function bandPass(
  plane: usize,
  width: i32,
  height: i32,
  low: i32,
  window: i32,
  band: usize,
  variance: usize,
  scratch: usize,
  row: usize,
): void {
  const bytes = (<usize>(width * height)) << 2;
  boxMean(plane, width, height, low, variance, scratch, row);
  boxMean(variance, width, height, low, band, scratch, row);
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = f32x4.sub(v128.load(plane + i), v128.load(band + i));
    v128.store(band + i, value);
    v128.store(variance + i, f32x4.mul(value, value));
  }
  boxMean(variance, width, height, window, variance, scratch, row);
}

/** Divides each sample of `band` by (variance + floor)^(3/4) and clips it to +-`clip`. */
export function divideByDeviation(
  band: usize,
  variance: usize,
  count: i32,
  floor: f32,
  clip: f32,
): void {
  const least = f32x4.splat(floor);
  const high = f32x4.splat(clip);
  const low = f32x4.splat(-clip);
  const zero = f32x4.splat(0);
  const bytes = (<usize>count) << 2;
  for (let i: usize = 0; i < bytes; i += 16) {
    const root = f32x4.sqrt(f32x4.add(f32x4.max(v128.load(variance + i), zero), least));
    const value = f32x4.div(v128.load(band + i), f32x4.mul(root, f32x4.sqrt(root)));
    v128.store(band + i, f32x4.min(f32x4.max(value, low), high));
  }
}
