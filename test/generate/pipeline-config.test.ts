import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createGenerator, GenerateError } from '../../src/generate/index.js';
import type { GeneratedImage, GenerateOptions } from '../../src/generate/index.js';
import { readLdmConfig } from '../../src/generate/pipelines/ldm-config.js';
import { createModelStore, parseModelManifest } from '../../src/onnx/index.js';
import type { ModelManifest, ModelStore } from '../../src/onnx/index.js';

const TINY = fileURLToPath(new URL('../../fixtures/models/tiny', import.meta.url));
const manifest = parseModelManifest(JSON.parse(await readFile(`${TINY}/manifest.json`, 'utf8')));
const tiny = manifest.pipelines[0]!;
const invalid = { code: 'GENERATE_PIPELINE_INVALID' };

const withPipeline = (pipeline: Record<string, unknown>): ModelManifest => ({
  ...manifest,
  pipelines: [pipeline],
});

/** The fixture's models under another description. */
async function generateWith(
  change: Record<string, unknown>,
  options: GenerateOptions = {},
): Promise<GeneratedImage[]> {
  const inner = createModelStore({ dir: TINY, threads: 1 });
  const store: ModelStore = {
    ...inner,
    manifest: () => Promise.resolve(withPipeline({ ...tiny, ...change })),
  };
  try {
    return await createGenerator({ models: store }).generate('red', {
      steps: 1,
      seed: 1,
      ...options,
    });
  } finally {
    await inner.dispose();
  }
}

describe('a description that breaks a rule', () => {
  const latent = tiny['latent'] as Record<string, unknown>;
  it.each<[string, Record<string, unknown>]>([
    ['no name', { name: undefined }],
    ['a name with an escape', { name: 'a\u001b[2J' }],
    ['a model that is no text', { transformer: 3 }],
    ['no latent', { latent: undefined }],
    ['a latent of no channel', { latent: { ...latent, channels: 0 } }],
    ['a huge latent', { latent: { ...latent, size: 1e9 } }],
    ['a mean too few', { latent: { ...latent, mean: [0, 0] } }],
    ['a std that is no number', { latent: { ...latent, std: new Array(8).fill(null) } }],
    ['no scheduler', { scheduler: null }],
    ['an endless prompt', { maxTokens: 1e6 }],
    ['half a step', { defaults: { steps: 1.5, guidance: 3 } }],
    ['a distillation that is neither', { guidanceDistilled: 'yes' }],
    ['no guidance', { defaults: { steps: 4 } }],
  ])('%s', (_name, change) => {
    expect(() => readLdmConfig(withPipeline({ ...tiny, ...change }))).toThrowError(
      expect.objectContaining(invalid) as Error,
    );
  });

  it('no pipeline at all', () => {
    expect(() => readLdmConfig({ ...manifest, pipelines: [] })).toThrowError(
      expect.objectContaining(invalid) as Error,
    );
  });

  it('for any object: a typed error or a configuration', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...Object.keys(tiny)), fc.jsonValue()),
        (change) => {
          try {
            readLdmConfig(withPipeline({ ...tiny, ...change }));
          } catch (error) {
            expect(error).toBeInstanceOf(GenerateError);
          }
        },
      ),
      { seed: 9, numRuns: 300 },
    );
  });
});

describe('models that do not fit the description', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a scheduler that is unknown', { scheduler: { class: 'DDIMScheduler' } }],
    ['a decoder that gives another size', { vaeDecoder: 'dit' }],
    ['a text encoder without input_ids', { textEncoder: 'upscaler-x4' }],
    ['a transformer without timestep', { transformer: 'text-encoder' }],
    ['a tokenizer that is no JSON', { tokenizer: 'dit' }],
  ])('%s', async (_name, change) => {
    const error = await generateWith(change).catch((thrown: unknown) => thrown);
    expect((error as { code: string }).code).toMatch(
      /^(GENERATE_PIPELINE_INVALID|ONNX_RUN_FAILED)$/,
    );
  });

  it('a name that is in no manifest', async () => {
    await expect(generateWith({ upscaler: 'none' })).rejects.toMatchObject({
      code: 'ONNX_MODEL_MISSING',
    });
  });
});

it('a pipeline without super-resolution is drawn at the size of its decoder', async () => {
  const [image] = await generateWith({ upscaler: undefined });
  expect(image!.pixels.width).toBe(32);
});

describe('a model with its guidance inside', () => {
  const distilled = {
    guidanceDistilled: true,
    scheduler: { class: 'FlowMatchLCMScheduler', shift: 2 },
    defaults: { steps: 4, guidance: 1 },
  };

  it('draws by its own scheduler, with another picture for another number of steps', async () => {
    const [four] = await generateWith(distilled, { steps: 4 });
    expect(four!.settings).toMatchObject({ scheduler: 'FlowMatchLCMScheduler', guidance: 1 });
    const [one] = await generateWith(distilled);
    expect(one!.pixels.data).not.toEqual(four!.pixels.data);
  });

  it.each([{ guidance: 3 }, { negative: 'blue' }])('refuses %j', async (options) => {
    await expect(generateWith(distilled, options)).rejects.toMatchObject({
      code: 'GENERATE_OPTION',
      message: expect.stringContaining('guidance inside') as string,
    });
  });

  it('takes a guidance that changes nothing', async () => {
    await expect(generateWith(distilled, { guidance: 1, negative: ' ' })).resolves.toHaveLength(1);
  });
});
