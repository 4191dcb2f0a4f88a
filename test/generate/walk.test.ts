/** Pictures on the way from one prompt or seed to another. */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { createGenerator } from '../../src/generate/index.js';
import type { GenerateOptions } from '../../src/generate/index.js';
import { mixLast, turnToward } from '../../src/generate/mix.js';
import { createPixels, psnr } from '../../src/image/index.js';
import type { Pixels } from '../../src/image/index.js';
import { createModelStore } from '../../src/onnx/index.js';

const TINY = fileURLToPath(new URL('../../fixtures/models/tiny', import.meta.url));
const models = createModelStore({ dir: TINY, threads: 1 });
const generator = createGenerator({ models });
afterAll(() => models.dispose());

const digest = ({ data }: Pixels) => createHash('sha256').update(data).digest('hex');

async function draw(prompt: string, options: GenerateOptions): Promise<Pixels> {
  const [image] = await generator.generate(prompt, { seed: 7, steps: 3, ...options });
  return image!.pixels;
}

describe('a walk', () => {
  it.each([
    [{ prompt: 'a blue house' }, { prompt: 'a blue house', seed: 7 }],
    [{ seed: 9 }, { prompt: 'a red apple', seed: 9 }],
    [
      { prompt: 'a blue house', seed: 9 },
      { prompt: 'a blue house', seed: 9 },
    ],
  ])('to %j begins and ends with the very pictures, and lies between', async (toward, end) => {
    const from = await draw('a red apple', {});
    const to = await draw(end.prompt, { seed: end.seed });
    const at = (share: number) => draw('a red apple', { toward: { ...toward, share } });
    expect(digest(await at(0))).toBe(digest(from));
    expect(digest(await at(1))).toBe(digest(to));
    const near = await at(0.2);
    const far = await at(0.8);
    expect(psnr(from, near)).toBeGreaterThan(psnr(from, far));
    expect(psnr(to, far)).toBeGreaterThan(psnr(to, near));
    expect(digest(await at(0.2))).toBe(digest(near));
  });

  it('goes without guidance too, and is told in the settings', async () => {
    const toward = { prompt: 'a blue house', share: 0.5 };
    const [image] = await generator.generate('a red apple', { seed: 7, guidance: 1, toward });
    expect(image!.settings.toward).toEqual(toward);
  });

  it.each([
    [{ toward: { share: 0.5 } }, /needs another prompt or another seed/],
    [{ toward: { seed: 1, share: 0.5 }, count: 2 }, /one picture at a time/],
    [{ toward: { seed: 1, share: 0.5 }, init: createPixels(64, 64, 3) }, /from noise to noise/],
    [{ toward: { seed: 1, share: 1.5 } }, /"toward\.share" expected number in 0\.\.1/],
  ])('%# is refused', async (options, message) => {
    await expect(draw('a red apple', options)).rejects.toThrow(message);
  });
});

describe('mixing', () => {
  it('keeps the length of noise on the way', () => {
    const length = (v: Float32Array) => Math.hypot(...v);
    const a = Float32Array.of(3, 0, 0, 4);
    const b = Float32Array.of(0, 5, 0, 0);
    const half = a.slice();
    turnToward(half, b, 0.5);
    expect(length(half)).toBeCloseTo(5, 5);
    expect([...half].map((x) => x / Math.SQRT1_2)).toEqual(
      [3, 5, 0, 4].map((x) => expect.closeTo(x, 4) as number),
    );
  });

  it('moves the last but one part to the last one', () => {
    const parts = Float32Array.of(1, 1, 10, 20, 30, 40);
    mixLast(parts, 2, 0.25);
    expect([...parts]).toEqual([1, 1, 15, 25, 30, 40]);
  });
});
