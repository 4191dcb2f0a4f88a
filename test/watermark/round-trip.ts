/** The property that 20 pictures of the normal suite and 500 of the slow one are put to. */
import { expect } from 'vitest';
import { sha256Hex } from '../../src/core/index.js';
import { embedWatermark, extractWatermark } from '../../src/watermark/index.js';
import { randomCase } from './random-picture.js';

/** Embedding is repeatable, keeps size and input, holds both floors, and reads back exactly. */
export function expectRoundTrip(seed: number, repeat: boolean): void {
  const { title, image, payload } = randomCase(seed);
  const before = sha256Hex(Uint8Array.from(image.data));
  const { pixels, embedded, psnr, ssim } = embedWatermark(image, { payload });
  expect(embedded, title).toBe(true);
  expect(sha256Hex(Uint8Array.from(image.data)), title).toBe(before);
  const { width, height, channels } = image;
  expect(pixels, title).toMatchObject({ width, height, channels });
  expect(pixels.data.length, title).toBe(image.data.length);
  expect(psnr, title).toBeGreaterThanOrEqual(42);
  expect(ssim, title).toBeGreaterThanOrEqual(0.99);
  if (repeat) {
    const again = embedWatermark(randomCase(seed).image, { payload });
    expect(sha256Hex(Uint8Array.from(again.pixels.data)), title).toBe(
      sha256Hex(Uint8Array.from(pixels.data)),
    );
  }
  const read = extractWatermark(pixels);
  expect(read, title).toMatchObject({ status: 'detected', payload, keyId: 'public' });
  expect(read.pValue, title).toBeLessThanOrEqual(1e-9);
}
