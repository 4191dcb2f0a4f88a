/** Which of its neighbours each place has the most of: sixteen bytes at once. */

/** Added to a place where several have as many. */
const TIE: i32 = 128;

/**
 * For every sample of each `step`th row: which of the 8 x 8 squares whose corners are the sample and those to its right and below has the
 * highest count.
 *
 * @param counts one byte for each of `rows` rows of `width`, at most 127 each; up to 22 bytes behind them are read and do not count.
 * @param across room for `2 * width * rows + 32` bytes.
 * @param most the highest count; rows of `width`, as many as have seven rows below them. Up to 15 bytes behind the last one are written, behind
 * those of `place` too.
 * @param place `8 * y + x` of the first square that has it, 128 more where it is not the only one.
 */
export function highestOf64(
  counts: usize,
  width: i32,
  rows: i32,
  step: i32,
  across: usize,
  most: usize,
  place: usize,
): void {
  const size = <usize>(width * rows);
  const placesAcross = across + size + 16;
  const tie = i8x16.splat(<i8>TIE);
  for (let i: usize = 0; i < size; i += 16) {
    let best = v128.load(counts + i);
    let at = i8x16.splat(0);
    for (let k = 1; k < 8; k++) {
      const own = v128.load(counts + i + <usize>k);
      const tied = v128.or(at, v128.and(i8x16.eq(own, best), tie));
      at = v128.bitselect(i8x16.splat(<i8>k), tied, i8x16.gt_u(own, best));
      best = i8x16.max_u(own, best);
    }
    v128.store(across + i, best);
    v128.store(placesAcross + i, at);
  }
  for (let y = 0; y + 8 <= rows; y += step, most += <usize>width, place += <usize>width) {
    for (let x = 0; x < width; x += 16) {
      const from = <usize>(y * width + x);
      let best = v128.load(across + from);
      let at = v128.load(placesAcross + from);
      for (let j = 1; j < 8; j++) {
        const next = from + <usize>(j * width);
        const own = v128.load(across + next);
        const tied = v128.or(at, v128.and(i8x16.eq(own, best), tie));
        const there = v128.or(v128.load(placesAcross + next), i8x16.splat(<i8>(j << 3)));
        at = v128.bitselect(there, tied, i8x16.gt_u(own, best));
        best = i8x16.max_u(own, best);
      }
      v128.store(most + <usize>x, best);
      v128.store(place + <usize>x, at);
    }
  }
}
