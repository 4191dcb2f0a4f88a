/** The bundled models against PyTorch (training/vectors.py wrote the numbers, without onnxruntime). */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { torchRandn } from '../../src/core/index.js';
import { createGenerator, TURBO_PIPELINE } from '../../src/generate/index.js';
import { loadImprintLdm } from '../../src/generate/pipelines/imprint-ldm.js';
import type { DiffusionParts } from '../../src/generate/pipelines/parts.js';
import { conditionPrompt, diffuse } from '../../src/generate/pipelines/diffuse.js';
import { cleanPrompt, createPromptTokenizer } from '../../src/generate/tokenizer.js';
import { createModelStore, tensorFor } from '../../src/onnx/index.js';
import type { OnnxModel, OnnxTensor } from '../../src/onnx/index.js';
import type { Summary } from '../support/summary.js';
import {
  expectSummary,
  NOISE_TOLERANCE,
  RUN_SUM_TOLERANCE,
  RUN_VALUE_TOLERANCE,
} from '../support/summary.js';

const VECTORS = fileURLToPath(new URL('../../fixtures/vectors/pipeline.json', import.meta.url));

const TURBO = fileURLToPath(new URL('../../fixtures/vectors/turbo.json', import.meta.url));

interface TurboVectors {
  runs: { prompt: string; seed: number; steps: number; latent: Summary }[];
}

interface Vectors {
  tokens: Record<string, number[]>;
  maxTokens: number;
  textEncoder: { prompts: string[]; hidden: Summary; pooled: Summary };
  dit: { timestep: number[]; velocity: Summary; conditioned: Summary };
  vaeDecoder: { image: Summary };
  vaeEncoder: { latent: Summary };
  upscaler: { upscaled: Summary };
  run: {
    prompt: string;
    negative: string;
    seed: number;
    steps: number;
    guidance: number;
    noise: Summary;
    latent: Summary;
    image: Summary;
  };
}

/** sin(0.37 i) over the flat index, as the script builds its inputs. */
function ramp(...dims: number[]): OnnxTensor<Float32Array> {
  const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
  return { data: data.map((_, i) => Math.sin(0.37 * i)), dims };
}

const only = async (model: OnnxModel, input: OnnxTensor): Promise<OnnxTensor> =>
  (await model.run({ [model.inputs[0]!.name]: input }))[model.outputs[0]!.name]!;

/** `parts` without super-resolution, and the latents that they decode. */
function watching(parts: DiffusionParts) {
  const finished: Float32Array[] = [];
  const watched: DiffusionParts = {
    ...parts,
    upscale: undefined,
    decode(sample) {
      finished.push(sample.slice());
      return parts.decode(sample);
    },
  };
  return { watched, finished };
}

