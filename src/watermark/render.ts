/** Adds mask x tile to the pixels: the only steps that run at the image's full size. */
import type { Pixels } from '../image/index.js';
import { LAYERS, type LayerName } from './layout.js';
import { createPlane, type Plane } from './plane.js';
import { resampleEachRow } from './resample.js';
import { TILE_SAMPLES, tileStep } from './tile.js';

export interface Pattern {
  /** One period of the layer (tile.ts). */
  readonly tile: Float32Array;
  /** Amplitude over the image, in samples of the layer's own plane. */
  readonly mask: Plane;
}
export type Patterns = Record<LayerName, Pattern>;

/** Where each pixel of an axis falls between samples of a table. */
interface Steps {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly part: Float32Array;
}

function wrapSteps(length: number, scale: number, layer: LayerName): Steps {
  const mask = TILE_SAMPLES - 1;
  return makeSteps(
    length,
    (i) => ((i + 0.5) * scale) / tileStep(layer),
    (i) => i & mask,
  );
}

function clampSteps(length: number, samples: number, ratio: number): Steps {
  const last = samples - 1;
  return makeSteps(
    length,
    (i) => (i + 0.5) * ratio - 0.5,
    (i) => Math.min(last, Math.max(0, i)),
  );
}

function makeSteps(
  length: number,
  position: (i: number) => number,
  limit: (i: number) => number,
): Steps {
  const low = new Int32Array(length);
  const high = new Int32Array(length);
  const part = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    const p = position(i);
    const floor = Math.floor(p);
    low[i] = limit(floor);
    high[i] = limit(floor + 1);
    part[i] = p - floor;
  }
  return { low, high, part };
}

/** Row `y` of a table of `width` columns, interpolated between rows. */
function tableRow(table: Float32Array, width: number, steps: Steps, y: number, out: Float32Array) {
  const a = steps.low[y]! * width;
  const b = steps.high[y]! * width;
  const t = steps.part[y]!;
  for (let x = 0; x < width; x++) out[x] = table[a + x]! * (1 - t) + table[b + x]! * t;
}

/** Calls `use(y, row)` with the real-valued change of each row (or of every `every`-th). */
function renderRows(
  patterns: Patterns,
  width: number,
  height: number,
  scale: number,
  every: number,
  use: (y: number, row: Float32Array) => void,
): void {
  const layers = LAYERS.map((layer) => {
    const { tile, mask } = patterns[layer];
    const ratio = layer === 'coarse' ? scale / 2 : scale;
    return {
      tile,
      mask,
      tileX: wrapSteps(width, scale, layer),
      tileY: wrapSteps(height, scale, layer),
      maskX: clampSteps(width, mask.width, ratio),
      maskY: clampSteps(height, mask.height, ratio),
      tileRow: new Float32Array(TILE_SAMPLES),
      maskRow: new Float32Array(mask.width),
    };
  });
  const row = new Float32Array(width);
  for (let y = 0; y < height; y += every) {
    row.fill(0);
    for (const layer of layers) {
      tableRow(layer.tile, TILE_SAMPLES, layer.tileY, y, layer.tileRow);
      tableRow(layer.mask.data, layer.mask.width, layer.maskY, y, layer.maskRow);
      addProduct(row, layer.tileRow, layer.tileX, layer.maskRow, layer.maskX);
    }
    use(y, row);
  }
}

function addProduct(
  row: Float32Array,
  tile: Float32Array,
  tileX: Steps,
  mask: Float32Array,
  maskX: Steps,
): void {
  for (let x = 0; x < row.length; x++) {
    const a = tile[tileX.low[x]!]!;
    const m = mask[maskX.low[x]!]!;
    row[x] =
      row[x]! +
      (a + (tile[tileX.high[x]!]! - a) * tileX.part[x]!) *
        (m + (mask[maskX.high[x]!]! - m) * maskX.part[x]!);
  }
}

/** The change that the patterns make to the canonical luma, one grey level per unit of strength. */
export function patternPlane(patterns: Patterns, width: number, height: number): Plane {
  const out = createPlane(width, height);
  renderRows(patterns, width, height, 1, 1, (y, row) => out.data.set(row, y * width));
  return out;
}

/**
 * A copy of `pixels` with `factor` times `change` (canonical size, scaled to
 * `part`, which begins at the image's corner) added to R, G
 * and B alike, rounded. Fully transparent pixels stay as they are.
 *
 * @param out where the samples go, as many as `pixels` has; a new array when left out.
 */
export function applyChange(
  pixels: Pixels,
  change: Plane,
  factor: number,
  part: { width: number; height: number },
  out = new Uint8ClampedArray(pixels.data.length),
): Pixels {
  const { width, height, channels } = pixels;
  out.set(pixels.data);
  resampleEachRow(change, part.width, part.height, (y, row) => {
    let i = y * width * channels;
    for (let x = 0; x < part.width; x++, i += channels) {
      if (channels === 4 && out[i + 3] === 0) continue;
      const step = Math.round(factor * row[x]!);
      if (step === 0) continue;
      out[i] = out[i]! + step;
      out[i + 1] = out[i + 1]! + step;
      out[i + 2] = out[i + 2]! + step;
    }
  });
  return { data: out, width, height, channels };
}
