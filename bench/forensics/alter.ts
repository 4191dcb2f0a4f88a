/** Controlled manipulations of one picture; every one is a pure function of its input. */
import { cropPixels, createPixels, type Pixels } from '../../src/image/index.js';

/** `patch` over a copy of `pixels` with its corner at (`left`, `top`). */
export function paste(pixels: Pixels, patch: Pixels, left: number, top: number): Pixels {
  const out = createPixels(pixels.width, pixels.height, 3, pixels.data.slice());
  for (let y = 0; y < patch.height; y++) {
    const from = y * patch.width * 3;
    out.data.set(
      patch.data.subarray(from, from + patch.width * 3),
      ((top + y) * pixels.width + left) * 3,
    );
  }
  return out;
}

/** The right half replaced by the mirrored left half: two directions of light where there was one. */
export function mirroredHalf(pixels: Pixels): Pixels {
  const { width, height } = pixels;
  const out = createPixels(width, height, 3, pixels.data.slice());
  for (let y = 0; y < height; y++) {
    for (let x = Math.ceil(width / 2); x < width; x++) {
      const from = (y * width + (width - 1 - x)) * 3;
      const to = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) out.data[to + c] = pixels.data[from + c]!;
    }
  }
  return out;
}

/** A Bayer mosaic (RGGB) of `pixels`, filled in again by averaging the nearest samples of each colour. */
export function demosaiced(pixels: Pixels): Pixels {
  const { width, height, data } = pixels;
  const out = createPixels(width, height, 3);
  const colourAt = (x: number, y: number): number =>
    (x & 1) === (y & 1) ? ((x & 1) === 0 ? 0 : 2) : 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        const own = colourAt(x, y) === c;
        let sum = 0;
        let count = 0;
        for (let j = own ? 0 : -1; j <= (own ? 0 : 1); j++) {
          for (let i = own ? 0 : -1; i <= (own ? 0 : 1); i++) {
            const [u, v] = [x + i, y + j];
            if (u < 0 || v < 0 || u >= width || v >= height || colourAt(u, v) !== c) continue;
            sum += data[(v * width + u) * 3 + c]!;
            count++;
          }
        }
        out.data[(y * width + x) * 3 + c] = sum / count;
      }
    }
  }
  return out;
}

/** Enlarged by 2 with a transposed convolution, 3x3, stride 2: taps overlap unevenly, as in many decoders. */
export function transposedConvolution(pixels: Pixels): Pixels {
  const { width, height, data } = pixels;
  const kernel = [0.23, 0.52, 0.27, 0.49, 1.04, 0.5, 0.26, 0.47, 0.24];
  const sums = new Float32Array(4 * width * height * 3);
  const stride = 2 * width;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let k = 0; k < 9; k++) {
        const [u, v] = [2 * x + (k % 3) - 1, 2 * y + Math.floor(k / 3) - 1];
        if (u < 0 || v < 0) continue;
        for (let c = 0; c < 3; c++) {
          sums[(v * stride + u) * 3 + c]! += kernel[k]! * data[(y * width + x) * 3 + c]!;
        }
      }
    }
  }
  const out = createPixels(stride, 2 * height, 3);
  sums.forEach((value, i) => (out.data[i] = value));
  return out;
}

/** Without `left` columns and `top` rows. */
export function cropped(pixels: Pixels, left: number, top: number): Pixels {
  return cropPixels(pixels, left, top, pixels.width - left, pixels.height - top);
}
