/**
 * Reflections of lights on the two corneas, after Hu, Li and Lyu, "Exposing GAN-generated faces using inconsistent corneal specular
 * highlights" (ICASSP 2021): of one distant light they look alike in both eyes.
 */
import type { Pixels } from '../../../image/index.js';
import type { Eyes, Iris } from './eye-finder.js';
import { boxLuma, sampleLuma } from './small-luma.js';

export interface Highlights {
  /** Intersection over union of both, at the best shift of a sixteenth of a diameter; 0..1. */
  overlap: number;
  /** Share of the iris that each covers. */
  left: number;
  right: number;
}

/** Samples across an iris; what a lid or the outline may touch is left out. */
const GRID = 33;
const INNER = 0.85;
/** Grey levels above the median, and share of the way to the brightest sample. */
const RISE = { least: 50, share: 0.6 };
/** Share of an iris beyond which bright parts are no highlight: the white of the eye, a spectacle lens. */
const LARGEST = 0.3;
const SHIFT = 2;

/** Null when either eye shows no highlight. */
export function compareHighlights(pixels: Pixels, { left, right, tilt }: Eyes): Highlights | null {
  const masks = [left, right].map((iris) => highlightOf(pixels, iris, tilt));
  const [a, b] = masks;
  if (!a || !b) return null;
  let overlap = 0;
  for (let dy = -SHIFT; dy <= SHIFT; dy++) {
    for (let dx = -SHIFT; dx <= SHIFT; dx++) overlap = Math.max(overlap, overlapOf(a, b, dx, dy));
  }
  return { overlap, left: shareOf(a), right: shareOf(b) };
}

/** 1 where an iris, upright, is far brighter than most of it; null when that is nowhere or too much. */
function highlightOf(pixels: Pixels, { x, y, radius }: Iris, tilt: number): Uint8Array | null {
  const half = Math.ceil(1.5 * radius);
  const left = Math.max(0, Math.floor(x) - half);
  const top = Math.max(0, Math.floor(y) - half);
  const width = Math.min(pixels.width - left, 2 * half);
  const height = Math.min(pixels.height - top, 2 * half);
  if (width < 1 || height < 1) return null;
  const luma = boxLuma(pixels, { x: left, y: top, width, height }, width, height);
  const [c, s] = [Math.cos(tilt) * radius, Math.sin(tilt) * radius];
  const values = new Float64Array(GRID * GRID);
  for (let i = 0; i < values.length; i++) {
    const u = (2 * (i % GRID)) / (GRID - 1) - 1;
    const v = (2 * Math.floor(i / GRID)) / (GRID - 1) - 1;
    values[i] =
      u * u + v * v > INNER * INNER
        ? NaN
        : sampleLuma(luma, x + c * u - s * v - left - 0.5, y + s * u + c * v - top - 0.5);
  }
  const inside = values.filter((value) => !Number.isNaN(value)).sort();
  const median = inside[inside.length >> 1]!;
  const rise = Math.max(RISE.least, RISE.share * (inside[inside.length - 1]! - median));
  const mask = Uint8Array.from(values, (value) => (value >= median + rise ? 1 : 0));
  const share = shareOf(mask);
  return share > 0 && share <= LARGEST ? mask : null;
}

const DISC = Math.PI * (((GRID - 1) / 2) * INNER) ** 2;
const shareOf = (mask: Uint8Array): number => mask.reduce((sum, bit) => sum + bit, 0) / DISC;

function overlapOf(a: Uint8Array, b: Uint8Array, dx: number, dy: number): number {
  let [both, either] = [0, 0];
  for (let y = 0; y < GRID; y++) {
    for (let x = 0; x < GRID; x++) {
      const [sx, sy] = [x + dx, y + dy];
      const other = sx >= 0 && sy >= 0 && sx < GRID && sy < GRID ? b[sy * GRID + sx]! : 0;
      const own = a[y * GRID + x]!;
      both += own & other;
      either += own | other;
    }
  }
  return either === 0 ? 0 : both / either;
}
