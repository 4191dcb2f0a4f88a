/** Means of all samples of a plane that lie a multiple of `side` apart, both ways. */

/**
 * @param inside one byte each, 1 for a sample that counts; 0 for all of them.
 * @param side a multiple of four.
 * @param sums `side` x `side` `f32`, and likewise `counts`; both 0 before. The means are left in `sums`, 0 where there are no samples.
 */
export function fold(
  plane: usize,
  inside: usize,
  width: i32,
  height: i32,
  side: i32,
  sums: usize,
  counts: usize,
): void {
  const one = f32x4.splat(1);
  for (let y = 0; y < height; y++) {
    const row = (<usize>((y % side) * side)) << 2;
    for (let start = 0; start < width; start += side) {
      const end = min(side, width - start);
      const from = y * width + start;
      let x = 0;
      for (; x + 4 <= end; x += 4) {
        const at = row + ((<usize>x) << 2);
        const i = <usize>(from + x);
        const weight = inside
          ? f32x4.convert_i32x4_u(
              i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(inside + i))),
            )
          : one;
        v128.store(
          sums + at,
          f32x4.add(v128.load(sums + at), f32x4.mul(weight, v128.load(plane + (i << 2)))),
        );
        v128.store(counts + at, f32x4.add(v128.load(counts + at), weight));
      }
      for (; x < end; x++) {
        const at = row + ((<usize>x) << 2);
        const i = <usize>(from + x);
        const weight: f32 = inside ? <f32>load<u8>(inside + i) : 1;
        store<f32>(sums + at, load<f32>(sums + at) + weight * load<f32>(plane + (i << 2)));
        store<f32>(counts + at, load<f32>(counts + at) + weight);
      }
    }
  }
  for (let i: usize = 0; i < (<usize>(side * side)) << 2; i += 16) {
    const sum = v128.load(sums + i);
    const count = v128.load(counts + i);
    const mean = f32x4.div(sum, f32x4.max(count, one));
    v128.store(sums + i, mean);
  }
}
