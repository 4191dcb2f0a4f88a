/** Pictures made of other pictures: image-to-image, inpainting, outpainting, by the bundled model. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGenerator } from '../../src/generate/index.js';
import type { GenerateOptions } from '../../src/generate/index.js';
import { widenedCanvas } from '../../src/generate/edit/canvas.js';
import { fillHoles } from '../../src/generate/edit/holes.js';
import { prepareEdit } from '../../src/generate/edit/edit-image.js';
import { conditionPrompt } from '../../src/generate/pipelines/diffuse.js';
import { loadImprintLdm } from '../../src/generate/pipelines/imprint-ldm.js';
import { createPixels, cropPixels, psnr } from '../../src/image/index.js';
import type { Pixels } from '../../src/image/index.js';
import { createModelStore } from '../../src/onnx/index.js';

const models = createModelStore({ threads: 2 });
const generator = createGenerator({ models });
afterAll(() => models.dispose());

const PROMPT = 'a red apple on a blue background';
let apple: Pixels;

async function draw(prompt: string, options: GenerateOptions): Promise<Pixels> {
  const [image] = await generator.generate(prompt, { seed: 3, steps: 6, ...options });
  return image!.pixels;
}

beforeAll(async () => {
  apple = await draw(PROMPT, { seed: 7, steps: 12 });
});

/** White in the rectangle, black elsewhere. */
function maskOf(width: number, height: number, [x, y, w, h]: readonly number[]): Pixels {
  const mask = createPixels(width, height, 3);
  for (let row = y!; row < y! + h!; row++) {
    mask.data.fill(255, 3 * (row * width + x!), 3 * (row * width + x! + w!));
  }
  return mask;
}

describe('image-to-image', () => {
  it('goes the farther from the picture the stronger it is, and is the same again', async () => {
    const weak = await draw('a green apple on a blue background', { init: apple, strength: 0.3 });
    const strong = await draw('a green apple on a blue background', { init: apple, strength: 0.9 });
    expect(psnr(apple, weak)).toBeGreaterThan(psnr(apple, strong) + 3);
    const again = await draw('a green apple on a blue background', { init: apple, strength: 0.3 });
    expect(again.data).toEqual(weak.data);
  });

  it('keeps the size of a picture that is not square, and tells how it was made', async () => {
    const init = cropPixels(apple, 0, 60, 512, 384);
    const [image] = await generator.generate(PROMPT, { init, seed: 3, steps: 4 });
    expect(image!.pixels).toMatchObject({ width: 512, height: 384 });
    expect(image!.settings).toMatchObject({
      size: { width: 512, height: 384 },
      edit: { mode: 'image-to-image', strength: 0.6 },
    });
    expect(image!.settings.edit!.init).toMatch(/^[0-9a-f]{64}$/);
    expect(image!.model.sha256s).toHaveProperty('vaeEncoder');
  });
});

describe('inpainting', () => {
  const hole = [300, 20, 180, 160] as const;
  const mask = maskOf(512, 512, hole);

  it('leaves every known pixel as it was, and makes the others', async () => {
    const made = await draw('a yellow star on a blue background', { init: apple, mask });
    let [moved, made_] = [0, 0];
    for (let i = 0; i < made.data.length; i++) {
      if (made.data[i] === apple.data[i]) continue;
      if (mask.data[i] === 0) moved++;
      else made_++;
    }
    expect(moved).toBe(0);
    expect(made_).toBeGreaterThan(10_000);
  });

  it('has no step at its edge', async () => {
    const made = await draw('a blue background', { init: apple, mask, steps: 12 });
    const [x, y, w, h] = hole;
    const step = (i: number, j: number): number =>
      Math.abs(made.data[i]! - made.data[j]!) / 2 +
      Math.abs(made.data[i + 2]! - made.data[j + 2]!) / 2;
    const at = (px: number, py: number): number => 3 * (py * 512 + px);
    // Across the top and right edges, which lie in the plain background, and beside them.
    let [across, beside] = [0, 0];
    for (let px = x; px < x + w; px++) {
      across += step(at(px, y - 1), at(px, y));
      beside += step(at(px, y - 3), at(px, y - 2));
    }
    for (let py = y; py < y + h / 2; py++) {
      across += step(at(x + w - 1, py), at(x + w, py));
      beside += step(at(x + w + 1, py), at(x + w + 2, py));
    }
    expect(across).toBeLessThan(2.5 * beside + w + h);
  });

  it('joins what it made to a thing that the mask cuts through', async () => {
    const parts = await loadImprintLdm(models);
    const drawing = { count: 1, steps: 8, guidance: 3.5, negative: '', size: apple, seed: 3 };
    const [x, y, w, h] = [260, 260, 200, 220];
    const stepAcross = async (inpaintJoins: number): Promise<number> => {
      const own = { ...parts, inpaintJoins };
      const call = await conditionPrompt(own, PROMPT, drawing, () => {});
      const options = { init: apple, mask: maskOf(512, 512, [x, y, w, h]), strength: 1 };
      const made = await (await prepareEdit(own, options, drawing)).make(call, 3, () => {});
      let sum = 0;
      // The left and upper edges lie in the apple.
      for (let i = 0; i < 150; i++) {
        for (let c = 0; c < 3; c++) {
          const left = 3 * ((y + i) * 512 + x) + c;
          const top = 3 * (y * 512 + x + i) + c;
          sum += Math.abs(made.data[left]! - made.data[left - 3]!);
          sum += Math.abs(made.data[top]! - made.data[top - 3 * 512]!);
        }
      }
      return sum / 900;
    };
    const [plain, joined] = [await stepAcross(0), await stepAcross(2)];
    expect(joined).toBeLessThan(plain);
  });

  it('looks at the part around a small hole in a large picture', async () => {
    const large = createPixels(1200, 900, 3);
    large.data.fill(90);
    const small = maskOf(1200, 900, [1100, 10, 60, 60]);
    const made = await draw('a red apple on a grey background', { init: large, mask: small });
    expect(made).toMatchObject({ width: 1200, height: 900 });
    expect(cropPixels(made, 0, 0, 1100, 900).data.every((value) => value === 90)).toBe(true);
    expect(cropPixels(made, 1100, 10, 60, 60).data.some((value) => value !== 90)).toBe(true);
  });
});

