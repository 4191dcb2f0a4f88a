/** Complex FFT with four-way butterflies, in place, Float64: accurate enough that results are the same everywhere. */

export interface Fft {
  /** A power of two. */
  readonly size: number;
  /** Place of row `y` in what `columns` takes: its bits read backwards. */
  readonly reversed: Uint32Array;
  /** Transforms `size` complex values that stand one after another from `offset` on. */
  forward(re: Float64Array, im: Float64Array, offset: number): void;
  /**
   * Transforms each column of `size` rows of `width` complex values.
   *
   * The rows come in the order of `reversed` and leave in their own.
   */
  columns(re: Float64Array, im: Float64Array, width: number): void;
}

/** Columns that go through all butterflies together, so that they stay in the cache. */
const CHUNK = 32;

/** Tables for transforms of length `size`, a power of two. */
export function createFft(size: number): Fft {
  if (size < 2 || (size & (size - 1)) !== 0) throw new RangeError(`"size" expected power of two`);
  const cos = Float64Array.from({ length: size }, (_, i) => Math.cos((2 * Math.PI * i) / size));
  const sin = Float64Array.from({ length: size }, (_, i) => -Math.sin((2 * Math.PI * i) / size));
  const bits = Math.log2(size);
  const reversed = new Uint32Array(size);
  for (let i = 0; i < size; i++) {
    reversed[i] = (reversed[i >> 1]! >> 1) | ((i & 1) << (bits - 1));
  }
  const odd = (bits & 1) === 1;

  /** `width` columns from `first` on, each `stride` apart: for one row of values, `width` is 1. */
  function butterflies(
    re: Float64Array,
    im: Float64Array,
    first: number,
    width: number,
    stride: number,
  ): void {
    let quarter = 1;
    if (odd) {
      pairs(re, im, first, width, stride, size);
      quarter = 2;
    }
    for (; quarter < size; quarter *= 4) {
      const step = size / (4 * quarter);
      const far = quarter * stride;
      for (let k = 0; k < quarter; k++) {
        const w1r = cos[2 * k * step]!;
        const w1i = sin[2 * k * step]!;
        const w2r = cos[k * step]!;
        const w2i = sin[k * step]!;
        const w3r = w1r * w2r - w1i * w2i;
        const w3i = w1r * w2i + w1i * w2r;
        for (let start = k; start < size; start += 4 * quarter) {
          let a = first + start * stride;
          for (const end = a + width; a < end; a++) {
            const b = a + far;
            const c = b + far;
            const d = c + far;
            const br = re[b]! * w1r - im[b]! * w1i;
            const bi = re[b]! * w1i + im[b]! * w1r;
            const cr = re[c]! * w2r - im[c]! * w2i;
            const ci = re[c]! * w2i + im[c]! * w2r;
            const dr = re[d]! * w3r - im[d]! * w3i;
            const di = re[d]! * w3i + im[d]! * w3r;
            const pr = re[a]! + br;
            const pi = im[a]! + bi;
            const mr = re[a]! - br;
            const mi = im[a]! - bi;
            const sr = cr + dr;
            const si = ci + di;
            const tr = cr - dr;
            const ti = ci - di;
            re[a] = pr + sr;
            im[a] = pi + si;
            re[b] = mr + ti;
            im[b] = mi - tr;
            re[c] = pr - sr;
            im[c] = pi - si;
            re[d] = mr - ti;
            im[d] = mi + tr;
          }
        }
      }
    }
  }

  function forward(re: Float64Array, im: Float64Array, offset: number): void {
    for (let i = 0; i < size; i++) {
      const j = reversed[i]!;
      if (j <= i) continue;
      const tr = re[offset + i]!;
      re[offset + i] = re[offset + j]!;
      re[offset + j] = tr;
      const ti = im[offset + i]!;
      im[offset + i] = im[offset + j]!;
      im[offset + j] = ti;
    }
    butterflies(re, im, offset, 1, 1);
  }

  function columns(re: Float64Array, im: Float64Array, width: number): void {
    for (let x = 0; x < width; x += CHUNK) {
      butterflies(re, im, x, Math.min(CHUNK, width - x), width);
    }
  }
  return { size, reversed, forward, columns };
}

/** The first stage of a size that is no power of four. */
function pairs(
  re: Float64Array,
  im: Float64Array,
  first: number,
  width: number,
  stride: number,
  size: number,
): void {
  for (let start = 0; start < size; start += 2) {
    let a = first + start * stride;
    for (const end = a + width; a < end; a++) {
      const b = a + stride;
      const tr = re[b]!;
      const ti = im[b]!;
      re[b] = re[a]! - tr;
      im[b] = im[a]! - ti;
      re[a] = re[a]! + tr;
      im[a] = im[a]! + ti;
    }
  }
}

/** Transform of a `size` x `size` complex array, in place. */
export function fft2(fft: Fft, re: Float64Array, im: Float64Array): void {
  const { size, reversed } = fft;
  for (let y = 0; y < size; y++) fft.forward(re, im, y * size);
  for (let y = 0; y < size; y++) {
    const other = reversed[y]!;
    if (other <= y) continue;
    for (const values of [re, im]) {
      const row = values.slice(y * size, (y + 1) * size);
      values.copyWithin(y * size, other * size, (other + 1) * size);
      values.set(row, other * size);
    }
  }
  fft.columns(re, im, size);
}

/** Half of the spectrum of real samples, or less of it; the other half mirrors it. */
export interface HalfSpectrum {
  /** Columns kept. */
  readonly width: number;
  /** Bin (x, y), 0 <= x < width, stands at `(y mod size) * width + x`. */
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * Two-dimensional transform of real samples: two rows go through one complex transform.
 *
 * @param rows numbers of the rows that are not all zero.
 * @param fill writes row `y` into an array of `size` zeros.
 * @param width how many columns are wanted, at most size / 2 + 1, which is all that say anything.
 */
export function realFft2(
  fft: Fft,
  rows: readonly number[],
  fill: (y: number, row: Float64Array) => void,
  width = fft.size / 2 + 1,
): HalfSpectrum {
  const { size, reversed } = fft;
  const mask = size - 1;
  const re = new Float64Array(size * width);
  const im = new Float64Array(size * width);
  const a = new Float64Array(size);
  const b = new Float64Array(size);
  for (let i = 0; i < rows.length; i += 2) {
    a.fill(0);
    b.fill(0);
    fill(rows[i]!, a);
    const paired = i + 1 < rows.length;
    if (paired) fill(rows[i + 1]!, b);
    fft.forward(a, b, 0);
    const first = reversed[rows[i]!]! * width;
    for (let x = 0; x < width; x++) {
      const m = -x & mask;
      re[first + x] = (a[x]! + a[m]!) / 2;
      im[first + x] = (b[x]! - b[m]!) / 2;
    }
    if (!paired) continue;
    const second = reversed[rows[i + 1]!]! * width;
    for (let x = 0; x < width; x++) {
      const m = -x & mask;
      re[second + x] = (b[x]! + b[m]!) / 2;
      im[second + x] = (a[m]! - a[x]!) / 2;
    }
  }
  fft.columns(re, im, width);
  return { width, re, im };
}
