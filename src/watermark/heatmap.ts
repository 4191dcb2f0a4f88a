/** `watermarkHeatmap`: where in an image the evidence for one payload lies. */
import type { Pixels } from '../image/index.js';
import { apply, determinant, type Homography } from './homography.js';
import { assertPixels, canonicalLuma, workingSize } from './canonical.js';
import { mapOfGeometry, type Geometry } from './geometry.js';
import { evidenceOf, type Evidence } from './evidence.js';
import { assertKey, dataSigns, PUBLIC_KEY, type WatermarkKey } from './key.js';
import { CANONICAL_SIDE } from './layout.js';
import { matchedTiles } from './matched.js';
import { assertPayload } from './payload.js';
import { warpInParts, type Rect } from './parts.js';
import type { Plane } from './plane.js';
import { viewsOf } from './search.js';
import type { View } from './view.js';
import { payloadStatistic, softValues } from './soft-decode.js';
import { logPValueBound, MAX_VIEWS } from './statistic.js';

export interface WatermarkHeatmap {
  /** Samples; the proportions are those of the image, the longer side is at most 256. */
  readonly width: number;
  readonly height: number;
  /**
   * Row by row from the top left, each the mean over a window of about 1/16 of the short side. Where the
   * mark is not, the values are those of chance: the positive half of N(0, 1).
   */
  readonly data: Float32Array;
  readonly unit: 'standard deviations';
}

export interface HeatmapOptions {
  /** 16 lower-case hex characters. */
  payload: string;
  /** Default: the public key. */
  key?: WatermarkKey;
  /** What `extractWatermark` told of this image, which saves searching it again. Default: it is searched. */
  geometry?: Geometry;
}

const LONG_SIDE = 256;
/** Side of the window that evidence is gathered over, as a share of the short side. */
const WINDOW = 1 / 16;
const LOG_FALSE_POSITIVE = Math.log(1e-9);

/**
 * Where in the image the mark with this payload stands out: a place pasted over, a margin, or a part with
 * another payload is near 0. Only the data lines count, since pilots and template are the same in every mark.
 *
 * @returns null when the whole image does not show the payload at 1e-9, as `verifyWatermark` has it.
 * @throws TypeError or RangeError for arguments out of range, never because of the image.
 */
export function watermarkHeatmap(pixels: Pixels, options: HeatmapOptions): WatermarkHeatmap | null {
  assertPixels(pixels);
  const { payload, key = PUBLIC_KEY, geometry } = options;
  assertPayload(payload);
  assertKey(key);
  const luma = canonicalLuma(pixels);
  const signs = dataSigns(key);
  const known = geometry && mapOfGeometry(geometry, pixels);
  const views = viewsOf(luma, Math.min(pixels.width, pixels.height), known);
  const view = findView(views, payload, signs);
  if (!view) return null;
  const tiles = matchedTiles(view, payload, signs);
  const stretch = Math.sqrt(Math.abs(determinant(view.map.matrix)));
  const parts = warpInParts(luma, view.map).map(({ rect, warped }) => ({
    rect,
    evidence: evidenceOf(warped, tiles, WINDOW * CANONICAL_SIDE * stretch),
  }));
  return toImage(pixels, luma, view.map, parts);
}

/**
 * The first view that shows the payload as `verifyWatermark` would accept it, or those after it as long as
 * they show it better: the search goes on correcting its map.
 */
function findView(views: Iterable<View>, payload: string, signs: Int8Array): View | null {
  let best: { view: View; statistic: number } | null = null;
  for (const view of views) {
    const statistic = payloadStatistic(softValues(view.readings, view.shift), signs, payload);
    if (best) {
      if (statistic <= best.statistic) break;
    } else if (logPValueBound(statistic, 0, MAX_VIEWS) > LOG_FALSE_POSITIVE) continue;
    best = { view, statistic };
  }
  return best?.view ?? null;
}

interface Measured {
  readonly rect: Rect;
  readonly evidence: Evidence;
}

/** From the frame of the marked image to that of the image at hand. */
function toImage(
  pixels: Pixels,
  luma: Plane,
  map: Homography,
  parts: readonly Measured[],
): WatermarkHeatmap {
  const longest = Math.max(pixels.width, pixels.height);
  const shrink = Math.min(1, LONG_SIDE / longest);
  const width = Math.max(1, Math.round(pixels.width * shrink));
  const height = Math.max(1, Math.round(pixels.height * shrink));
  const data = new Float32Array(width * height);
  const worked = workingSize(pixels);
  const stepX = (pixels.width / width) * (luma.width / worked.width);
  const stepY = (pixels.height / height) * (luma.height / worked.height);
  for (let y = 0; y < height; y++) {
    const cy = (y + 0.5) * stepY;
    for (let x = 0; x < width; x++) {
      const cx = (x + 0.5) * stepX;
      const part = parts.find(
        ({ rect }) => cx >= rect.left && cx < rect.right && cy >= rect.top && cy < rect.bottom,
      );
      // Of a very long strip only a part is worked on; nothing is known about the rest.
      if (part) data[y * width + x] = Math.max(0, part.evidence.at(...apply(map, cx, cy)));
    }
  }
  return { width, height, data, unit: 'standard deviations' };
}
