import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { createGenerator } from '../../src/generate/index.js';
import type { GenerateOptions, GenerateProgress } from '../../src/generate/index.js';
import type { Pixels } from '../../src/image/index.js';
import { createModelStore } from '../../src/onnx/index.js';

const TINY = fileURLToPath(new URL('../../fixtures/models/tiny', import.meta.url));
const models = createModelStore({ dir: TINY, threads: 1 });
const generator = createGenerator({ models });
afterAll(() => models.dispose());

const digest = ({ data }: Pixels) => createHash('sha256').update(data).digest('hex');

async function draw(prompt: string, options: GenerateOptions = {}) {
  const [image] = await generator.generate(prompt, { seed: 7, steps: 3, ...options });
  return image!;
}

describe('an image', () => {
  it('has the native size and tells how it was made', async () => {
    const image = await draw(' a red\napple ', { negative: 'blue', guidance: 4 });
    expect(image.pixels).toMatchObject({ width: 128, height: 128, channels: 3 });
    expect(image).toMatchObject({
      seed: 7,
      prompt: 'a red apple',
      settings: {
        steps: 3,
        guidance: 4,
        negative: 'blue',
        size: { width: 128, height: 128 },
        scheduler: 'FlowMatchEulerDiscreteScheduler',
      },
      model: { name: 'tiny', version: '0.0.1' },
    });
    expect(Object.keys(image.model.sha256s)).toEqual([
      'tokenizer',
      'textEncoder',
      'transformer',
      'vaeDecoder',
      'upscaler',
    ]);
    for (const hash of Object.values(image.model.sha256s)) expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is not flat', async () => {
    const { data } = (await draw('a red apple')).pixels;
    expect(new Set(data).size).toBeGreaterThan(50);
  });

  it('takes the defaults of the pipeline and a seed of its own', async () => {
    const [image] = await generator.generate('red');
    expect(image!.settings).toMatchObject({ steps: 6, guidance: 3.5, negative: '' });
    expect(Number.isSafeInteger(image!.seed)).toBe(true);
    const again = await draw('red', { seed: image!.seed, steps: 6 });
    expect(digest(again.pixels)).toBe(digest(image!.pixels));
  });

  it.each([64, 128, 256])('comes in %d pixels', async (size) => {
    const { pixels, settings } = await draw('red', { size });
    expect([pixels.width, pixels.height]).toEqual([size, size]);
    expect(settings.size).toEqual({ width: size, height: size });
  });
});

describe('the same pixels', () => {
  it('for the same seed, in this process and with two threads', async () => {
    const first = await draw('a red apple');
    const second = await draw('a red apple');
    const store = createModelStore({ dir: TINY, threads: 2 });
    const [third] = await createGenerator({ models: store }).generate('a red apple', {
      seed: 7,
      steps: 3,
    });
    await store.dispose();
    expect(digest(second.pixels)).toBe(digest(first.pixels));
    expect(digest(third!.pixels)).toBe(digest(first.pixels));
  });

  it('for image i of a batch and for seed + i alone', async () => {
    const batch = await generator.generate('red', { seed: 20, steps: 3, count: 3 });
    expect(batch.map((image) => image.seed)).toEqual([20, 21, 22]);
    const alone = await draw('red', { seed: 22 });
    expect(digest(batch[2]!.pixels)).toBe(digest(alone.pixels));
  });

  it('from calls that run at once', async () => {
    const [one, two] = await Promise.all([draw('red'), draw('blue')]);
    expect(digest(one.pixels)).toBe(digest((await draw('red')).pixels));
    expect(digest(two.pixels)).toBe(digest((await draw('blue')).pixels));
  });
});

describe('other pixels', () => {
  it.each<[string, string, GenerateOptions]>([
    ['another seed', 'red', { seed: 8 }],
    ['another prompt', 'blue', {}],
    ['more steps', 'red', { steps: 4 }],
    ['more guidance', 'red', { guidance: 9 }],
    ['no guidance', 'red', { guidance: 1 }],
    ['a negative prompt', 'red', { negative: 'blue' }],
  ])('for %s', async (_name, prompt, options) => {
    const base = await draw('red', { guidance: 4 });
    const other = await draw(prompt, { guidance: 4, ...options });
    expect(digest(other.pixels)).not.toBe(digest(base.pixels));
  });

  it('but a negative prompt without guidance changes nothing', async () => {
    const base = await draw('red', { guidance: 1 });
    const other = await draw('red', { guidance: 1, negative: 'blue' });
    expect(digest(other.pixels)).toBe(digest(base.pixels));
  });
});

