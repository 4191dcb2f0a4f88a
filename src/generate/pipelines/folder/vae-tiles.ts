/**
 * Decoding in overlapping tiles, so that memory is that of one tile: `AutoencoderKL.tiled_decode` of diffusers, with its sizes.
 */
import type { PlanarImage } from '../../planar.js';

/** Share of a tile that lies over its neighbour. */
const OVERLAP = 0.25;

export interface TileOptions {
  /** Side of a tile, in latents. */
  readonly side: number;
  /** Pixels of a latent, a side. */
  readonly downscale: number;
}

type Dims = readonly [channels: number, height: number, width: number];

/** @param decode one tile of latents to -1..1 */
export async function decodeTiles(
  latent: Float32Array,
  dims: Dims,
  { side, downscale }: TileOptions,
  decode: (tile: Float32Array, dims: Dims) => Promise<PlanarImage>,
): Promise<PlanarImage> {
  const [, height, width] = dims;
  const stride = Math.floor(side * (1 - OVERLAP));
  const blend = Math.floor(side * downscale * OVERLAP);
  const kept = side * downscale - blend;
  const out = planar(width * downscale, height * downscale);
  let above: PlanarImage[] = [];
  for (let top = 0, y = 0; top < height; top += stride, y += kept) {
    const row: PlanarImage[] = [];
    for (let left = 0, x = 0; left < width; left += stride, x += kept) {
      const size: Dims = [dims[0], Math.min(side, height - top), Math.min(side, width - left)];
      const tile = await decode(cut(latent, dims, top, left, size), size);
      if (top > 0) blendDown(above[row.length]!, tile, blend);
      if (left > 0) blendRight(row.at(-1)!, tile, blend);
      row.push(tile);
      paste(tile, out, x, y, kept);
    }
    above = row;
  }
  return out;
}

function planar(width: number, height: number): PlanarImage {
  return { data: new Float32Array(3 * width * height), width, height };
}

function cut(
  latent: Float32Array,
  dims: Dims,
  top: number,
  left: number,
  size: Dims,
): Float32Array {
  const [channels, height, width] = size;
  const out = new Float32Array(channels * height * width);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      const from = (c * dims[1] + top + y) * dims[2] + left;
      out.set(latent.subarray(from, from + width), (c * height + y) * width);
    }
  }
  return out;
}

/** The last rows of `a` fade into the first ones of `b`, in place. */
function blendDown(a: PlanarImage, b: PlanarImage, most: number): void {
  const extent = Math.min(a.height, b.height, most);
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < extent; y++) {
      const from = (c * a.height + a.height - extent + y) * a.width;
      const to = (c * b.height + y) * b.width;
      for (let x = 0; x < b.width; x++) {
        b.data[to + x] = a.data[from + x]! * (1 - y / extent) + b.data[to + x]! * (y / extent);
      }
    }
  }
}

/** The last columns of `a` fade into the first ones of `b`, in place. */
function blendRight(a: PlanarImage, b: PlanarImage, most: number): void {
  const extent = Math.min(a.width, b.width, most);
  for (let row = 0; row < 3 * b.height; row++) {
    const from = row * a.width + a.width - extent;
    const to = row * b.width;
    for (let x = 0; x < extent; x++) {
      b.data[to + x] = a.data[from + x]! * (1 - x / extent) + b.data[to + x]! * (x / extent);
    }
  }
}

function paste(tile: PlanarImage, out: PlanarImage, left: number, top: number, most: number): void {
  const width = Math.min(tile.width, most, out.width - left);
  const height = Math.min(tile.height, most, out.height - top);
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < height; y++) {
      const from = (c * tile.height + y) * tile.width;
      out.data.set(
        tile.data.subarray(from, from + width),
        (c * out.height + top + y) * out.width + left,
      );
    }
  }
}
