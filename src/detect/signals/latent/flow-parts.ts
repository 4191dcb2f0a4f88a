/** The parts of the bundled pipeline that are needed to look at a picture with its flow. */
import { oncePerStore, OnnxError, tensorFor } from '../../../onnx/index.js';
import type { ModelStore, OnnxModel, OnnxTensor } from '../../../onnx/index.js';

export interface FlowParts {
  readonly encoder: OnnxModel;
  readonly decoder: OnnxModel;
  readonly transformer: OnnxModel;
  /** What the transformer reads of an empty prompt, by input. */
  readonly nothing: Readonly<Record<string, OnnxTensor>>;
  readonly latent: LatentShape;
}

export interface LatentShape {
  readonly channels: number;
  /** Rows and columns. */
  readonly size: number;
  /** Pixels per latent row. */
  readonly downscale: number;
  /** Per channel: what the decoder reads is sample * std + mean. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** The tokenizer's marks for the end of the padding, and around a text: of an empty one nothing is between them. */
const [PAD, BEGIN, END] = [0, 1, 2];

/**
 * The parts, with the empty prompt encoded once; null where the store describes no pipeline with an encoder.
 *
 * @throws OnnxError when its files are damaged.
 */
export const loadFlow = oncePerStore(open);

async function open(models: ModelStore): Promise<FlowParts | null> {
  const { pipelines } = await models.manifest();
  const [pipeline] = pipelines;
  if (pipeline?.['vaeEncoder'] == null) return null;
  const name = (part: string): string => {
    const value = pipeline[part];
    if (typeof value === 'string') return value;
    throw invalid(`"${part}" should name a model`);
  };
  const latent = latentOf(pipeline['latent']);
  const encoder = await models.load(name('vaeEncoder'));
  const decoder = await models.load(name('vaeDecoder'));
  const transformer = await models.load(name('transformer'));
  const textEncoder = await models.load(name('textEncoder'));
  const ids = new Array<number>(tokensOf(pipeline['maxTokens'])).fill(PAD);
  ids.splice(0, 2, BEGIN, END);
  const dims = [1, ids.length];
  const [input] = textEncoder.inputs;
  const text = await textEncoder.run({ [input!.name]: tensorFor(input!, ids, dims) });
  const mask = transformer.inputs.find(({ name: port }) => port === 'encoder_attention_mask');
  return {
    encoder,
    decoder,
    transformer,
    latent,
    nothing: {
      encoder_hidden_states: text['last_hidden_state']!,
      pooled: text['pooled']!,
      ...(mask === undefined
        ? {}
        : {
            [mask.name]: tensorFor(
              mask,
              ids.map((id) => (id === PAD ? 0 : 1)),
              dims,
            ),
          }),
    },
  };
}

function latentOf(value: unknown): LatentShape {
  const latent = value as LatentShape | undefined;
  const isCount = (n: unknown): boolean => Number.isInteger(n) && (n as number) >= 1;
  const isList = (list: unknown): boolean =>
    Array.isArray(list) && list.length === latent?.channels && list.every(Number.isFinite);
  const isWhole =
    [latent?.channels, latent?.size, latent?.downscale].every(isCount) &&
    isList(latent?.mean) &&
    isList(latent?.std);
  if (isWhole) return latent!;
  throw invalid('"latent" should have channels, size, downscale, and a mean and std per channel');
}

function tokensOf(value: unknown): number {
  if (Number.isInteger(value) && (value as number) >= 2 && (value as number) <= 4096) {
    return value as number;
  }
  throw invalid('"maxTokens" should be an integer in 2..4096');
}

function invalid(what: string): OnnxError {
  return new OnnxError({
    code: 'ONNX_MANIFEST_INVALID',
    message: `the pipeline of manifest.json: ${what}`,
  });
}