describe('prompts', () => {
  it.each(['a 🍎 on 🟦', 'un café crème', 'a\u0000b\u001b[31m', 'a \ud83c', '<s></s>', 'a りんご'])(
    '%j is drawn',
    async (prompt) => {
      expect((await draw(prompt)).pixels.width).toBe(128);
    },
  );

  it.each(['🍎', '赤いりんご', 'تفاحة', '1 + 1', '\ud83c'])('%j cannot be read', async (prompt) => {
    const unreadable = { code: 'GENERATE_PROMPT_UNREADABLE' };
    await expect(draw(prompt)).rejects.toMatchObject(unreadable);
    await expect(draw('red', { negative: prompt })).rejects.toMatchObject(unreadable);
  });

  it.each(['', '   ', '\n\t\u0000'])('%j is empty', async (prompt) => {
    await expect(draw(prompt)).rejects.toMatchObject({ code: 'GENERATE_PROMPT_EMPTY' });
  });

  it.each([10_000, 1_000_000])('%d characters are too many', async (length) => {
    await expect(draw('a cat '.repeat(length / 6))).rejects.toMatchObject({
      code: 'GENERATE_PROMPT_TOO_LONG',
    });
  });

  it('a negative prompt may be too long as well', async () => {
    await expect(draw('red', { guidance: 3, negative: 'xy '.repeat(100) })).rejects.toMatchObject({
      code: 'GENERATE_PROMPT_TOO_LONG',
    });
  });
});

describe('options', () => {
  it.each<[string, GenerateOptions]>([
    ['a negative seed', { seed: -1 }],
    ['half a seed', { seed: 0.5 }],
    ['no image', { count: 0 }],
    ['65 images', { count: 65 }],
    ['no step', { steps: 0 }],
    ['201 steps', { steps: 201 }],
    ['guidance below 0', { guidance: -1 }],
    ['guidance that is no number', { guidance: Number.NaN }],
    ['a size of 32', { size: 32 }],
    ['a size of 4096', { size: 4096 }],
  ])('%s is out of range', async (_name, options) => {
    await expect(draw('red', options)).rejects.toThrow(RangeError);
  });

  it.each<[string, GenerateOptions]>([
    ['a size that is no multiple of 8', { size: 100 }],
    ['a size that is not square', { size: { width: 128, height: 64 } }],
  ])('%s is refused in words', async (_name, options) => {
    await expect(draw('red', options)).rejects.toMatchObject({ code: 'GENERATE_OPTION' });
  });

  it('text where a number belongs is a TypeError', async () => {
    const options = { steps: '20' } as unknown as GenerateOptions;
    await expect(draw('red', options)).rejects.toThrow(TypeError);
  });

  it('an unknown pipeline is named with those there are', async () => {
    const unknown = createGenerator({ models, pipeline: 'none' });
    await expect(unknown.generate('red')).rejects.toMatchObject({
      code: 'GENERATE_PIPELINE_INVALID',
    });
    await expect(unknown.generate('red')).rejects.toThrow(/tiny, broken/);
  });
});

describe('progress', () => {
  it('comes in order, with a start and an end of each stage', async () => {
    const seen: GenerateProgress[] = [];
    await draw('red', { count: 2, steps: 2, onProgress: (progress) => seen.push(progress) });
    expect(
      seen.map(({ stage, step, steps, image }) => `${image} ${stage} ${step}/${steps}`),
    ).toEqual([
      '0 load 0/1',
      '0 load 1/1',
      '0 encode 0/1',
      '0 encode 1/1',
      ...[0, 1].flatMap((image) => [
        `${image} denoise 0/2`,
        `${image} denoise 1/2`,
        `${image} denoise 2/2`,
        `${image} decode 0/1`,
        `${image} decode 1/1`,
        `${image} upscale 0/1`,
        `${image} upscale 1/1`,
      ]),
    ]);
    expect(seen.every(({ images }) => images === 2)).toBe(true);
  });
});

describe('stopping', () => {
  it('before the start', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(draw('red', { signal })).rejects.toMatchObject({
      code: 'GENERATE_ABORTED',
      cause: new Error('enough'),
    });
  });

  it('between two steps', async () => {
    const controller = new AbortController();
    const steps: number[] = [];
    const work = draw('red', {
      steps: 50,
      signal: controller.signal,
      onProgress: ({ stage, step }) => {
        if (stage !== 'denoise') return;
        steps.push(step);
        if (step === 2) controller.abort();
      },
    });
    await expect(work).rejects.toMatchObject({ code: 'GENERATE_ABORTED' });
    expect(steps).toEqual([0, 1, 2]);
  });

  it('leaves the generator usable', async () => {
    const { pixels } = await draw('red');
    expect(pixels.data.some((value) => value !== pixels.data[0])).toBe(true);
  });
});

it('a model that returns no numbers is an error and not a black picture', async () => {
  const broken = createGenerator({ models, pipeline: 'broken' });
  await expect(broken.generate('red', { seed: 1 })).rejects.toMatchObject({ code: 'GENERATE_NAN' });
});
