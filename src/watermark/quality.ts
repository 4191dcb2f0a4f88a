/** PSNR and SSIM between an image and its marked copy, row by row so that memory stays small. */
import type { Pixels } from '../image/index.js';
import { psnr, ssimBandTotal } from '../image/index.js';
import type { Plane } from './plane.js';

export interface Quality {
  /** dB over R, G and B; Infinity when equal. */
  readonly psnr: number;
  /** Luma, 7x7 uniform window, sample covariance (scikit-image's default). */
  readonly ssim: number;
}

/** Column sums of x, y, xx, yy and xy over seven rows. */
type ColumnSums = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];

const WINDOW = 7;

export function measureQuality(before: Pixels, after: Pixels): Quality {
  return { psnr: psnr(before, after), ssim: ssimOf(before, after) };
}

function ssimOf(a: Pixels, b: Pixels): number {
  const { width, height } = a;
  if (width < WINDOW || height < WINDOW) return 1;
  return ssimRows(width, height, (y, p, q) => {
    readLuma(a, y, p);
    readLuma(b, y, q);
  });
}

/** The same measure on two luma planes. */
export function planeSsim(a: Plane, b: Plane): number {
  const { width, height } = a;
  return ssimRows(width, height, (y, p, q) => {
    p.set(a.data.subarray(y * width, (y + 1) * width));
    q.set(b.data.subarray(y * width, (y + 1) * width));
  });
}

function ssimRows(
  width: number,
  rows: number,
  read: (y: number, p: Float32Array, q: Float32Array) => void,
): number {
  const column = (): Float64Array => new Float64Array(width);
  const sums: ColumnSums = [column(), column(), column(), column(), column()];
  // The last seven rows of luma, so that leaving rows are subtracted exactly as they came.
  const keepA = Array.from({ length: WINDOW }, () => new Float32Array(width));
  const keepB = Array.from({ length: WINDOW }, () => new Float32Array(width));
  let total = 0;
  for (let y = 0; y < rows; y++) {
    const slot = y % WINDOW;
    if (y >= WINDOW) accumulate(sums, keepA[slot]!, keepB[slot]!, -1);
    read(y, keepA[slot]!, keepB[slot]!);
    accumulate(sums, keepA[slot]!, keepB[slot]!, 1);
    if (y >= WINDOW - 1) total += ssimBandTotal(...sums);
  }
  return total / ((width - WINDOW + 1) * (rows - WINDOW + 1));
}

function readLuma(pixels: Pixels, y: number, out: Float32Array): void {
  const { data, width, channels } = pixels;
  for (let x = 0, i = y * width * channels; x < width; x++, i += channels) {
    out[x] = 0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!;
  }
}

function accumulate(sums: ColumnSums, p: Float32Array, q: Float32Array, sign: number): void {
  const [sx, sy, sxx, syy, sxy] = sums;
  for (let i = 0; i < p.length; i++) {
    const x = p[i]!;
    const y = q[i]!;
    sx[i] = sx[i]! + sign * x;
    sy[i] = sy[i]! + sign * y;
    sxx[i] = sxx[i]! + sign * x * x;
    syy[i] = syy[i]! + sign * y * y;
    sxy[i] = sxy[i]! + sign * x * y;
  }
}
