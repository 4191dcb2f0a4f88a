/** The bundled pipeline: builds the parts of `parts.ts` from the models of one store. */
import { printable, sha256Hex } from '../../core/index.js';
import { tensorFor } from '../../onnx/index.js';
import type { ModelStore, OnnxModel, OnnxTensor } from '../../onnx/index.js';
import { GenerateError } from '../errors.js';
import { toUnitRange } from '../planar.js';
import type { PlanarImage } from '../planar.js';
import { createFlowMatchEulerScheduler } from '../schedulers/flow-match-euler.js';
import { createFlowMatchLcmScheduler } from '../schedulers/flow-match-lcm.js';
import type { FlowMatchOptions } from '../schedulers/flow-match.js';
import type { Scheduler, SigmaPlan } from '../schedulers/scheduler.js';
import { createPromptTokenizer } from '../tokenizer.js';
import type { PromptTokenizer } from '../tokenizer.js';
import { readLdmConfig } from './ldm-config.js';
import type { LdmConfig } from './ldm-config.js';
import type { DenoiserCall, DiffusionParts, LatentEncoder } from './parts.js';
import { floats, invalidPipeline, optionalPort, port } from './ports.js';

/**
 * For a model that is not shown the mask, of 1, 4 and 8 the least that joins a drawing to what is known without a break. One
 * that is shown it gains nothing from repeats (docs/generator/modes.md).
 */
const INPAINT_REPEATS = 4;
/** Of 1, 2 and 4 what leaves the least step over the edge of a mask (docs/generator/modes.md). */
const INPAINT_JOINS = 2;

/**
 * Load every model of the pipeline and check that they fit each other.
 *
 * @throws GenerateError GENERATE_PIPELINE_INVALID, OnnxError
 */
export async function loadImprintLdm(store: ModelStore, name?: string): Promise<DiffusionParts> {
  const config = readLdmConfig(await store.manifest(), name);
  const scheduler = schedulerFor(config);
  const tokenizerBytes = await store.readAsset(config.tokenizer);
  const tokenizer = createPromptTokenizer(parseJson(tokenizerBytes, config.tokenizer), config);
  // One after the other: peak memory while opening is that of one model.
  const textEncoder = await store.load(config.textEncoder);
  const transformer = await store.load(config.transformer);
  const vaeDecoder = await store.load(config.vaeDecoder);
  const upscaler = config.upscaler === undefined ? undefined : await store.load(config.upscaler);

  const readsCondition = optionalPort(transformer.inputs, CONDITION) !== undefined;
  const { channels, size, downscale, mean, std } = config.latent;
  const decodedSize = size * downscale;
  const upscaleFactor = upscaler === undefined ? 1 : 4;
  return {
    identity: {
      name: config.name,
      version: config.version,
      sha256s: {
        tokenizer: sha256Hex(tokenizerBytes),
        textEncoder: textEncoder.sha256,
        transformer: transformer.sha256,
        vaeDecoder: vaeDecoder.sha256,
        ...(upscaler === undefined ? {} : { upscaler: upscaler.sha256 }),
      },
    },
    latentDims: [channels, size, size],
    downscale,
    nativeSize: decodedSize * upscaleFactor,
    defaults: config.defaults,
    isGuidanceDistilled: config.isGuidanceDistilled,
    schedulerName: scheduler.name,
    readsCondition,
    inpaintRepeats: readsCondition ? 1 : INPAINT_REPEATS,
    inpaintJoins: INPAINT_JOINS,
    plan: (steps) => scheduler.plan({ steps }),
    condition: (prompts) => condition({ prompts, tokenizer, textEncoder, transformer, config }),
    ...(config.vaeEncoder === undefined
      ? {}
      : { encoder: async () => latentEncoder(await store.load(config.vaeEncoder!), config) }),
    async decode(sample) {
      const plane = size * size;
      for (let c = 0; c < channels; c++) {
        for (let i = c * plane; i < (c + 1) * plane; i++)
          sample[i] = sample[i]! * std[c]! + mean[c]!;
      }
      const latent: OnnxTensor = { data: sample, dims: [1, channels, size, size] };
      return toUnitRange(await imageFrom(vaeDecoder, latent, decodedSize));
    },
    ...(upscaler === undefined
      ? {}
      : {
          upscale: ({ data, width, height }: PlanarImage) =>
            imageFrom(upscaler, { data, dims: [1, 3, height, width] }, width * upscaleFactor),
        }),
  };
}

function latentEncoder(model: OnnxModel, { latent }: LdmConfig): LatentEncoder {
  const { channels, size, mean, std } = latent;
  const plane = size * size;
  return {
    sha256: model.sha256,
    async encode({ data, width, height }) {
      const signed = data.map((value) => 2 * value - 1);
      const feed = {
        [port(model, 'inputs', []).name]: { data: signed, dims: [1, 3, height, width] },
      };
      const result = await model.run(feed);
      const sample = floats(model, port(model, 'outputs', []), result, channels * plane);
      return sample.map((value, i) => {
        const c = Math.floor(i / plane);
        return (value - mean[c]!) / std[c]!;
      });
    },
  };
}