describe('outpainting', () => {
  it('adds what was asked for, around the very pixels', async () => {
    const outpaint = { left: 96, bottom: 40 };
    const made = await draw('a blue background', { init: apple, outpaint });
    expect(made).toMatchObject({ width: 608, height: 552 });
    expect(cropPixels(made, 96, 0, 512, 512).data).toEqual(apple.data);
    // Not black, which is what an empty canvas holds.
    const corner = cropPixels(made, 0, 512, 40, 40).data;
    expect(corner.reduce((sum, value) => sum + value, 0) / corner.length).toBeGreaterThan(20);
  });

  it('covers every new pixel once, in windows that lie inside and are at most half new', () => {
    const side = fc.integer({ min: 0, max: 700 });
    const margins = fc.record({ left: side, right: side, top: side, bottom: side });
    const sides = fc.integer({ min: 64, max: 300 });
    fc.assert(
      fc.property(margins, sides, sides, (outpaint, width, height) => {
        const { known, passes, pixels } = widenedCanvas(createPixels(width, height, 3), outpaint);
        const seen = Uint8Array.from(known!);
        for (const { part, window } of passes) {
          expect(window.x >= 0 && window.x + window.width <= pixels.width).toBe(true);
          expect(window.y >= 0 && window.y + window.height <= pixels.height).toBe(true);
          expect(part.width * part.height * 2).toBeLessThanOrEqual(window.width * window.height);
          for (let y = part.y; y < part.y + part.height; y++) {
            for (let x = part.x; x < part.x + part.width; x++) seen[y * pixels.width + x]! += 1;
          }
          // All that a window shows beside its own part was there or made before.
          for (let y = window.y; y < window.y + window.height; y++) {
            const row = seen.subarray(y * pixels.width + window.x).subarray(0, window.width);
            expect(row.includes(0)).toBe(false);
          }
        }
        expect(seen.every((value) => value === 1)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
});

describe('holes', () => {
  it('continue a slope, and leave what is known', () => {
    const [width, height] = [40, 30];
    const ramp = Float32Array.from(
      { length: width * height },
      (_, i) => 3 * (i % width) - 2 * Math.floor(i / width),
    );
    const known = Uint8Array.from(ramp, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return x > 8 && x < 30 && y > 6 && y < 22 ? 0 : 1;
    });
    const plane = ramp.map((value, i) => (known[i] === 0 ? 1e6 : value));
    fillHoles(plane, known, width, height);
    // Harmonic, so the slope itself is the answer; the span is 150.
    ramp.forEach((value, i) =>
      expect(Math.abs(plane[i]! - value)).toBeLessThan(known[i] ? 1e-9 : 4),
    );
  });

  it('stay when nothing is known', () => {
    const plane = Float32Array.of(1, 2, 3, 4);
    fillHoles(plane, new Uint8Array(4), 2, 2);
    expect([...plane]).toEqual([1, 2, 3, 4]);
  });
});

describe('what does not go together', () => {
  const init = createPixels(128, 128, 3);
  it.each([
    [{ strength: 0.5 }, /"strength" needs a picture/],
    [{ mask: init }, /"mask" needs a picture/],
    [{ init, size: 256 }, /size is that of the picture/],
    [{ init, mask: createPixels(64, 128, 3) }, /mask is 64x128, and the picture 128x128/],
    [{ init, mask: createPixels(128, 128, 3) }, /mask is dark everywhere/],
    [{ init, mask: init, outpaint: { left: 8 } }, /exclude each other/],
    [{ init, outpaint: { left: 0 } }, /adds nothing/],
    [{ init: createPixels(32, 128, 3) }, /64 to 4096 pixels a side/],
    [{ init, outpaint: { left: 2048, right: 2048 } }, /64 to 4096 pixels a side/],
    [{ init, strength: 0.05 }, /leaves none to do/],
  ] as const)('is told (%#)', async (options, message) => {
    const error = await draw(PROMPT, options).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'GENERATE_OPTION' });
    expect((error as Error).message).toMatch(message);
  });
});
