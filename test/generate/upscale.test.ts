/** Super-resolution of any picture, by the bundled model. */
import { afterAll, describe, expect, it } from 'vitest';
import { createUpscaler, GenerateError } from '../../src/generate/index.js';
import { createPixels, cropPixels, psnr, resizePixels } from '../../src/image/index.js';
import type { Pixels } from '../../src/image/index.js';
import { createModelStore } from '../../src/onnx/index.js';
import { syntheticImage } from '../watermark/support.js';

const models = createModelStore({ threads: 2 });
const upscaler = createUpscaler({ models });
afterAll(() => models.dispose());

describe('a picture of several tiles', () => {
  const picture = syntheticImage(3, 250, 222);

  it('has the pixels that each part has, enlarged with what is around it: no seams', async () => {
    const { pixels } = await upscaler.upscale(picture);
    expect(pixels).toMatchObject({ width: 1000, height: 888, channels: 3 });
    // Tiles meet at 192; this part spans that, and is one tile when it is enlarged alone.
    const part = await upscaler.upscale(cropPixels(picture, 100, 60, 150, 162));
    const far = 16; // beyond what the part lacks at its left and top
    const [x, y, width, height] = [100 + far, 60 + far, 150 - far, 162 - far].map((n) => 4 * n);
    const whole = cropPixels(pixels, x!, y!, width!, height!);
    const alone = cropPixels(part.pixels, 4 * far, 4 * far, width!, height!);
    let most = 0;
    whole.data.forEach((value, i) => (most = Math.max(most, Math.abs(value - alone.data[i]!))));
    expect(most).toBeLessThanOrEqual(1); // rounding
  });

  it('twice as large is the mean of the four pixels of four times', async () => {
    const small = cropPixels(picture, 0, 0, 40, 30);
    const four = (await upscaler.upscale(small)).pixels;
    const two = (await upscaler.upscale(small, { factor: 2 })).pixels;
    expect(two).toMatchObject({ width: 80, height: 60 });
    for (const [px, py] of [
      [0, 0],
      [79, 59],
      [33, 17],
    ] as const) {
      for (let c = 0; c < 3; c++) {
        const at = (x: number, y: number): number => four.data[(y * 160 + x) * 3 + c]!;
        const [x, y] = [2 * px, 2 * py];
        const mean = (at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)) / 4;
        expect(Math.abs(two.data[(py * 80 + px) * 3 + c]! - mean)).toBeLessThanOrEqual(1);
      }
    }
  });
});

it('is nearer to the original than Lanczos on sharp edges', async () => {
  const sharp = discs(256);
  const small = await resizePixels(sharp, 64, 64);
  const { pixels } = await upscaler.upscale(small);
  expect(psnr(sharp, pixels)).toBeGreaterThan(psnr(sharp, await resizePixels(small, 256, 256)) + 1);
});

it('enlarges transparency, and colours that it hides do not bleed', async () => {
  const picture = createPixels(32, 32, 4);
  for (let i = 0; i < 32 * 32; i++) picture.data.set([200, 30, 30, i % 32 < 16 ? 0 : 255], 4 * i);
  const { pixels } = await upscaler.upscale(picture);
  const at = (x: number): number[] => [
    ...pixels.data.subarray(4 * (64 * 128 + x), 4 * (64 * 128 + x) + 4),
  ];
  expect(at(8)[3]).toBe(0);
  expect(at(120)[3]).toBe(255);
  for (const x of [8, 62, 66, 120]) {
    const [r, g] = at(x);
    expect(Math.abs(r! - 200)).toBeLessThan(8);
    expect(Math.abs(g! - 30)).toBeLessThan(8);
  }
});

describe('what cannot be', () => {
  it.each([
    [createPixels(5000, 100, 3), 4],
    [createPixels(4000, 2600, 3), 4],
  ] as const)('says how large a result may be (%#)', async (picture, factor) => {
    const error = await upscaler.upscale(picture, { factor }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(GenerateError);
    expect(error).toMatchObject({ code: 'GENERATE_OPTION' });
    expect((error as Error).message).toMatch(/at most 100 megapixels/);
  });

  it('takes 2 and 4 alone, tells each tile, and stops between two', async () => {
    await expect(upscaler.upscale(discs(16), { factor: 3 as 4 })).rejects.toThrow(RangeError);
    const stop = new AbortController();
    const seen: string[] = [];
    const work = upscaler.upscale(discs(200), {
      signal: stop.signal,
      onProgress: ({ stage, step, steps }) => {
        seen.push(`${stage} ${step}/${steps}`);
        if (step === 1) stop.abort();
      },
    });
    await expect(work).rejects.toMatchObject({ code: 'GENERATE_ABORTED' });
    expect(seen).toEqual(['upscale 0/4', 'upscale 1/4']);
  });
});

/** Rings with hard edges. */
function discs(side: number): Pixels {
  const out = createPixels(side, side, 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const ring = Math.floor(Math.hypot(x - side / 2, y - side / 2) / (side / 12)) % 2;
      out.data.fill(ring ? 220 : 40, 3 * (y * side + x), 3 * (y * side + x) + 3);
    }
  }
  return out;
}
