/** What stands out in an array of `f64`. */

/**
 * Indices of the values that come to `share` of the highest or more; nothing below 0 is high.
 *
 * @param count of the `f64` values, even.
 * @param out room for `count` times `i32`.
 * @returns how many they are.
 */
export function highPlaces(values: usize, count: i32, share: f64, out: usize): i32 {
  const end = values + ((<usize>count) << 3);
  let top = f64x2.splat(0);
  for (let at = values; at < end; at += 16) top = f64x2.pmax(top, v128.load(at));
  const least = f64x2.splat(share * max(f64x2.extract_lane(top, 0), f64x2.extract_lane(top, 1)));
  let found = 0;
  for (let at = values; at < end; at += 16) {
    const high = f64x2.ge(v128.load(at), least);
    if (!v128.any_true(high)) continue;
    const index = <i32>((at - values) >> 3);
    for (let k = 0; k < 2; k++) {
      if (!(load<f64>(at + ((<usize>k) << 3)) >= f64x2.extract_lane(least, 0))) continue;
      store<i32>(out + ((<usize>found) << 2), index + k);
      found++;
    }
  }
  return found;
}
