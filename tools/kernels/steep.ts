/** Magnitudes of derivatives of a plane, and their sums over its lines, each clipped so that edges do not outweigh all else. */

/** Sums of both halves of four values in `f64`: exact for whole numbers. */
function promoted(sums: v128, values: v128): v128 {
  const high = i32x4.shuffle(values, values, 2, 3, 2, 3);
  return f64x2.add(sums, f64x2.add(f64x2.promote_low_f32x4(values), f64x2.promote_low_f32x4(high)));
}

function total(sums: v128): f64 {
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}

/** Four samples of which `left` are in the row: the others count nothing. */
function within(values: v128, left: i32): v128 {
  return left < 4 ? v128.and(values, i32x4.gt_s(i32x4.splat(left), i32x4(0, 1, 2, 3))) : values;
}

/** Laplacian and both forward differences of four samples from `at` on. */
function rough(at: usize, stride: usize): v128 {
  const value = v128.load(at);
  const right = v128.load(at + 4);
  const below = v128.load(at + stride);
  const around = f32x4.add(
    f32x4.add(v128.load(at - 4), right),
    f32x4.add(v128.load(at - stride), below),
  );
  return f32x4.add(
    f32x4.abs(f32x4.sub(f32x4.mul(value, f32x4.splat(4)), around)),
    f32x4.add(f32x4.abs(f32x4.sub(right, value)), f32x4.abs(f32x4.sub(below, value))),
  );
}

/**
 * |Laplacian| + |difference to the right| + |difference to below| at every sample but those of the border, where it is 0, clipped at
 * four times the mean.
 *
 * @param out `width * height` `f32`.
 */
export function roughness(plane: usize, width: i32, height: i32, out: usize): void {
  const stride = (<usize>width) << 2;
  memory.fill(out, 0, stride * <usize>height);
  if (width < 3 || height < 3) return;
  let sums = f64x2.splat(0);
  for (let y = 1; y < height - 1; y++) {
    const row = <usize>y * stride;
    for (let x = 1; x < width - 1; x += 4) {
      const i = row + ((<usize>x) << 2);
      // Zeros behind the last sample go over the border, and over the next row, which comes later.
      const values = within(rough(plane + i, stride), width - 1 - x);
      v128.store(out + i, values);
      sums = promoted(sums, values);
    }
  }
  const count = <f64>(width - 2) * <f64>(height - 2);
  const most = f32x4.splat(<f32>((4 * total(sums)) / count));
  for (let i: usize = 0; i < stride * <usize>height; i += 16) {
    v128.store(out + i, f32x4.min(v128.load(out + i), most));
  }
}

/** Magnitude of the second derivative of four samples from `at` on, along lines whose samples are `step` bytes apart. */
function steep(at: usize, step: usize): v128 {
  const twice = f32x4.mul(v128.load(at), f32x4.splat(2));
  return f32x4.abs(f32x4.sub(f32x4.sub(twice, v128.load(at - step)), v128.load(at + step)));
}

/**
 * Sums of the magnitudes of the second derivative, clipped at twice their mean over every eighth row.
 *
 * @param across 1: along rows, `out` holds the sum of each of the `width - 2` inner columns and three `f64` more; 0: along columns, `out` holds the
 * sum of each of the `height - 2` inner rows.
 */
export function steepSums(plane: usize, width: i32, height: i32, across: i32, out: usize): void {
  const stride = (<usize>width) << 2;
  const step = across ? <usize>4 : stride;
  let sums = f64x2.splat(0);
  let rows = 0;
  for (let y = 1; y < height - 1; y += 8, rows++) {
    for (let x = 1; x < width - 1; x += 4) {
      const at = plane + <usize>y * stride + ((<usize>x) << 2);
      sums = promoted(sums, within(steep(at, step), width - 1 - x));
    }
  }
  const count = max(<f64>1, <f64>rows * <f64>(width - 2));
  const most = f32x4.splat(<f32>((2 * total(sums)) / count));
  if (across) memory.fill(out, 0, (<usize>(width + 1)) << 3);
  for (let y = 1; y < height - 1; y++) {
    let row = f64x2.splat(0);
    for (let x = 1; x < width - 1; x += 4) {
      const at = plane + <usize>y * stride + ((<usize>x) << 2);
      const values = within(f32x4.min(steep(at, step), most), width - 1 - x);
      if (across) {
        const to = out + ((<usize>(x - 1)) << 3);
        const high = i32x4.shuffle(values, values, 2, 3, 2, 3);
        v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(values)));
        v128.store(to + 16, f64x2.add(v128.load(to + 16), f64x2.promote_low_f32x4(high)));
      } else row = promoted(row, values);
    }
    if (!across) store<f64>(out + ((<usize>(y - 1)) << 3), total(row));
  }
}
