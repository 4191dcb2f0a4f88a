/** Power of counts that are folded by a period. */

/**
 * `out[h]` = |sum over i of `counts[h][i]` exp(2 pi i / period)|^2.
 *
 * @param counts `u32`, `histograms` times `bins`; what stands behind them is read and does not count.
 * @param cos `period` times `f64`, likewise `sin`.
 * @param fold room for `period` and three more `u32`.
 */
export function periodPowers(
  counts: usize,
  histograms: i32,
  bins: i32,
  period: i32,
  cos: usize,
  sin: usize,
  fold: usize,
  out: usize,
): void {
  const rows = bins / period;
  const bytes = (<usize>period) << 2;
  for (let h = 0; h < histograms; h++, counts += (<usize>bins) << 2) {
    memory.fill(fold, 0, bytes + 12);
    let row = counts;
    for (let r = 0; r < rows; r++, row += bytes) {
      for (let i: usize = 0; i < bytes; i += 16) {
        v128.store(fold + i, i32x4.add(v128.load(fold + i), v128.load(row + i)));
      }
    }
    for (let i: usize = 0; row + i < counts + ((<usize>bins) << 2); i += 4) {
      store<u32>(fold + i, load<u32>(fold + i) + load<u32>(row + i));
    }
    let re: f64 = 0;
    let im: f64 = 0;
    for (let i = 0; i < period; i++) {
      const count = <f64>load<u32>(fold + ((<usize>i) << 2));
      re += count * load<f64>(cos + ((<usize>i) << 3));
      im += count * load<f64>(sin + ((<usize>i) << 3));
    }
    store<f64>(out + ((<usize>h) << 3), re * re + im * im);
  }
}
