/** Drawing along a control picture with the bundled model. */
import { afterAll, describe, expect, it } from 'vitest';
import { createGenerator, TURBO_PIPELINE } from '../../src/generate/index.js';
import type { GenerateOptions } from '../../src/generate/index.js';
import { createPixels } from '../../src/image/index.js';
import { createModelStore } from '../../src/onnx/index.js';

/** A red disc on teal. */
const disc = createPixels(128, 128, 3);
for (let i = 0; i < 128 * 128; i++) {
  const isIn = Math.hypot((i % 128) - 64, Math.floor(i / 128) - 64) < 36;
  disc.data.set(isIn ? [214, 60, 64] : [30, 132, 132], 3 * i);
}

describe('the bundled model', () => {
  const models = createModelStore({ threads: 2 });
  const generator = createGenerator({ models });
  afterAll(() => models.dispose());
  const draw = async (options: GenerateOptions) => {
    const [image] = await generator.generate('a red apple on a blue background', {
      seed: 3,
      steps: 4,
      ...options,
    });
    return image!;
  };

  it('draws along a picture, tells how it was read, and the same again', async () => {
    const options = { control: disc, controlKind: 'scribble' } as const;
    const [plain, along, again] = [await draw({}), await draw(options), await draw(options)];
    expect(along.pixels.data).toEqual(again.pixels.data);
    expect(along.pixels.data).not.toEqual(plain.pixels.data);
    expect(along.settings.control).toMatchObject({ kind: 'scribble', readAs: 'photo', scale: 1 });
    expect(along.model.sha256s).toHaveProperty('vaeEncoder');
    const none = await draw({ ...options, controlScale: 0 });
    expect(none.pixels.data).toEqual(plain.pixels.data);
  });

  it('draws along a map in one step of the distilled model', async () => {
    const turbo = createGenerator({ models, pipeline: TURBO_PIPELINE });
    const sides: number[] = [];
    for (const x of [40, 88]) {
      const map = createPixels(128, 128, 3);
      for (let i = 0; i < 128 * 128; i++) {
        const isIn = Math.hypot((i % 128) - x, Math.floor(i / 128) - 64) < 30;
        map.data.set(isIn ? [230, 60, 60] : [30, 30, 30], 3 * i);
      }
      const options = { control: map, controlKind: 'segmentation' } as const;
      const prompt = 'a red apple on a blue background';
      const [image] = await turbo.generate(prompt, { seed: 3, steps: 1, ...options });
      const { data, width } = image!.pixels;
      let [red, sum] = [0, 0];
      for (let i = 0; i < data.length; i += 3) {
        const more = Math.max(0, data[i]! - data[i + 2]!);
        red += more;
        sum += more * ((i / 3) % width);
      }
      sides.push(sum / red / width);
    }
    expect(sides[0]).toBeCloseTo(40 / 128, 1);
    expect(sides[1]).toBeCloseTo(88 / 128, 1);
  });

  it.each([
    [{ control: disc }, /what the control picture shows/],
    [{ controlKind: 'edge' }, /"controlKind" needs a picture/],
    [{ control: disc, controlSource: 'map' }, /"controlSource" needs to know/],
    [
      { init: disc, control: disc, controlKind: 'edge', outpaint: { left: 64 } },
      /exclude each other/,
    ],
    [
      { control: disc, controlKind: 'segmentation', controlSource: 'photo' },
      /ready segmentation map/,
    ],
    [{ control: disc, controlKind: 'pose' }, /no pose estimator is bundled/],
  ] as const)('tells what does not go together (%#)', async (options, message) => {
    const error = await draw(options).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'GENERATE_OPTION' });
    expect((error as Error).message).toMatch(message);
  });

  it('knows no normals', async () => {
    const options = { control: disc, controlKind: 'normal' } as unknown as GenerateOptions;
    await expect(draw(options)).rejects.toThrow(/"controlKind" expected one of edge, scribble/);
  });
});
