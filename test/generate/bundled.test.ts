/** The bundled models against PyTorch (training/vectors.py wrote the numbers, without onnxruntime). */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { torchRandn } from '../../src/core/index.js';
import { createGenerator } from '../../src/generate/index.js';
import { loadImprintLdm } from '../../src/generate/pipelines/imprint-ldm.js';
import type { DiffusionParts } from '../../src/generate/pipelines/parts.js';
import { conditionPrompt, diffuse } from '../../src/generate/pipelines/diffuse.js';
import { cleanPrompt, createPromptTokenizer } from '../../src/generate/tokenizer.js';
import { createModelStore, tensorFor } from '../../src/onnx/index.js';
import type { OnnxModel, OnnxTensor } from '../../src/onnx/index.js';

const VECTORS = fileURLToPath(new URL('../../fixtures/vectors/pipeline.json', import.meta.url));

interface Summary {
  shape: number[];
  sum: number;
  sumAbs: number;
  first: number[];
  last: number[];
}

interface Vectors {
  tokens: Record<string, number[]>;
  maxTokens: number;
  textEncoder: { prompts: string[]; hidden: Summary; pooled: Summary };
  dit: { timestep: number[]; velocity: Summary };
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

/** Of a single value, as a share of the largest one; one graph, other order of float32 additions. */
const VALUE_TOLERANCE = 1e-3;
/** Of a sum, as a share of the sum of absolute values. */
const SUM_TOLERANCE = 1e-4;
/** Three float32 steps of the largest value. */
const NOISE_TOLERANCE = 1e-6;
/** As the first two, after several guided steps, which multiply what differs. */
const RUN_VALUE_TOLERANCE = 2e-3;
const RUN_SUM_TOLERANCE = 2e-4;

function expectSummary(
  { data, dims }: { data: unknown; dims: readonly number[] },
  expected: Summary,
  valueTolerance = VALUE_TOLERANCE,
  sumTolerance = SUM_TOLERANCE,
): void {
  const values = data as Float32Array;
  expect(dims).toEqual(expected.shape);
  let sum = 0;
  let sumAbs = 0;
  let largest = 0;
  for (const value of values) {
    sum += value;
    sumAbs += Math.abs(value);
    largest = Math.max(largest, Math.abs(value));
  }
  expect(Math.abs(sum - expected.sum) / expected.sumAbs).toBeLessThan(sumTolerance);
  expect(Math.abs(sumAbs - expected.sumAbs) / expected.sumAbs).toBeLessThan(sumTolerance);
  const from = values.length - expected.last.length;
  const worst = Math.max(
    ...expected.first.map((value, i) => Math.abs(values[i]! - value)),
    ...expected.last.map((value, i) => Math.abs(values[from + i]! - value)),
  );
  expect(worst / largest).toBeLessThan(valueTolerance);
}

/** sin(0.37 i) over the flat index, as the script builds its inputs. */
function ramp(...dims: number[]): OnnxTensor<Float32Array> {
  const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
  return { data: data.map((_, i) => Math.sin(0.37 * i)), dims };
}

const only = async (model: OnnxModel, input: OnnxTensor): Promise<OnnxTensor> =>
  (await model.run({ [model.inputs[0]!.name]: input }))[model.outputs[0]!.name]!;

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
    const { velocity } = await transformer.run({
      sample: ramp(2, 8, 16, 16),
      timestep: { data: Float32Array.from(vectors.dit.timestep), dims: [2] },
      encoder_hidden_states: text['last_hidden_state']!,
      pooled: text['pooled']!,
      encoder_attention_mask: tensorFor(
        maskIn,
        encoded.flatMap((prompt) => prompt.mask),
        dims,
      ),
    });
    expectSummary(velocity!, vectors.dit.velocity);
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
    const finished: Float32Array[] = [];
    const watched: DiffusionParts = {
      ...parts,
      upscale: undefined,
      decode(sample) {
        finished.push(sample.slice());
        return parts.decode(sample);
      },
    };
    const call = await conditionPrompt(watched, prompt, options, () => {});
    const { data, width, height } = await diffuse(watched, call, seed, options, () => {});
    const signed = { data: data.map((x) => x * 2 - 1), dims: [1, 3, height, width] };
    const last = { data: finished[0], dims: latent.shape };
    expectSummary(last, latent, RUN_VALUE_TOLERANCE, RUN_SUM_TOLERANCE);
    expectSummary(signed, image, RUN_VALUE_TOLERANCE, RUN_SUM_TOLERANCE);
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
