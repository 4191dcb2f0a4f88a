/** What people do to pictures, written plainly, so that the tests know the true geometry. */
import { createPixels, type Pixels } from '../../src/image/index.js';

/**
 * Turned clockwise about the middle, bilinear; what lies outside is grey.
 *
 * @param expand true: on a canvas that holds all of it; false: on one of the same size.
 */
export function rotate(image: Pixels, degrees: number, expand: boolean): Pixels {
  const { width, height } = image;
  const angle = (degrees * Math.PI) / 180;
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  const span = (a: number, b: number): number => Math.ceil(Math.abs(a) + Math.abs(b) - 1e-6);
  const w = expand ? span(width * c, height * s) : width;
  const h = expand ? span(width * s, height * c) : height;
  return warped(image, w, h, (x, y) => {
    const dx = x - w / 2;
    const dy = y - h / 2;
    return [c * dx + s * dy + width / 2, c * dy - s * dx + height / 2];
  });
}

/**
 * Seen by a camera that is not held straight: the middle stays, and the far side shrinks.
 *
 * @param across how much smaller the right edge stands than the left one, as a share, about.
 * @param down the same for the bottom and the top.
 */
export function tilt(image: Pixels, across: number, down: number): Pixels {
  const { width, height } = image;
  return warped(image, width, height, (x, y) => {
    const dx = x - width / 2;
    const dy = y - height / 2;
    const nearness = 1 - (across * dx) / width - (down * dy) / height;
    return [dx / nearness + width / 2, dy / nearness + height / 2];
  });
}

/** @param back from places in the result to places in `image`, pixels from the corner. */
function warped(
  image: Pixels,
  w: number,
  h: number,
  back: (x: number, y: number) => readonly [number, number],
): Pixels {
  const { width, height, channels } = image;
  const out = createPixels(w, h, channels);
  out.data.fill(128);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const [px, py] = back(x + 0.5, y + 0.5);
      if (px < 0 || py < 0 || px > width || py > height) continue;
      sampleInto(out, (y * w + x) * channels, image, px - 0.5, py - 0.5);
    }
  }
  return out;
}

function sampleInto(out: Pixels, at: number, image: Pixels, x: number, y: number): void {
  const { width, height, channels, data } = image;
  const x0 = Math.min(width - 2, Math.max(0, Math.floor(x)));
  const y0 = Math.min(height - 2, Math.max(0, Math.floor(y)));
  const tx = Math.min(1, Math.max(0, x - x0));
  const ty = Math.min(1, Math.max(0, y - y0));
  const from = (y0 * width + x0) * channels;
  const below = from + width * channels;
  for (let i = 0; i < channels; i++) {
    const above = data[from + i]! * (1 - tx) + data[from + channels + i]! * tx;
    const under = data[below + i]! * (1 - tx) + data[below + channels + i]! * tx;
    out.data[at + i] = above * (1 - ty) + under * ty;
  }
}

/** Mirrored left to right. */
export function mirror(image: Pixels): Pixels {
  const { width, height, channels, data } = image;
  const out = createPixels(width, height, channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels;
      out.data.set(data.subarray(from, from + channels), (y * width + width - 1 - x) * channels);
    }
  }
  return out;
}

/** `image` within a larger one of a single grey, as a window within a screenshot. */
export function pad(
  image: Pixels,
  margins: { left: number; top: number; right: number; bottom: number },
  grey: number,
): Pixels {
  const { width, height, channels, data } = image;
  const out = createPixels(
    width + margins.left + margins.right,
    height + margins.top + margins.bottom,
    channels,
  );
  out.data.fill(grey);
  for (let y = 0; y < height; y++) {
    const to = ((y + margins.top) * out.width + margins.left) * channels;
    out.data.set(data.subarray(y * width * channels, (y + 1) * width * channels), to);
  }
  return out;
}

/** How far two places on a circle of length `period` lie apart. */
export function distance(a: number, b: number, period: number): number {
  const apart = (((a - b) % period) + period) % period;
  return Math.min(apart, period - apart);
}