describe('bundled models', () => {
  const vectors = JSON.parse(readFileSync(VECTORS, 'utf8')) as Vectors;
  const models = createModelStore({ threads: 2 });
  afterAll(() => models.dispose());

  async function tokenizer() {
    const json: unknown = JSON.parse(new TextDecoder().decode(await models.readAsset('tokenizer')));
    return createPromptTokenizer(json, { maxTokens: vectors.maxTokens, padId: 0 });
  }

  it('have the token ids of the Rust tokenizer', async () => {
    const prompts = await tokenizer();
    for (const [prompt, ids] of Object.entries(vectors.tokens)) {
      // The training cuts a caption that is too long; here it is refused.
      const isCut = !ids.includes(0);
      if (isCut) expect(() => prompts.encode(prompt)).toThrowError(/tokens/);
      else expect(prompts.encode(cleanPrompt(prompt)).ids).toEqual(ids);
    }
  });

  it('have the text states and the velocity of PyTorch', async () => {
    const words = await tokenizer();
    const encoder = await models.load('text-encoder');
    const transformer = await models.load('dit');
    const { prompts, hidden, pooled } = vectors.textEncoder;
    const encoded = prompts.map((prompt) => words.encode(prompt));
    const dims = [prompts.length, vectors.maxTokens];
    const ids = tensorFor(
      encoder.inputs[0]!,
      encoded.flatMap((prompt) => prompt.ids),
      dims,
    );
    const text = await encoder.run({ input_ids: ids });
    expectSummary(text['last_hidden_state']!, hidden);
    expectSummary(text['pooled']!, pooled);

    const maskIn = transformer.inputs.find(({ name }) => name === 'encoder_attention_mask')!;
    const feeds = {
      sample: ramp(2, 8, 16, 16),
      timestep: { data: Float32Array.from(vectors.dit.timestep), dims: [2] },
      encoder_hidden_states: text['last_hidden_state']!,
      pooled: text['pooled']!,
      encoder_attention_mask: tensorFor(
        maskIn,
        encoded.flatMap((prompt) => prompt.mask),
        dims,
      ),
    };
    const shown = ramp(2, 17, 16, 16);
    const none = { ...shown, data: new Float32Array(shown.data.length) };
    const plain = await transformer.run({ ...feeds, condition: none });
    expectSummary(plain['velocity']!, vectors.dit.velocity);
    const conditioned = await transformer.run({ ...feeds, condition: shown });
    expectSummary(conditioned['velocity']!, vectors.dit.conditioned);
  });

  it('have the pictures and latents of PyTorch', async () => {
    const picture = ramp(1, 3, 32, 48);
    const unit = { data: picture.data.map((x) => (x + 1) / 2), dims: picture.dims };
    const upscaled = await only(await models.load('upscaler-x4'), unit);
    expectSummary(upscaled, vectors.upscaler.upscaled);
    const decoded = await only(await models.load('vae-decoder'), ramp(1, 8, 16, 16));
    expectSummary(decoded, vectors.vaeDecoder.image);
    const latent = await only(await models.load('vae-encoder'), ramp(1, 3, 128, 128));
    expectSummary(latent, vectors.vaeEncoder.latent);
  });

  it('draw what PyTorch draws', async () => {
    const { prompt, negative, seed, steps, guidance, noise, latent, image } = vectors.run;
    const random = torchRandn(seed, 8 * 16 * 16);
    expectSummary({ data: random, dims: noise.shape }, noise, NOISE_TOLERANCE, NOISE_TOLERANCE);

    const parts = await loadImprintLdm(models);
    const size = { width: 128, height: 128 };
    const options = { seed, count: 1, steps, guidance, negative, size };
    const { watched, finished } = watching(parts);
    const call = await conditionPrompt(watched, prompt, options, () => {});
    const { data, width, height } = await diffuse(watched, call, seed, options, () => {});
    const signed = { data: data.map((x) => x * 2 - 1), dims: [1, 3, height, width] };
    const last = { data: finished[0], dims: latent.shape };
    expectSummary(last, latent, RUN_VALUE_TOLERANCE, RUN_SUM_TOLERANCE);
    expectSummary(signed, image, RUN_VALUE_TOLERANCE, RUN_SUM_TOLERANCE);
  });

  it('draw what PyTorch draws in one step and in four', async () => {
    const { runs } = JSON.parse(readFileSync(TURBO, 'utf8')) as TurboVectors;
    const { watched, finished } = watching(await loadImprintLdm(models, TURBO_PIPELINE));
    const size = { width: 128, height: 128 };
    for (const { prompt, seed, steps, latent } of runs) {
      const options = { seed, count: 1, steps, guidance: 1, negative: '', size };
      const call = await conditionPrompt(watched, prompt, options, () => {});
      await diffuse(watched, call, seed, options, () => {});
      const last = { data: finished.pop(), dims: latent.shape.slice(-3) };
      expectSummary(last, { ...latent, shape: last.dims }, RUN_VALUE_TOLERANCE, RUN_SUM_TOLERANCE);
    }
  });

  it('draw a blue background in one step', async () => {
    const generator = createGenerator({ models, pipeline: TURBO_PIPELINE });
    const [apple] = await generator.generate('a red apple on a blue background', {
      seed: 7,
      steps: 1,
    });
    const [red, green, blue] = apple!.pixels.data.subarray(0, 3);
    expect(blue!).toBeGreaterThan(Math.max(red!, green!) + 60);
    expect(apple!.model.name).toBe(TURBO_PIPELINE);
  });

  it('give the same 512 x 512 pixels again, with one thread and with two', async () => {
    const digests: string[] = [];
    for (const threads of [1, 2]) {
      const store = createModelStore({ threads });
      const generator = createGenerator({ models: store });
      const options = { seed: 7, steps: 4 };
      const [first] = await generator.generate('a red apple on a blue background', options);
      expect([first!.pixels.width, first!.pixels.height]).toEqual([512, 512]);
      digests.push(createHash('sha256').update(first!.pixels.data).digest('hex'));
      await store.dispose();
    }
    expect(digests[1]).toBe(digests[0]);
  });
});
