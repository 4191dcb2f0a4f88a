/**
 * The targeted statistic on unmarked pictures, without a search: the soft values are read where an
 * untouched mark would lie, then held against random keys and payloads. This is the quantity of the
 * proof in docs/watermark.md; a search takes the largest of many.
 */
import type { Pixels } from '../../src/image/index.js';
import { createWatermarkKey, type WatermarkKey } from '../../src/watermark/index.js';
import { dataSigns } from '../../src/watermark/key.js';
import { canonicalLuma } from '../../src/watermark/canonical.js';
import { payloadStatistic, readLayers, softValues } from '../../src/watermark/soft-decode.js';
import type { MersenneTwister } from '../../src/core/index.js';

/** Bins of width 0.05 over -8..8; what lies outside counts in the outermost. */
export const BIN_WIDTH = 0.05;
export const BIN_START = -8;
export const BINS = 320;

export function randomKey(random: MersenneTwister): WatermarkKey {
  const secret = Uint8Array.from({ length: 32 }, () => random.nextUint32() >>> 24);
  return createWatermarkKey('random', secret);
}

export function randomPayload(random: MersenneTwister): string {
  const word = (): string => random.nextUint32().toString(16).padStart(8, '0');
  return word() + word();
}

/** Add `count` statistics of `pixels`, each with a key and a payload of its own, to `histogram`. */
export function addNullSamples(
  pixels: Pixels,
  count: number,
  random: MersenneTwister,
  histogram: number[],
): void {
  const soft = softValues(readLayers(canonicalLuma(pixels)), { x: 0, y: 0 });
  for (let i = 0; i < count; i++) {
    const x = payloadStatistic(soft, dataSigns(randomKey(random)), randomPayload(random));
    const bin = Math.floor((x - BIN_START) / BIN_WIDTH);
    const at = Math.min(BINS - 1, Math.max(0, bin));
    histogram[at] = histogram[at]! + 1;
  }
}
