/** Pictures in the palette and texture of others. */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createGenerator } from '../../src/generate/index.js';
import { loadStyler } from '../../src/generate/style/styler.js';
import { swapped } from '../../src/generate/style/swap.js';
import { coloured, statisticsOf, whitened } from '../../src/generate/style/whitening.js';
import { createPixels, psnr } from '../../src/image/index.js';
import type { Pixels } from '../../src/image/index.js';
import { createModelStore } from '../../src/onnx/index.js';

const models = createModelStore({ threads: 2 });
afterAll(() => models.dispose());

function painted(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): Pixels {
  const out = createPixels(width, height, 3);
  for (let i = 0; i < width * height; i++) {
    out.data.set(colour(i % width, Math.floor(i / width)), 3 * i);
  }
  return out;
}

const content = painted(91, 75, (x, y) =>
  Math.hypot(x - 40, y - 36) < 22 ? [60, 120, 220] : [40 + x, 200 - y, 60],
);
const painting = painted(120, 88, (x, y) =>
  ((x >> 3) + (y >> 4)) % 2 ? [230, 60, 30] : [250, 200, 60],
);

const meanOf = ({ data }: Pixels): number[] =>
  [0, 1, 2].map((c) => {
    let sum = 0;
    for (let i = c; i < data.length; i += 3) sum += data[i]!;
    return sum / (data.length / 3);
  });

describe('whitening and colouring', () => {
  it('undo each other, and leave unit covariance between', () => {
    const values = fc.float32Array({
      minLength: 400,
      maxLength: 400,
      min: -9,
      max: 9,
      noNaN: true,
    });
    fc.assert(
      fc.property(values, (latent) => {
        // One channel is nearly a copy of another, one is nearly flat.
        const [n, channels] = [100, 4];
        for (let i = 0; i < n; i++) {
          latent[n + i] = latent[i]! * 0.9 + 0.01 * latent[n + i]!;
          latent[3 * n + i] = 3 + 0.001 * latent[3 * n + i]!;
        }
        const statistics = statisticsOf(latent, channels);
        const plain = whitened(latent, statistics);
        const back = coloured(plain, statistics);
        back.forEach((value, i) => expect(Math.abs(value - latent[i]!)).toBeLessThan(1e-3));
        const again = statisticsOf(plain, channels);
        for (const mean of again.mean) expect(Math.abs(mean)).toBeLessThan(1e-4);
        // The ridge takes something from every direction, so that none exceeds one; the root of a covariance grows with it.
        for (const value of again.colouring) expect(Math.abs(value)).toBeLessThan(1.02);
      }),
      { numRuns: 20 },
    );
  });
});

describe('swapping', () => {
  const latent = (seed: number, width: number, height: number) => ({
    data: Float32Array.from({ length: 2 * width * height }, (_, i) => Math.sin(seed + 1.7 * i * i)),
    channels: 2,
    width,
    height,
  });

  it('finds a picture in itself', () => {
    const one = latent(1, 9, 7);
    const out = swapped(one, one, () => {});
    // Every inner value lies in nine patches, each of which is its own nearest.
    for (let y = 2; y < 5; y++) {
      for (let x = 2; x < 7; x++) expect(out[y * 9 + x]).toBeCloseTo(one.data[y * 9 + x]!, 5);
    }
  });

  it('takes values of the style alone', () => {
    const style = latent(5, 6, 6);
    style.data.fill(2, 0, 36).fill(-1, 36);
    const out = swapped(latent(2, 8, 5), style, () => {});
    expect([...out.subarray(0, 40)].every((value) => value === 2)).toBe(true);
    expect([...out.subarray(40)].every((value) => value === -1)).toBe(true);
  });
});

describe('a style', () => {
  it('moves the colours to those of the painting, by its strength, and keeps the size', async () => {
    const styler = await loadStyler(models);
    const whole = await styler.style(content, painting);
    const half = await styler.style(content, painting, { strength: 0.5 });
    expect(whole).toMatchObject({ width: 91, height: 75, channels: 3 });
    const target = meanOf(painting);
    const distance = (pixels: Pixels): number =>
      Math.hypot(...meanOf(pixels).map((value, c) => value - target[c]!));
    expect(distance(whole)).toBeLessThan(distance(content) / 4);
    expect(distance(half)).toBeGreaterThan(distance(whole));
    expect(distance(half)).toBeLessThan(distance(content));
    expect((await styler.style(content, painting)).data).toEqual(whole.data);
    expect((await styler.style(content, painting, { strength: 0 })).data).toEqual(content.data);
  });

  it('of the picture itself changes little', async () => {
    const styler = await loadStyler(models);
    expect(psnr(content, await styler.style(content, content))).toBeGreaterThan(22);
  });

  it('keeps the detail of a large picture', async () => {
    const styler = await loadStyler(models);
    const large = painted(1000, 64, (x) => (x % 2 ? [200, 90, 90] : [120, 90, 90]));
    const { data } = await styler.style(large, painting);
    let contrast = 0;
    for (let x = 100; x < 900; x++)
      contrast += Math.abs(data[3 * (32 * 1000 + x)]! - data[3 * (32 * 1000 + x + 1)]!);
    expect(contrast / 800).toBeGreaterThan(40);
  });

  it('is told in the record, and needs a picture', async () => {
    const generator = createGenerator({ models });
    const [image] = await generator.generate('a red apple', { seed: 1, steps: 2, style: painting });
    expect(image!.settings.style).toMatchObject({ strength: 1 });
    expect(image!.model.sha256s).toHaveProperty('vaeEncoder');
    await expect(generator.generate('a red apple', { styleStrength: 0.4 })).rejects.toMatchObject({
      code: 'GENERATE_OPTION',
    });
  });
});
