/** Quality floors hold where the mark is, and a quiet picture's mark outlasts a WebP of quality 30. */
import { describe, expect, it } from 'vitest';
import { MersenneTwister } from '../../src/core/index.js';
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
import {
  embedWatermark,
  extractWatermark,
  PUBLIC_KEY,
  type WatermarkKey,
} from '../../src/watermark/index.js';
import { createPlane } from '../../src/watermark/plane.js';
import { webpDamage } from '../../src/watermark/webp-damage.js';
import { syntheticImage, testPayload } from './support.js';
import { randomCase } from './random-picture.js';

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

describe('what is not busy', () => {
  it('bears little of the mark, however much the rest would allow', () => {
    const picture = syntheticImage(4, 512, 512, 4);
    for (let y = 0; y < 512; y++) picture.data.fill(130, y * 512 * 3, (y * 512 + 256) * 3);
    const { pixels, embedded } = embedWatermark(picture, { payload: testPayload(4) });
    expect(embedded).toBe(true);
    const half = (image: Pixels, left: number): Pixels => cropPixels(image, left, 0, 216, 512);
    const flat = psnr(half(picture, 0), half(pixels, 0));
    const busy = psnr(half(picture, 296), half(pixels, 296));
    expect(flat).toBeGreaterThan(44);
    expect(busy).toBeLessThan(flat - 1);
  });

  it('is judged without the pixels that cannot be seen', () => {
    const whole = syntheticImage(5, 512, 512, 1, 4);
    for (let i = 3; i < whole.data.length; i += 4) {
      const x = (i >> 2) % 512;
      const y = (i >> 2) >> 9;
      whole.data[i] = x >= 64 && x < 448 && y >= 64 && y < 448 ? 255 : 0;
    }
    const result = embedWatermark(whole, { payload: testPayload(5) });
    expect(result.embedded).toBe(true);
    const seen = (image: Pixels): Pixels => flattenPixels(cropPixels(image, 64, 64, 384, 384));
    expect(psnr(seen(whole), seen(result.pixels))).toBeGreaterThanOrEqual(42);
    expect(ssim(seen(whole), seen(result.pixels))).toBeGreaterThanOrEqual(0.989);
    expect(psnr(seen(whole), seen(result.pixels))).toBeCloseTo(result.psnr, 6);
  });
});

/** Noise of `depth` grey levels either way, the same in R, G and B. */
function noisy(side: number, depth: number): Pixels {
  const random = new MersenneTwister(1);
  const image = syntheticImage(8, side, side, 0.5);
  for (let i = 0; i < image.data.length; i += 3) {
    const value = depth * (2 * random.nextDouble() - 1);
    for (let c = 0; c < 3; c++) image.data[i + c] = image.data[i + c]! + value;
  }
  return image;
}

function hiddenAbove(rows: number, image: Pixels): Pixels {
  const data = Uint8ClampedArray.from(image.data);
  for (let i = 3; i < 4 * rows * image.width; i += 4) data[i] = 0;
  return { ...image, data };
}

describe('a refusal', () => {
  const picture = syntheticImage(6, 320, 320);
  it.each([
    [picture, { minPsnr: 80 }, 'too-weak', /^as asked for, no payload bit .*: lower minPsnr/],
    [picture, { strength: 0.1 }, 'too-weak', /: use strength 1 or more$/],
    [syntheticImage(7, 300, 300, 60), {}, 'too-busy', /^as asked for/],
    // Noise that the canonical size averages away: loud all the same.
    [noisy(600, 120), {}, 'too-busy', /^as asked for, about 63 of 64 payload bits/],
    [hiddenAbove(150, randomCase(284).image), {}, 'too-busy', /^as asked for/],
    [syntheticImage(8, 60, 300), {}, 'too-small', /^a side of at least 256 pixels .* 60x300$/],
  ] as const)('names its cause and a cure that works (%#)', (image, options, reason, advice) => {
    const result = embedWatermark(image, { payload: testPayload(6), ...options });
    expect(result).toMatchObject({ embedded: false, reason });
    expect(result.advice).toMatch(advice);
  });
});

describe('keys', () => {
  it('are never shown when they are given in the wrong place', () => {
    const key = 'my very secret passphrase' as unknown as WatermarkKey;
    expect(() => extractWatermark(picture(), { keys: [key] })).toThrow(
      '"keys[0]" expected watermark key, got string',
    );
    // eslint-disable-next-line no-sparse-arrays -- the hole is what is tested
    const sparse = [PUBLIC_KEY, , PUBLIC_KEY] as WatermarkKey[];
    expect(() => extractWatermark(picture(), { keys: sparse })).toThrow(
      '"keys[1]" expected watermark key, got undefined',
    );
  });
  const picture = (): Pixels => syntheticImage(9, 64, 64);
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
