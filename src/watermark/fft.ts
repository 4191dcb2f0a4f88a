/** Radix-2 complex FFT, in place, Float64: accurate enough that results are the same everywhere. */

export interface Fft {
  readonly size: number;
  /** Transform `size` complex values starting at `offset`, with distance `stride`. */
  forward(re: Float64Array, im: Float64Array, offset: number): void;
}

/** Tables for transforms of length `size`, a power of two. */
export function createFft(size: number): Fft {
  if (size < 2 || (size & (size - 1)) !== 0) throw new RangeError(`"size" expected power of two`);
  const cos = new Float64Array(size / 2);
  const sin = new Float64Array(size / 2);
  for (let i = 0; i < size / 2; i++) {
    cos[i] = Math.cos((2 * Math.PI * i) / size);
    sin[i] = -Math.sin((2 * Math.PI * i) / size);
  }
  const bits = Math.log2(size);
  const reverse = new Uint32Array(size);
  for (let i = 0; i < size; i++) {
    reverse[i] = (reverse[i >> 1]! >> 1) | ((i & 1) << (bits - 1));
  }

  function forward(re: Float64Array, im: Float64Array, offset: number): void {
    for (let i = 0; i < size; i++) {
      const j = reverse[i]!;
      if (j > i) {
        const a = offset + i;
        const b = offset + j;
        const tr = re[a]!;
        re[a] = re[b]!;
        re[b] = tr;
        const ti = im[a]!;
        im[a] = im[b]!;
        im[b] = ti;
      }
    }
    // The first stage has only trivial factors.
    for (let a = offset; a < offset + size; a += 2) {
      const tr = re[a + 1]!;
      const ti = im[a + 1]!;
      re[a + 1] = re[a]! - tr;
      im[a + 1] = im[a]! - ti;
      re[a] = re[a]! + tr;
      im[a] = im[a]! + ti;
    }
    for (let half = 2; half < size; half <<= 1) {
      const step = size / (half << 1);
      for (let start = offset; start < offset + size; start += half << 1) {
        for (let k = 0, t = 0; k < half; k++, t += step) {
          const a = start + k;
          const b = a + half;
          const wr = cos[t]!;
          const wi = sin[t]!;
          const br = re[b]!;
          const bi = im[b]!;
          const tr = br * wr - bi * wi;
          const ti = br * wi + bi * wr;
          re[b] = re[a]! - tr;
          im[b] = im[a]! - ti;
          re[a] = re[a]! + tr;
          im[a] = im[a]! + ti;
        }
      }
    }
  }
  return { size, forward };
}

/** Row-column transform of a `size` x `size` complex array, in place. */
export function fft2(fft: Fft, re: Float64Array, im: Float64Array): void {
  const n = fft.size;
  for (let y = 0; y < n; y++) fft.forward(re, im, y * n);
  transpose(re, n);
  transpose(im, n);
  for (let y = 0; y < n; y++) fft.forward(re, im, y * n);
  transpose(re, n);
  transpose(im, n);
}

/** In-place transpose in blocks of 16, so that both sides stay in the cache. */
function transpose(a: Float64Array, n: number): void {
  const block = 16;
  for (let by = 0; by < n; by += block) {
    for (let bx = by; bx < n; bx += block) {
      const yEnd = Math.min(by + block, n);
      const xEnd = Math.min(bx + block, n);
      for (let y = by; y < yEnd; y++) {
        for (let x = Math.max(bx, y + 1); x < xEnd; x++) {
          const i = y * n + x;
          const j = x * n + y;
          const t = a[i]!;
          a[i] = a[j]!;
          a[j] = t;
        }
      }
    }
  }
}

/** Half of the spectrum of real samples; the other half mirrors it. */
export interface HalfSpectrum {
  /** Bin (x, y), 0 <= x <= size / 2, stands at `x * size + (y mod size)`. */
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * Two-dimensional transform of real samples: two rows go through one complex transform.
 *
 * @param rows numbers of the rows that are not all zero.
 * @param fill writes row `y` into an array of `size` zeros.
 */
export function realFft2(
  fft: Fft,
  rows: readonly number[],
  fill: (y: number, row: Float64Array) => void,
): HalfSpectrum {
  const { size } = fft;
  const half = size / 2 + 1;
  const mask = size - 1;
  const rowsRe = new Float64Array(size * half);
  const rowsIm = new Float64Array(size * half);
  const a = new Float64Array(size);
  const b = new Float64Array(size);
  for (let i = 0; i < rows.length; i += 2) {
    a.fill(0);
    b.fill(0);
    const paired = i + 1 < rows.length;
    fill(rows[i]!, a);
    if (paired) fill(rows[i + 1]!, b);
    fft.forward(a, b, 0);
    const first = rows[i]! * half;
    const second = paired ? rows[i + 1]! * half : 0;
    for (let x = 0; x < half; x++) {
      const m = -x & mask;
      rowsRe[first + x] = (a[x]! + a[m]!) / 2;
      rowsIm[first + x] = (b[x]! - b[m]!) / 2;
      if (!paired) continue;
      rowsRe[second + x] = (b[x]! + b[m]!) / 2;
      rowsIm[second + x] = (a[m]! - a[x]!) / 2;
    }
  }
  const re = transposeInto(rowsRe, half, size);
  const im = transposeInto(rowsIm, half, size);
  for (let x = 0; x < half; x++) fft.forward(re, im, x * size);
  return { re, im };
}

/** A copy of `a` (rows of `width`) with rows and columns exchanged, in blocks as above. */
export function transposeInto(a: Float64Array, width: number, height: number): Float64Array {
  const out = new Float64Array(width * height);
  const block = 16;
  for (let by = 0; by < height; by += block) {
    for (let bx = 0; bx < width; bx += block) {
      const yEnd = Math.min(by + block, height);
      const xEnd = Math.min(bx + block, width);
      for (let x = bx; x < xEnd; x++) {
        for (let y = by; y < yEnd; y++) out[x * height + y] = a[y * width + x]!;
      }
    }
  }
  return out;
}
