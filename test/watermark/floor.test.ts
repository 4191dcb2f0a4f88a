/** Quality floors hold where the mark is, and a quiet picture's mark outlasts a WebP of quality 30. */
import { describe, expect, it } from 'vitest';
import {
  createPixels,
  cropPixels,
  decodeImage,
  encodeImage,
  flattenPixels,
  psnr,
  ssim,
  type Pixels,
} from '../../src/image/index.js';
import { embedWatermark, extractWatermark } from '../../src/watermark/index.js';
import { createPlane } from '../../src/watermark/plane.js';
import { webpDamage } from '../../src/watermark/webp-damage.js';
import { syntheticImage, testPayload } from './support.js';

/** One soft ball on an even background, as generators of icons draw it. */
function quietPicture(side: number): Pixels {
  const pixels = createPixels(side, side, 3);
  for (let y = 0, i = 0; y < side; y++) {
    for (let x = 0; x < side; x++, i += 3) {
      const d = Math.hypot(x - side * 0.45, y - side * 0.4) / (side * 0.28);
      const light = d < 1 ? 120 * Math.sqrt(1 - d * d) : 0;
      pixels.data[i] = 50 + light;
      pixels.data[i + 1] = 60 + 0.4 * light;
      pixels.data[i + 2] = 70 + 0.2 * light;
    }
  }
  return pixels;
}

describe('a quiet picture', () => {
  it('gets a mark of low pitch, which a WebP of quality 30 leaves readable', async () => {
    const marked = embedWatermark(quietPicture(512), { payload: testPayload(1) });
    expect(marked.ssim).toBeGreaterThanOrEqual(0.99);
    const file = await encodeImage(marked.pixels, { format: 'webp', quality: 30 });
    const { pixels } = await decodeImage(file);
    expect(extractWatermark(flattenPixels(pixels)).payload).toBe(testPayload(1));
  });
});

describe('the quality floor', () => {
  it('is kept by the marked part of a long strip, not by the whole of it', () => {
    const strip = syntheticImage(2, 1600, 256, 0.3);
    const result = embedWatermark(strip, { payload: testPayload(2) });
    expect(result.embedded).toBe(true);
    const part = (pixels: Pixels): Pixels => cropPixels(pixels, 0, 0, 1024, 256);
    expect(psnr(part(strip), part(result.pixels))).toBeGreaterThanOrEqual(42);
    expect(ssim(part(strip), part(result.pixels))).toBeGreaterThanOrEqual(0.99);
    expect(psnr(part(strip), part(result.pixels))).toBeCloseTo(result.psnr, 6);
  });

  it('is measured everywhere in a large picture, flat corners included', () => {
    const large = syntheticImage(3, 2400, 1800, 1);
    // Flat but for a busy frame of rows where a sample of bands would look.
    for (let y = 0; y < 1800; y++) {
      if (y % 257 < 60) continue;
      large.data.fill(140, y * 2400 * 3, (y + 1) * 2400 * 3);
    }
    const result = embedWatermark(large, { payload: testPayload(3) });
    expect(result.embedded).toBe(true);
    expect(ssim(large, result.pixels)).toBeGreaterThanOrEqual(0.99);
  });
});

describe('simulated WebP', () => {
  it('keeps an even plane and edges of whole macroblocks, and forgets faint grain', () => {
    const plane = createPlane(40, 33);
    for (let i = 0; i < plane.data.length; i++) plane.data[i] = i % 40 < 16 ? 44 : 176;
    const step = createPlane(40, 33);
    step.data.set(plane.data);
    for (let i = 0; i < step.data.length; i++) step.data[i]! += i % 2 === 0 ? 2 : -2;
    const kept = webpDamage(plane).data;
    const quiet = webpDamage(step).data;
    for (let y = 0; y < 32; y++) {
      for (let x = 0; x < 32; x++) {
        const i = y * 40 + x;
        expect(Math.abs(kept[i]! - plane.data[i]!)).toBeLessThanOrEqual(3);
        expect(quiet[i]).toBe(kept[i]);
      }
    }
    // What is left of macroblocks stays.
    expect(webpDamage(step).data[39]).toBe(step.data[39]);
  });
});
