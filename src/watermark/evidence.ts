/** How strongly each place of an upright image agrees with a pattern, in deviations of chance. */
import { boxMean } from './box.js';
import { viewLayers } from './front-end.js';
import { LAYERS, type LayerName } from './layout.js';
import type { Tiles } from './matched.js';
import { createPlane, halve, type Plane } from './plane.js';
import { firstSample, SPACING } from './sampling.js';
import { TILE_SAMPLES, tileStep } from './tile.js';
import type { Warped } from './warp.js';

export interface Evidence {
  /** Deviations of chance around a canonical position of the marked image; 0 outside of what was warped. */
  readonly at: (x: number, y: number) => number;
}

/**
 * Where the same pattern is laid wrongly on purpose, canonical pixels: far from each other and from any
 * period, so that each agrees with the mark by chance only.
 */
const DECOYS = [
  [37, 91],
  [101, 53],
  [19, 29],
  [73, 13],
  [59, 107],
  [113, 67],
  [43, 41],
  [83, 79],
] as const;

/** Canonical pixels below which a window holds too few independent samples to say anything. */
const LEAST_WINDOW = 32;
/** Share of the image's mean noise added to that of each place: nothing is proved by no signal at all. */
const FLOOR = 0.05;

/** @param window side of the square that evidence is gathered over, canonical pixels of the marked image. */
export function evidenceOf(warped: Warped, tiles: Tiles, window: number): Evidence {
  const { luma, inside, origin } = warped;
  const views = viewLayers(luma);
  // Two passes of a square whose side is 1 / sqrt(2) of the wanted window spread as far as it does.
  const radius = Math.max(1, Math.round((Math.max(LEAST_WINDOW, window) / 2 - 1) / 2 / Math.SQRT2));
  const gather = (dx: number, dy: number): Plane => {
    const products = LAYERS.map((layer) => {
      const { signal } = views[layer];
      return product(layer, signal, tiles[layer], { x: origin.x + dx, y: origin.y + dy });
    });
    const [coarse, fine] = products as [Plane, Plane];
    mask(fine, inside);
    const sum = halve(fine);
    for (let y = 0; y < sum.height; y++) {
      for (let x = 0; x < sum.width; x++) {
        if (inside[2 * y * luma.width + 2 * x] === 0) continue;
        const i = y * sum.width + x;
        sum.data[i] = sum.data[i]! + coarse.data[i]!;
      }
    }
    return smooth(sum, radius);
  };
  const sum = gather(0, 0);
  const noise = createPlane(sum.width, sum.height);
  for (const [dx, dy] of DECOYS) {
    const { data } = gather(dx, dy);
    for (let i = 0; i < data.length; i++) {
      noise.data[i] = noise.data[i]! + data[i]! ** 2 / DECOYS.length;
    }
  }
  const power = smooth(noise, radius);
  const floor = (FLOOR * power.data.reduce((a, b) => a + b, 0)) / power.data.length + 1e-12;
  const sigma = sum.data.map((value, i) => value / Math.sqrt(power.data[i]! + floor));
  return {
    at: (x, y) => {
      const column = Math.floor((x - origin.x) / 2);
      const row = Math.floor((y - origin.y) / 2);
      const known = column >= 0 && row >= 0 && column < sum.width && row < sum.height;
      return known ? sigma[row * sum.width + column]! : 0;
    },
  };
}

/** Signal times tile, the tile's corner `origin` canonical pixels before the plane's. */
function product(
  layer: LayerName,
  signal: Plane,
  tile: Float32Array,
  origin: { x: number; y: number },
): Plane {
  const spacing = SPACING[layer];
  const step = tileStep(layer);
  const place = (i: number, start: number): number =>
    Math.round((spacing * i + firstSample(layer) + start) / step) & (TILE_SAMPLES - 1);
  const { width, height, data } = signal;
  const columns = Int32Array.from({ length: width }, (_, x) => place(x, origin.x));
  const out = createPlane(width, height);
  for (let y = 0; y < height; y++) {
    const row = place(y, origin.y) * TILE_SAMPLES;
    for (let x = 0, i = y * width; x < width; x++, i++) {
      out.data[i] = data[i]! * tile[row + columns[x]!]!;
    }
  }
  return out;
}

function mask(plane: Plane, inside: Uint8Array): void {
  for (let i = 0; i < inside.length; i++) if (inside[i] === 0) plane.data[i] = 0;
}

/** Two box means: near enough to a bell. */
function smooth(plane: Plane, radius: number): Plane {
  const out = createPlane(plane.width, plane.height);
  const scratch = createPlane(plane.width, plane.height);
  const once = createPlane(plane.width, plane.height);
  boxMean(plane, radius, once, scratch);
  boxMean(once, radius, out, scratch);
  return out;
}
