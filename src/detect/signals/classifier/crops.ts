/**
 * Which parts of a picture the classifier looks at: squares at native resolution, half of them among the most
 * textured and half among the smoothest, because decoders leave different traces in both. The choice depends on the
 * pixels alone.
 */
import type { Pixels } from '../../../image/index.js';

/** Side of a crop in pixels, as in training/classifier/net.py. */
export const CROP_SIZE = 96;

export interface CropPlace {
  left: number;
  top: number;
}

/** Candidates per side: enough for spread, bounded for a picture of any size. */
const CANDIDATES_PER_SIDE = 20;
/** Pixels between the samples from which activity is measured. */
const STRIDE = 4;
/** Mean step of luma between samples below which a crop is one colour, and says nothing. */
const FLAT = 0.4;

/** Evenly spread positions of a crop along a side of `length` pixels, at most `most`; the first is 0. None where no crop fits. */
export function spread(length: number, most: number): number[] {
  const room = length - CROP_SIZE;
  if (room < 0) return [];
  const count = Math.min(most, Math.ceil(length / CROP_SIZE));
  if (count === 1) return [0];
  return Array.from({ length: count }, (_, i) => Math.round((i * room) / (count - 1)));
}

/** At most `count` places, the most textured first, then the smoothest; squares of one colour are left out. */
export function chooseCrops(pixels: Pixels, count: number): CropPlace[] {
  const places = spread(pixels.height, CANDIDATES_PER_SIDE).flatMap((top) =>
    spread(pixels.width, CANDIDATES_PER_SIDE).map((left) => ({
      left,
      top,
      activity: activity(pixels, left, top),
    })),
  );
  const ranked = places
    .filter((place) => place.activity > FLAT)
    .sort((a, b) => b.activity - a.activity);
  if (ranked.length <= count) return ranked;
  const half = Math.ceil(count / 2);
  return [...ranked.slice(0, half), ...ranked.slice(ranked.length - (count - half))];
}

/** Mean absolute step of luma between samples that lie `STRIDE` pixels apart, both ways. */
function activity({ data, width, channels }: Pixels, left: number, top: number): number {
  const right = left + CROP_SIZE - STRIDE;
  const bottom = top + CROP_SIZE - STRIDE;
  const at = (x: number, y: number): number => {
    const i = (y * width + x) * channels;
    return 0.299 * (data[i] ?? 0) + 0.587 * (data[i + 1] ?? 0) + 0.114 * (data[i + 2] ?? 0);
  };
  let sum = 0;
  let samples = 0;
  for (let y = top; y < bottom; y += STRIDE) {
    for (let x = left; x < right; x += STRIDE) {
      const here = at(x, y);
      sum += Math.abs(at(x + STRIDE, y) - here) + Math.abs(at(x, y + STRIDE) - here);
      samples += 2;
    }
  }
  return sum / samples;
}

/** The crops, each inside the picture, as one batch, uint8 [N, 96, 96, 3]. `pixels` must have no alpha. */
export function packCrops(pixels: Pixels, places: readonly CropPlace[]): Uint8Array {
  const { data, width, channels } = pixels;
  const batch = new Uint8Array(places.length * CROP_SIZE * CROP_SIZE * 3);
  let out = 0;
  for (const { left, top } of places) {
    for (let y = 0; y < CROP_SIZE; y++) {
      const row = (top + y) * width + left;
      for (let x = 0; x < CROP_SIZE; x++) {
        const i = (row + x) * channels;
        batch[out++] = data[i] ?? 0;
        batch[out++] = data[i + 1] ?? 0;
        batch[out++] = data[i + 2] ?? 0;
      }
    }
  }
  return batch;
}
