/** Luma and the two full-reference quality measures that the watermark is judged by. */
import type { Pixels } from './pixels.js';

/**
 * Luma of each pixel, 0..255, row-major, `width * height` values: 0.299 R + 0.587 G + 0.114 B on
 * the stored (gamma-encoded) values, ITU-R BT.601. Alpha does not count.
 */
export function luma(pixels: Pixels): Float32Array {
  const { data, channels } = pixels;
  const out = new Float32Array(pixels.width * pixels.height);
  for (let i = 0, at = 0; i < out.length; i++, at += channels) {
    out[i] = 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
  }
  return out;
}

/**
 * Peak signal-to-noise ratio in dB over the R, G and B samples (peak 255); Infinity when equal.
 *
 * @throws RangeError when the sizes differ.
 */
export function psnr(a: Pixels, b: Pixels): number {
  assertSameSize(a, b);
  const count = a.width * a.height;
  let sum = 0;
  for (let i = 0, p = 0, q = 0; i < count; i++, p += a.channels, q += b.channels) {
    for (let c = 0; c < 3; c++) {
      const difference = a.data[p + c]! - b.data[q + c]!;
      sum += difference * difference;
    }
  }
  return sum === 0 ? Infinity : 10 * Math.log10((255 * 255 * 3 * count) / sum);
}

/** Side of the uniform window, as scikit-image's default (Wang et al. 2004 used a Gaussian). */
const WINDOW = 7;

/**
 * Structural similarity of the lumas, mean over the picture, 1 when equal: 7x7 uniform window,
 * sample covariance, K1 = 0.01, K2 = 0.03, borders without a full window left out; the numbers of
 * `skimage.metrics.structural_similarity(luma_a, luma_b, data_range=255)`.
 *
 * @throws RangeError when the sizes differ or a side is below 7.
 */
export function ssim(a: Pixels, b: Pixels): number {
  assertSameSize(a, b);
  const { width, height } = a;
  if (width < WINDOW || height < WINDOW) {
    throw new RangeError(`"a" expected sides of at least ${WINDOW}, got ${width}x${height}`);
  }
  const x = luma(a);
  const y = luma(b);
  // Sums of x, y, xx, yy, xy down each column of the current band of seven rows.
  const sums = Array.from({ length: 5 }, () => new Float64Array(width));
  const [sx, sy, sxx, syy, sxy] = sums as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const addRow = (row: number, sign: 1 | -1): void => {
    for (let i = 0, at = row * width; i < width; i++, at++) {
      const p = x[at]!;
      const q = y[at]!;
      sx[i]! += sign * p;
      sy[i]! += sign * q;
      sxx[i]! += sign * p * p;
      syy[i]! += sign * q * q;
      sxy[i]! += sign * p * q;
    }
  };
  let total = 0;
  for (let row = 0; row < height; row++) {
    addRow(row, 1);
    if (row < WINDOW - 1) continue;
    total += ssimBandTotal(sx, sy, sxx, syy, sxy);
    addRow(row - WINDOW + 1, -1);
  }
  return total / ((width - WINDOW + 1) * (height - WINDOW + 1));
}

/**
 * Sum of the similarity over all windows of one band of seven rows, by running sums along the columns.
 * The arguments are column sums of x, y, xx, yy and xy over the band.
 */
export function ssimBandTotal(
  sx: Float64Array,
  sy: Float64Array,
  sxx: Float64Array,
  syy: Float64Array,
  sxy: Float64Array,
): number {
  const n = WINDOW * WINDOW;
  const unbiased = n / (n - 1);
  const c1 = (0.01 * 255) ** 2;
  const c2 = (0.03 * 255) ** 2;
  let total = 0;
  let [a, b, aa, bb, ab] = [0, 0, 0, 0, 0];
  for (let i = 0; i < sx.length; i++) {
    a += sx[i]!;
    b += sy[i]!;
    aa += sxx[i]!;
    bb += syy[i]!;
    ab += sxy[i]!;
    if (i < WINDOW - 1) continue;
    const meanA = a / n;
    const meanB = b / n;
    const varA = unbiased * (aa / n - meanA * meanA);
    const varB = unbiased * (bb / n - meanB * meanB);
    const covariance = unbiased * (ab / n - meanA * meanB);
    total +=
      ((2 * meanA * meanB + c1) * (2 * covariance + c2)) /
      ((meanA * meanA + meanB * meanB + c1) * (varA + varB + c2));
    const old = i - WINDOW + 1;
    a -= sx[old]!;
    b -= sy[old]!;
    aa -= sxx[old]!;
    bb -= syy[old]!;
    ab -= sxy[old]!;
  }
  return total;
}

function assertSameSize(a: Pixels, b: Pixels): void {
  if (a.width !== b.width || a.height !== b.height) {
    throw new RangeError(
      `"b" expected ${a.width}x${a.height} pixels, got ${b.width}x${b.height} pixels`,
    );
  }
}
