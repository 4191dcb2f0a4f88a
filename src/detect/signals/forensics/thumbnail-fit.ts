/** How well the EXIF thumbnail shows the picture, and which part of it the picture is when not all. */
import type { Pixels } from '../../../image/index.js';
import type { SmallLuma } from './small-luma.js';
import { boxLuma, correlation } from './small-luma.js';

export interface ThumbnailFit {
  /** Correlation of the whole thumbnail (without bars) and the whole picture, -1..1. */
  whole: number;
  /** Best correlation with a part of the thumbnail, and that part in 0..1; null when none fits better. */
  part: { correlation: number; x: number; y: number; width: number; height: number } | null;
}

const SIDE = 64;

export function fitThumbnail(thumbnail: Pixels, pixels: Pixels): ThumbnailFit {
  const full = withoutBars(thumbnail, pixels.width / pixels.height);
  const [width, height] = sideOf(pixels.width, pixels.height, SIDE);
  const picture = boxLuma(pixels, { x: 0, y: 0, ...sizeOf(pixels) }, width, height);
  const whole = Math.max(
    ...[full, { x: 0, y: 0, ...sizeOf(thumbnail) }].map((area) =>
      correlation(boxLuma(thumbnail, area, width, height).data, picture.data),
    ),
  );
  return { whole, part: whole > 0.9 ? null : bestPart(thumbnail, pixels) };
}

const sizeOf = ({ width, height }: Pixels): { width: number; height: number } => ({
  width,
  height,
});

/** Thumbnails are 160x120 by the standard, so other shapes get black bars: the middle of the right shape. */
function withoutBars(
  { width, height }: Pixels,
  aspect: number,
): { x: number; y: number; width: number; height: number } {
  if (aspect > width / height) {
    const inner = Math.min(height, width / aspect);
    return { x: 0, y: (height - inner) / 2, width, height: inner };
  }
  const inner = Math.min(width, height * aspect);
  return { x: (width - inner) / 2, y: 0, width: inner, height };
}

function sideOf(width: number, height: number, most: number): [number, number] {
  const scale = most / Math.max(width, height);
  return [Math.max(8, Math.round(width * scale)), Math.max(8, Math.round(height * scale))];
}

/** The picture, reduced, at every place and 12 scales inside the reduced thumbnail. */
function bestPart(thumbnail: Pixels, pixels: Pixels): ThumbnailFit['part'] {
  const [width, height] = sideOf(thumbnail.width, thumbnail.height, SIDE);
  const base = boxLuma(thumbnail, { x: 0, y: 0, ...sizeOf(thumbnail) }, width, height);
  let best: ThumbnailFit['part'] = null;
  for (let scale = 1; scale >= 0.3; scale *= 0.91) {
    const fit = Math.min(width / pixels.width, height / pixels.height) * scale;
    const columns = Math.round(pixels.width * fit);
    const rows = Math.round(pixels.height * fit);
    if (columns < 12 || rows < 12) continue;
    const small = boxLuma(pixels, { x: 0, y: 0, ...sizeOf(pixels) }, columns, rows);
    for (let y = 0; y + rows <= height; y++) {
      for (let x = 0; x + columns <= width; x++) {
        const value = correlation(cut(base, x, y, columns, rows), small.data);
        if (value > (best?.correlation ?? 0)) {
          best = {
            correlation: value,
            x: x / width,
            y: y / height,
            width: columns / width,
            height: rows / height,
          };
        }
      }
    }
  }
  return best;
}

function cut(from: SmallLuma, x: number, y: number, width: number, height: number): Float64Array {
  const out = new Float64Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (y + row) * from.width + x;
    out.set(from.data.subarray(start, start + width), row * width);
  }
  return out;
}
