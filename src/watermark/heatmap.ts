/** `watermarkHeatmap`: where in an image the evidence for one payload lies. */
import type { Pixels } from '../image/index.js';
import { determinant, type Affine } from './affine.js';
import { assertPixels, canonicalLuma, workingSize } from './canonical.js';
import { evidenceOf, type Evidence } from './evidence.js';
import { assertKey, PUBLIC_KEY, type WatermarkKey } from './key.js';
import { CANONICAL_SIDE } from './layout.js';
import { matchedTiles } from './matched.js';
import { assertPayload } from './payload.js';
import { cutPlane, type Plane } from './plane.js';
import { viewsOf, type View } from './search.js';
import { payloadStatistic, softValues } from './soft-decode.js';
import { logPValueBound, MAX_VIEWS } from './statistic.js';
import { LONGEST, warpPlane } from './warp.js';

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
  const { payload, key = PUBLIC_KEY } = options;
  assertPayload(payload);
  assertKey(key);
  const luma = canonicalLuma(pixels);
  const view = findView(luma, Math.min(pixels.width, pixels.height), payload, key);
  if (!view) return null;
  const tiles = matchedTiles(view, payload, key);
  const parts = partsOf(luma, view.map).flatMap(({ plane, map, left, top }) => {
    const warped = warpPlane(plane, 1, map);
    if (!warped) return [];
    const stretch = Math.sqrt(Math.abs(determinant(map.matrix)));
    const evidence = evidenceOf(warped, tiles, WINDOW * CANONICAL_SIDE * stretch);
    return [{ map, left, top, right: left + plane.width, bottom: top + plane.height, evidence }];
  });
  return toImage(pixels, luma, parts);
}

/** The first view that shows the payload, as `verifyWatermark` would accept it. */
function findView(luma: Plane, side: number, payload: string, key: WatermarkKey): View | null {
  for (const view of viewsOf(luma, side)) {
    const statistic = payloadStatistic(softValues(view.readings, view.shift), key, payload);
    if (logPValueBound(statistic, 0, MAX_VIEWS) <= LOG_FALSE_POSITIVE) return view;
  }
  return null;
}

/** A part of the canonical luma, its place in it, and the map from its own corner. */
interface Part {
  readonly plane: Plane;
  readonly map: Affine;
  readonly left: number;
  readonly top: number;
}

/**
 * `luma` in parts that a warp holds whole: it cuts away what is longer than `LONGEST`. The search finds no
 * scale beyond a small factor, so that a few cuts do.
 */
function partsOf(luma: Plane, map: Affine, left = 0, top = 0): Part[] {
  const { matrix: m } = map;
  const { width, height } = luma;
  const across = Math.abs(m[0]) * width + Math.abs(m[1]) * height;
  const down = Math.abs(m[2]) * width + Math.abs(m[3]) * height;
  if (Math.max(across, down) <= LONGEST) return [{ plane: luma, map, left, top }];
  const wide = width >= height;
  const w = wide ? width >> 1 : width;
  const h = wide ? height : height >> 1;
  const dx = wide ? w : 0;
  const dy = wide ? 0 : h;
  const further = {
    matrix: m,
    x: map.x + m[0] * dx + m[1] * dy,
    y: map.y + m[2] * dx + m[3] * dy,
  };
  return [
    ...partsOf(cutPlane(luma, 0, 0, w, h), map, left, top),
    ...partsOf(cutPlane(luma, dx, dy, width - dx, height - dy), further, left + dx, top + dy),
  ];
}

interface Measured {
  readonly map: Affine;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly evidence: Evidence;
}

/** From the frame of the marked image to that of the image at hand. */
function toImage(pixels: Pixels, luma: Plane, parts: readonly Measured[]): WatermarkHeatmap {
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
        ({ left, top, right, bottom }) => cx >= left && cx < right && cy >= top && cy < bottom,
      );
      // Of a very long strip only a part is worked on; nothing is known about the rest.
      if (!part) continue;
      const { matrix: m } = part.map;
      const px = cx - part.left;
      const py = cy - part.top;
      const tx = m[0] * px + m[1] * py + part.map.x;
      const ty = m[2] * px + m[3] * py + part.map.y;
      data[y * width + x] = Math.max(0, part.evidence.at(tx, ty));
    }
  }
  return { width, height, data, unit: 'standard deviations' };
}
