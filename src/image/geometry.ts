/** Changes of shape: resampling by libvips, cropping by copying rows, alpha over white. */
import { assertInteger, assertOneOf } from '../core/index.js';
import { createPixels } from './pixels.js';
import type { Pixels } from './pixels.js';
import { sharp, toImageError } from './sharp-engine.js';

export type ResizeKernel = 'nearest' | 'linear' | 'cubic' | 'lanczos3';
const KERNELS = ['nearest', 'linear', 'cubic', 'lanczos3'] as const;

/**
 * `pixels` at exactly `width` x `height`; the aspect ratio is the caller's business. Colours are
 * weighted by alpha. Sampling is in sRGB values, as browsers and most editors do.
 *
 * @param kernel default 'lanczos3'
 * @throws RangeError for a size outside 1..65535.
 */
export async function resizePixels(
  pixels: Pixels,
  width: number,
  height: number,
  kernel: ResizeKernel = 'lanczos3',
): Promise<Pixels> {
  assertInteger(width, 'width', 1, 65_535);
  assertInteger(height, 'height', 1, 65_535);
  assertOneOf(kernel, 'kernel', KERNELS);
  if (width === pixels.width && height === pixels.height) {
    return createPixels(width, height, pixels.channels, pixels.data.slice());
  }
  try {
    const { data, info } = await sharp(pixels.data, { raw: rawInfo(pixels) })
      .resize(width, height, { fit: 'fill', kernel, fastShrinkOnLoad: false })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const samples = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
    return createPixels(info.width, info.height, pixels.channels, samples);
  } catch (thrown) {
    throw toImageError(thrown, 'resize', 'IMAGE_ENCODE');
  }
}

/**
 * The rectangle of `width` x `height` whose upper left corner is (`left`, `top`), copied.
 *
 * @throws RangeError when it does not lie inside the picture.
 */
export function cropPixels(
  pixels: Pixels,
  left: number,
  top: number,
  width: number,
  height: number,
): Pixels {
  assertInteger(left, 'left', 0, pixels.width - 1);
  assertInteger(top, 'top', 0, pixels.height - 1);
  assertInteger(width, 'width', 1, pixels.width - left);
  assertInteger(height, 'height', 1, pixels.height - top);
  const { channels } = pixels;
  const out = createPixels(width, height, channels);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * pixels.width + left) * channels;
    out.data.set(pixels.data.subarray(start, start + width * channels), y * width * channels);
  }
  return out;
}

/** `pixels` without alpha: composited over white, as a JPEG of it looks; RGB comes back as it is. */
export function flattenPixels(pixels: Pixels): Pixels {
  if (pixels.channels === 3) return pixels;
  const out = createPixels(pixels.width, pixels.height, 3);
  const { data } = pixels;
  for (let p = 0, q = 0; p < data.length; p += 4, q += 3) {
    const alpha = data[p + 3]!;
    for (let c = 0; c < 3; c++) {
      out.data[q + c] = (data[p + c]! * alpha + 255 * (255 - alpha)) / 255;
    }
  }
  return out;
}

/** How sharp is told about raw samples. */
export function rawInfo(pixels: Pixels): { width: number; height: number; channels: 3 | 4 } {
  return { width: pixels.width, height: pixels.height, channels: pixels.channels };
}
