/** The one in-memory form of an image: sRGB, row-major, 8 bits a sample, straight alpha. */
import { assertInteger } from '../core/index.js';

export interface Pixels {
  /** `width * height * channels` samples, interleaved. */
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  /** 3 = RGB, 4 = RGBA. */
  readonly channels: 3 | 4;
}

/** Wrap `data` after checking that it fits the size, or make a black (transparent) image. */
export function createPixels(
  width: number,
  height: number,
  channels: 3 | 4,
  data: Uint8ClampedArray = new Uint8ClampedArray(width * height * channels),
): Pixels {
  assertInteger(width, 'width', 1, 1 << 20);
  assertInteger(height, 'height', 1, 1 << 20);
  assertInteger(channels, 'channels', 3, 4);
  if (data.length !== width * height * channels) {
    throw new RangeError(
      `"data" expected ${width * height * channels} samples, got ${data.length} samples`,
    );
  }
  return { data, width, height, channels };
}
