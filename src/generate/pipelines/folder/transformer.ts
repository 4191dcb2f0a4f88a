/** The denoisers of Stable Diffusion 3 and Flux. */
import { refill, tensorFor } from '../../../onnx/index.js';
import type { OnnxModel, OnnxTensor } from '../../../onnx/index.js';
import type { ConditionRequest, FolderCall } from './parts.js';
import { floats, invalidPipeline, optionalPort, port } from '../ports.js';
import type { EncodedPrompts } from './prompts.js';
import { joined, textFeeds } from './unet.js';

type Dims = readonly [number, number, number];

export function sd3Call(
  model: OnnxModel,
  { hidden, pooled }: EncodedPrompts,
  [channels, height, width]: Dims,
): FolderCall {
  const batch = hidden.length;
  const one = channels * height * width;
  const values = new Float32Array(batch * one);
  const sampleIn = port(model, 'inputs', ['hidden_states', 'sample']);
  const sample = tensorFor(sampleIn, values, [batch, channels, height, width]);
  const timestepIn = port(model, 'inputs', ['timestep']);
  const timesteps = new Float32Array(batch);
  const timestep = tensorFor(timestepIn, timesteps, [batch]);
  const output = port(model, 'outputs', []);
  const feeds: Record<string, OnnxTensor> = {
    [sampleIn.name]: sample,
    [timestepIn.name]: timestep,
    ...textFeeds(model, hidden),
    ...pooledFeeds(model, pooled),
  };
  return {
    input: values.subarray(0, one),
    async predict(t) {
      refill(timestep, timesteps.fill(t));
      for (let b = 1; b < batch; b++) values.copyWithin(b * one, 0, one);
      refill(sample, values);
      return floats(model, output, await model.run(feeds), batch * one);
    },
  };
}

/** Flux reads patches of 2 x 2 latents as a row of tokens, and where each lies. */
export function fluxCall(
  model: OnnxModel,
  { hidden, pooled }: EncodedPrompts,
  dims: Dims,
  { guidance }: ConditionRequest,
): FolderCall {
  const [channels, height, width] = dims;
  const rows = height / 2;
  const columns = width / 2;
  const patches = rows * columns;
  const features = channels * 4;
  const input = new Float32Array(patches * features);
  const packed = new Float32Array(patches * features);
  const out = new Float32Array(patches * features);
  const order = patchOrder(dims);
  const sampleIn = port(model, 'inputs', ['hidden_states']);
  const sample = tensorFor(sampleIn, packed, [1, patches, features]);
  const timestepIn = port(model, 'inputs', ['timestep']);
  const timestep = tensorFor(timestepIn, [0], [1]);
  const output = port(model, 'outputs', []);
  const words = hidden[0]!.rows;
  const places = Array.from({ length: patches }, (_, i) => [
    0,
    Math.floor(i / columns),
    i % columns,
  ]).flat();
  const told = optionalPort(model.inputs, ['guidance']);
  const feeds: Record<string, OnnxTensor> = {
    [sampleIn.name]: sample,
    [timestepIn.name]: timestep,
    ...textFeeds(model, hidden),
    ...pooledFeeds(model, pooled),
    ...placeFeed(model, 'img_ids', places),
    ...placeFeed(model, 'txt_ids', new Array<number>(words * 3).fill(0)),
    ...(told ? { [told.name]: tensorFor(told, [guidance], [1]) } : {}),
  };
  return {
    input,
    async predict(t) {
      // The model was trained on 0..1.
      refill(timestep, [Math.fround(t / 1000)]);
      for (let i = 0; i < packed.length; i++) packed[i] = input[order[i]!]!;
      refill(sample, packed);
      const result = floats(model, output, await model.run(feeds), packed.length);
      for (let i = 0; i < packed.length; i++) out[order[i]!] = result[i]!;
      return out;
    },
  };
}

/** For every value of the packed sample its place in the unpacked one: token (y, x), feature (c, dy, dx). */
function patchOrder([channels, height, width]: Dims): Uint32Array {
  const order = new Uint32Array(channels * height * width);
  let at = 0;
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      for (let c = 0; c < channels; c++) {
        for (const [dy, dx] of [
          [0, 0],
          [0, 1],
          [1, 0],
          [1, 1],
        ] as const) {
          order[at++] = (c * height + y + dy) * width + x + dx;
        }
      }
    }
  }
  return order;
}

/** Older exports have a batch in front. */
function placeFeed(
  model: OnnxModel,
  name: string,
  places: readonly number[],
): Record<string, OnnxTensor> {
  const info = port(model, 'inputs', [name]);
  const dims = [places.length / 3, 3];
  return { [name]: tensorFor(info, places, info.dims.length === 3 ? [1, ...dims] : dims) };
}

function pooledFeeds(
  model: OnnxModel,
  pooled: EncodedPrompts['pooled'],
): Record<string, OnnxTensor> {
  const info = port(model, 'inputs', ['pooled_projections']);
  if (pooled === undefined)
    throw invalidPipeline('the text encoders give no summary of the prompt');
  return { [info.name]: tensorFor(info, joined(pooled), [pooled.length, pooled[0]!.length]) };
}
