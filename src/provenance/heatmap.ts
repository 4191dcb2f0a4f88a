/** A picture of where the evidence lies: the image in dim grey under a layer of colour. */
import type { ImageLimits, Pixels } from '../image/index.js';
import {
  createPixels,
  decodeImage,
  encodeImage,
  flattenPixels,
  resizePixels,
} from '../image/index.js';
import type { Report, WatermarkReport } from '../detect/index.js';
import type { WatermarkKey } from '../watermark/index.js';
import { PUBLIC_KEY, WATERMARK_ALG, watermarkHeatmap } from '../watermark/index.js';
import { viridis } from './viridis.js';

/** Standard deviations of chance: where colour begins, and where the scale ends. */
export const HEATMAP_RANGE = { from: 2, to: 10 } as const;

/** Log-likelihood ratios: from nothing said to what fusion counts at most. */
const CLASSIFIER_RANGE = { from: 0.5, to: 4 } as const;

interface HeatRange {
  from: number;
  to: number;
}

/** Samples over the whole image, row by row. */
interface Grid {
  width: number;
  height: number;
  data: ArrayLike<number>;
}

/** Longest side of the picture, pixels. */
const LONG_SIDE = 1024;
/** Share of the brightness that is left to the image, so that colour stands out against white as well. */
const DIM = 0.55;
/** Share of the colour where it begins and from there to full, so that the image stays to be seen. */
const OPACITY = { first: 0.35, full: 0.75, fullAt: 0.375 } as const;

export interface HeatmapPictureOptions {
  /** Keys that the report was made with. Default: the public key. */
  keys?: readonly WatermarkKey[];
  limits?: Partial<ImageLimits>;
}

/**
 * PNG of at most 1024 pixels a side that shows where in the image our watermark stands out.
 *
 * @param bytes the file that `report` is about.
 * @returns null when the report found no watermark of ours.
 * @throws ImageError as `inspect`.
 */
export async function heatmapPicture(
  bytes: Uint8Array,
  report: Report,
  options: HeatmapPictureOptions = {},
): Promise<Uint8Array | null> {
  if (foundMark(report) === null) return null;
  const { pixels } = await decodeImage(bytes, options.limits);
  const picture = await watermarkMap(pixels, report, options.keys);
  return picture === null ? null : encodeImage(picture, { format: 'png' });
}

function foundMark({ watermarks }: Report): (WatermarkReport & { payload: string }) | null {
  const found = watermarks.find(({ alg }) => alg === WATERMARK_ALG);
  return found === undefined || found.payload === null
    ? null
    : { ...found, payload: found.payload };
}

/** As `heatmapPicture`, from and to pixels. */
export async function watermarkMap(
  pixels: Pixels,
  report: Report,
  keys: readonly WatermarkKey[] = [PUBLIC_KEY],
): Promise<Pixels | null> {
  const found = foundMark(report);
  if (found === null) return null;
  const geometry = found.geometry ?? undefined;
  for (const key of keys.filter(({ id }) => id === found.keyId)) {
    const map = watermarkHeatmap(pixels, { payload: found.payload, key, geometry });
    if (map !== null) return drawHeatmap(pixels, map);
  }
  return null;
}

/** Where the classifier's log-likelihood ratio speaks for AI; null when the report holds no map. */
export async function classifierMap(pixels: Pixels, report: Report): Promise<Pixels | null> {
  const grid = report.pixels?.classifier?.heatmap;
  if (grid === undefined || grid.values.length !== grid.width * grid.height) return null;
  const { width, height, values } = grid;
  return drawHeatmap(pixels, { width, height, data: values }, CLASSIFIER_RANGE);
}

/** `pixels` in dim grey, at most 1024 a side, coloured where `map` exceeds `range.from`. */
export async function drawHeatmap(
  pixels: Pixels,
  map: Grid,
  range: HeatRange = HEATMAP_RANGE,
): Promise<Pixels> {
  const shrink = Math.min(1, LONG_SIDE / Math.max(pixels.width, pixels.height));
  const width = Math.max(1, Math.round(pixels.width * shrink));
  const height = Math.max(1, Math.round(pixels.height * shrink));
  const { data } = await resizePixels(flattenPixels(pixels), width, height);
  const out = createPixels(width, height, 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 3) {
      const grey = DIM * (0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!);
      const value = sampled(map, (x + 0.5) / width, (y + 0.5) / height);
      const heat = (value - range.from) / (range.to - range.from);
      const share = opacity(heat);
      const colour = viridis(heat);
      for (let c = 0; c < 3; c++) out.data[i + c] = grey + (colour[c]! - grey) * share;
    }
  }
  return out;
}

/** @param heat 0 where colour begins, 1 where the scale ends. */
function opacity(heat: number): number {
  if (heat < 0) return 0;
  return OPACITY.first + (OPACITY.full - OPACITY.first) * Math.min(1, heat / OPACITY.fullAt);
}

/** The map between its samples; `x` and `y` are shares of the sides, 0..1. */
function sampled({ width, height, data }: Grid, x: number, y: number): number {
  const px = Math.min(width - 1, Math.max(0, x * width - 0.5));
  const py = Math.min(height - 1, Math.max(0, y * height - 0.5));
  const x0 = Math.floor(px);
  const y0 = Math.floor(py);
  const x1 = Math.min(width - 1, x0 + 1);
  const y1 = Math.min(height - 1, y0 + 1);
  const row = (at: number): number =>
    data[at * width + x0]! + (data[at * width + x1]! - data[at * width + x0]!) * (px - x0);
  return row(y0) + (row(y1) - row(y0)) * (py - y0);
}
