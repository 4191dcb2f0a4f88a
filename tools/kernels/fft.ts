/**
 * Fourier transforms with four-way butterflies, in `f64`, two columns at a time. `table` holds for a transform of `size`: cosines,
 * negated sines (`f64`), and each index with its bits read backwards (`u32`).
 */

const BYTES: usize = 8;

function real(ar: v128, ai: v128, br: v128, bi: v128): v128 {
  return f64x2.sub(f64x2.mul(ar, br), f64x2.mul(ai, bi));
}

function imaginary(ar: v128, ai: v128, br: v128, bi: v128): v128 {
  return f64x2.add(f64x2.mul(ar, bi), f64x2.mul(ai, br));
}

/** Sums and differences of neighbouring rows: the first stage of a size that is no power of four. */
function pairs(re: usize, im: usize, width: i32, stride: usize, size: i32): void {
  for (let y = 0; y < size; y += 2) {
    let a = <usize>y * stride;
    for (const end = a + <usize>width * BYTES; a < end; a += 16) {
      const b = a + stride;
      const r = v128.load(re + a);
      const i = v128.load(im + a);
      const tr = v128.load(re + b);
      const ti = v128.load(im + b);
      v128.store(re + a, f64x2.add(r, tr));
      v128.store(im + a, f64x2.add(i, ti));
      v128.store(re + b, f64x2.sub(r, tr));
      v128.store(im + b, f64x2.sub(i, ti));
    }
  }
}

/** Transforms `width` columns (even) whose rows stand in reversed order; `stride` is the bytes of a row. */
function butterflies(
  re: usize,
  im: usize,
  width: i32,
  stride: usize,
  size: i32,
  table: usize,
): void {
  const cos = table;
  const sin = table + <usize>size * BYTES;
  let quarter = 1;
  if (ctz(size) & 1) {
    pairs(re, im, width, stride, size);
    quarter = 2;
  }
  for (; quarter < size; quarter *= 4) {
    const step = size / (4 * quarter);
    const far = <usize>quarter * stride;
    for (let k = 0; k < quarter; k++) {
      const w1r = v128.load64_splat(cos + <usize>(2 * k * step) * BYTES);
      const w1i = v128.load64_splat(sin + <usize>(2 * k * step) * BYTES);
      const w2r = v128.load64_splat(cos + <usize>(k * step) * BYTES);
      const w2i = v128.load64_splat(sin + <usize>(k * step) * BYTES);
      const w3r = real(w1r, w1i, w2r, w2i);
      const w3i = imaginary(w1r, w1i, w2r, w2i);
      for (let start = k; start < size; start += 4 * quarter) {
        let a = <usize>start * stride;
        for (const end = a + <usize>width * BYTES; a < end; a += 16) {
          const b = a + far;
          const c = b + far;
          const d = c + far;
          const xb = v128.load(re + b);
          const yb = v128.load(im + b);
          const br = real(xb, yb, w1r, w1i);
          const bi = imaginary(xb, yb, w1r, w1i);
          const xc = v128.load(re + c);
          const yc = v128.load(im + c);
          const cr = real(xc, yc, w2r, w2i);
          const ci = imaginary(xc, yc, w2r, w2i);
          const xd = v128.load(re + d);
          const yd = v128.load(im + d);
          const dr = real(xd, yd, w3r, w3i);
          const di = imaginary(xd, yd, w3r, w3i);
          const ar = v128.load(re + a);
          const ai = v128.load(im + a);
          const pr = f64x2.add(ar, br);
          const pi = f64x2.add(ai, bi);
          const mr = f64x2.sub(ar, br);
          const mi = f64x2.sub(ai, bi);
          const sr = f64x2.add(cr, dr);
          const si = f64x2.add(ci, di);
          const tr = f64x2.sub(cr, dr);
          const ti = f64x2.sub(ci, di);
          v128.store(re + a, f64x2.add(pr, sr));
          v128.store(im + a, f64x2.add(pi, si));
          v128.store(re + b, f64x2.add(mr, ti));
          v128.store(im + b, f64x2.sub(mi, tr));
          v128.store(re + c, f64x2.sub(pr, sr));
          v128.store(im + c, f64x2.sub(pi, si));
          v128.store(re + d, f64x2.sub(mr, ti));
          v128.store(im + d, f64x2.add(mi, tr));
        }
      }
    }
  }
}

/** Columns that go through all butterflies together, so that they stay in the cache. */
const CHUNK: i32 = 32;