const SCHEDULERS: Readonly<Record<string, (options: FlowMatchOptions) => Scheduler<SigmaPlan>>> = {
  FlowMatchEulerDiscreteScheduler: createFlowMatchEulerScheduler,
  FlowMatchLCMScheduler: createFlowMatchLcmScheduler,
};

function schedulerFor(config: LdmConfig): Scheduler<SigmaPlan> {
  const { class: name, shift } = config.scheduler;
  if (!Object.hasOwn(SCHEDULERS, name)) {
    const known = Object.keys(SCHEDULERS).join(', ');
    throw invalidPipeline(`scheduler "${name}" is unknown; this version has ${known}`);
  }
  return SCHEDULERS[name]!({ shift });
}

interface ConditionInput {
  readonly prompts: readonly string[];
  readonly tokenizer: PromptTokenizer;
  readonly textEncoder: OnnxModel;
  readonly transformer: OnnxModel;
  readonly config: LdmConfig;
}

async function condition(input: ConditionInput): Promise<DenoiserCall> {
  const { prompts, tokenizer, textEncoder, transformer, config } = input;
  const batch = prompts.length;
  prompts.forEach(assertReadable);
  const encoded = prompts.map((prompt) => tokenizer.encode(prompt));
  const textDims = [batch, tokenizer.maxTokens];
  const mask = encoded.flatMap((prompt) => prompt.mask);

  const ids = port(textEncoder, 'inputs', ['input_ids']);
  const encoderMask = optionalPort(textEncoder.inputs, ['attention_mask']);
  const encoderFeeds: Record<string, OnnxTensor> = {
    [ids.name]: tensorFor(
      ids,
      encoded.flatMap((prompt) => prompt.ids),
      textDims,
    ),
  };
  if (encoderMask) encoderFeeds[encoderMask.name] = tensorFor(encoderMask, mask, textDims);
  const text = await textEncoder.run(encoderFeeds);
  const hidden = text[port(textEncoder, 'outputs', HIDDEN).name]!;
  const pooledOut = optionalPort(textEncoder.outputs, POOLED);

  const sampleIn = port(transformer, 'inputs', ['sample', 'hidden_states']);
  const timestepIn = port(transformer, 'inputs', ['timestep']);
  const pooledIn = optionalPort(transformer.inputs, POOLED);
  const maskIn = optionalPort(transformer.inputs, ['mask', 'encoder_attention_mask']);
  const conditionIn = optionalPort(transformer.inputs, CONDITION);
  const { channels, size } = config.latent;
  const sample = new Float32Array(batch * channels * size * size);
  const timestep = tensorFor(timestepIn, new Array<number>(batch).fill(0), [batch]);
  if (!(timestep.data instanceof Float32Array)) {
    throw invalidPipeline(
      `"timestep" of ${transformer.name} should be float32, it is ${timestepIn.type}`,
    );
  }
  // Everything but `sample` and `timestep` is the same at every step: made once, fed again.
  const feeds: Record<string, OnnxTensor> = {
    [sampleIn.name]: { data: sample, dims: [batch, channels, size, size] },
    [timestepIn.name]: timestep,
    [port(transformer, 'inputs', ['encoder_hidden_states']).name]: hidden,
  };
  if (pooledIn && pooledOut) feeds[pooledIn.name] = text[pooledOut.name]!;
  if (maskIn) feeds[maskIn.name] = tensorFor(maskIn, mask, textDims);
  let shown: Float32Array | undefined;
  if (conditionIn) {
    shown = new Float32Array(batch * (1 + 2 * channels) * size * size);
    feeds[conditionIn.name] = { data: shown, dims: [batch, 1 + 2 * channels, size, size] };
  }
  const output = port(transformer, 'outputs', []);
  const timesteps = timestep.data;
  return {
    sample,
    ...(shown === undefined ? {} : { condition: shown }),
    async predict(t) {
      timesteps.fill(t);
      return floats(transformer, output, await transformer.run(feeds), sample.length);
    },
  };
}

/**
 * The captions of the training are English. A prompt without one Latin letter would give some picture
 * that has nothing to do with it, which a user cannot tell from a bad model.
 */
function assertReadable(prompt: string): void {
  if (prompt === '' || /\p{Script=Latin}/u.test(prompt)) return;
  throw new GenerateError({
    code: 'GENERATE_PROMPT_UNREADABLE',
    message:
      `the model has learnt English words only and cannot read "${printable(prompt, 40)}": ` +
      'say it in English, for example "a red apple on a blue background"',
  });
}

const HIDDEN = ['last_hidden_state', 'hidden_states', 'encoder_hidden_states'] as const;
const CONDITION = ['condition'] as const;
const POOLED = ['pooled', 'pooled_projections', 'pooler_output'] as const;

async function imageFrom(model: OnnxModel, input: OnnxTensor, side: number): Promise<PlanarImage> {
  const results = await model.run({ [port(model, 'inputs', []).name]: input });
  const data = floats(model, port(model, 'outputs', []), results, 3 * side * side);
  return { data, width: side, height: side };
}

function parseJson(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw invalidPipeline(`${file} is no JSON`, cause);
  }
}
