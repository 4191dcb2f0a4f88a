/** One channel of a picture, or of a window of it, as numbers. */
import type { Pixels } from '../../../image/index.js';

export interface Plane {
  /** `width * height` values, row-major. */
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  /** Upper left corner of the window in the picture. */
  readonly left: number;
  readonly top: number;
}

/** What all observations together may look at: a megapixel costs 0.1 s. */
const MAX_WINDOW_PIXELS = 1.25 * 1024 * 1024;
const WINDOW_SIDE = 1024;
/** Corners of windows lie on multiples of this, so that phases modulo 16 are those of the picture. */
const ALIGNMENT = 16;

export interface Window {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The whole picture up to 1.25 megapixels, else a central part of about one. */
export function analysisWindow(width: number, height: number): Window {
  if (width * height <= MAX_WINDOW_PIXELS) return { left: 0, top: 0, width, height };
  const area = WINDOW_SIDE * WINDOW_SIDE;
  const rows = Math.min(height, WINDOW_SIDE);
  const columns = Math.min(width, Math.floor(area / rows));
  const tall = Math.min(height, Math.floor(area / columns));
  const centred = (all: number, part: number): number =>
    Math.floor((all - part) / 2 / ALIGNMENT) * ALIGNMENT;
  return {
    left: centred(width, columns),
    top: centred(height, tall),
    width: columns,
    height: tall,
  };
}

/** BT.601 luma rounded to integers, as a JPEG decoder had it before it made RGB of it. */
export function lumaPlane({ data, width, channels }: Pixels, window: Window): Plane {
  const out = new Float32Array(window.width * window.height);
  for (let y = 0, i = 0; y < window.height; y++) {
    let at = ((window.top + y) * width + window.left) * channels;
    for (const end = i + window.width; i < end; i++, at += channels) {
      out[i] = (0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]! + 0.5) | 0;
    }
  }
  return { ...window, data: out };
}

/** One stored channel: 0 red, 1 green, 2 blue. */
export function channelPlane(
  { data, width, channels }: Pixels,
  window: Window,
  channel: 0 | 1 | 2,
): Plane {
  const out = new Float32Array(window.width * window.height);
  for (let y = 0, i = 0; y < window.height; y++) {
    let at = ((window.top + y) * width + window.left) * channels + channel;
    for (const end = i + window.width; i < end; i++, at += channels) out[i] = data[at]!;
  }
  return { ...window, data: out };
}