/** Each column of `size` rows of `stride` complex values (even): rows come in reversed order and leave in their own. */
export function columns(re: usize, im: usize, stride: i32, size: i32, table: usize): void {
  for (let x = 0; x < stride; x += CHUNK) {
    const at = <usize>x * BYTES;
    butterflies(re + at, im + at, min(CHUNK, stride - x), <usize>stride * BYTES, size, table);
  }
}

/**
 * Two rows of `size` complex values, side by side, in their own order.
 *
 * @param re the rows, one behind the other; likewise `im`.
 * @param block room for 4 `size` values: real parts of both, then imaginary ones, value by value.
 */
function twoRows(re: usize, im: usize, size: i32, table: usize, block: usize): void {
  const reversed = table + 2 * <usize>size * BYTES;
  const imaginaries = block + 2 * <usize>size * BYTES;
  const next = <usize>size * BYTES;
  for (let i = 0; i < size; i++) {
    const from = <usize>i * BYTES;
    const to = <usize>load<u32>(reversed + ((<usize>i) << 2)) * 16;
    store<f64>(block + to, load<f64>(re + from));
    store<f64>(block + to + 8, load<f64>(re + from + next));
    store<f64>(imaginaries + to, load<f64>(im + from));
    store<f64>(imaginaries + to + 8, load<f64>(im + from + next));
  }
  butterflies(block, imaginaries, 2, 16, size, table);
}

/** Every row of a `size` x `size` complex array; row y leaves at the place of its reversed number, as `columns` takes it. */
export function complexRows(
  re: usize,
  im: usize,
  size: i32,
  table: usize,
  block: usize,
  outRe: usize,
  outIm: usize,
): void {
  const reversed = table + 2 * <usize>size * BYTES;
  const bytes = <usize>size * BYTES;
  for (let y = 0; y < size; y += 2) {
    twoRows(re + <usize>y * bytes, im + <usize>y * bytes, size, table, block);
    for (let lane = 0; lane < 2; lane++) {
      const to = <usize>load<u32>(reversed + ((<usize>(y + lane)) << 2)) * bytes;
      let from = block + <usize>lane * 8;
      for (let i: usize = 0; i < bytes; i += 8, from += 16) {
        store<f64>(outRe + to + i, load<f64>(from));
        store<f64>(outIm + to + i, load<f64>(from + 2 * bytes));
      }
    }
  }
}

/**
 * Four rows of `size` real samples through two complex transforms.
 *
 * @param samples row 0, row 2, row 1, row 3 of the four: the first two are real parts, the others imaginary ones.
 * @param places four `u32`: row of the output that each goes to.
 * @param width columns kept, of rows of `stride`.
 */
export function realRows(
  samples: usize,
  size: i32,
  table: usize,
  block: usize,
  places: usize,
  re: usize,
  im: usize,
  width: i32,
  stride: i32,
): void {
  twoRows(samples, samples + 2 * <usize>size * BYTES, size, table, block);
  const imaginaries = block + 2 * <usize>size * BYTES;
  for (let lane = 0; lane < 2; lane++) {
    const even = <usize>load<u32>(places + ((<usize>(2 * lane)) << 2)) * <usize>stride * BYTES;
    const odd = <usize>load<u32>(places + ((<usize>(2 * lane + 1)) << 2)) * <usize>stride * BYTES;
    for (let x = 0; x < width; x++) {
      const at = (<usize>x * 2 + <usize>lane) * BYTES;
      const mirrored = (<usize>(-x & (size - 1)) * 2 + <usize>lane) * BYTES;
      const a = load<f64>(block + at);
      const b = load<f64>(imaginaries + at);
      const am = load<f64>(block + mirrored);
      const bm = load<f64>(imaginaries + mirrored);
      const to = <usize>x * BYTES;
      store<f64>(re + even + to, (a + am) / 2);
      store<f64>(im + even + to, (b - bm) / 2);
      store<f64>(re + odd + to, (b + bm) / 2);
      store<f64>(im + odd + to, (am - a) / 2);
    }
  }
}

/** Moves rows of `stride` values together so that they are `width` apart. */
export function compact(values: usize, width: i32, stride: i32, rows: i32): void {
  for (let y = 1; y < rows; y++) {
    memory.copy(
      values + <usize>(y * width) * BYTES,
      values + <usize>(y * stride) * BYTES,
      <usize>width * BYTES,
    );
  }
}
