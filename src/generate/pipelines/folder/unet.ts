/** The denoisers of Stable Diffusion 1, 2 and XL, LCM, inpainting models and U-Nets fused with a ControlNet. */
import { refill, tensorFor } from '../../../onnx/index.js';
import type { OnnxModel, OnnxTensor, TensorInfo } from '../../../onnx/index.js';
import type { ConditionRequest, FolderCall } from './parts.js';
import { floats, invalidPipeline, optionalPort, port } from '../ports.js';
import type { EncodedPrompts } from './prompts.js';

export interface UnetShape {
  /** Channels of the sample, which are fewer than the model reads where it reads a mask. */
  readonly latentDims: readonly [number, number, number];
  /** Channels that the model reads. */
  readonly inChannels: number;
}

export function unetCall(
  model: OnnxModel,
  { hidden, pooled }: EncodedPrompts,
  { latentDims, inChannels }: UnetShape,
  request: ConditionRequest,
): FolderCall {
  const batch = hidden.length;
  const [channels, height, width] = latentDims;
  const plane = height * width;
  const one = channels * plane;
  const whole = inChannels * plane;
  const values = new Float32Array(batch * whole);
  const sampleIn = port(model, 'inputs', ['sample']);
  const sample = tensorFor(sampleIn, values, [batch, inChannels, height, width]);
  // float32 models read the very array that is refilled; others get a converted copy at every step.
  const source = sample.data instanceof Float32Array ? sample.data : values;
  const timestepIn = port(model, 'inputs', ['timestep']);
  const timestepDims = timestepShape(timestepIn, batch);
  const timesteps = new Float32Array(timestepDims[0] ?? 1);
  const timestep = tensorFor(timestepIn, timesteps, timestepDims);
  const output = port(model, 'outputs', []);
  const feeds: Record<string, OnnxTensor> = {
    [sampleIn.name]: sample,
    [timestepIn.name]: timestep,
    ...textFeeds(model, hidden),
    ...extraFeeds(model, pooled, batch, request),
  };
  const input = source.subarray(0, one);
  return {
    input,
    setContext(context) {
      for (let b = 0; b < batch; b++) source.set(context, b * whole + one);
    },
    async predict(t) {
      refill(timestep, timesteps.fill(t));
      for (let b = 1; b < batch; b++) source.copyWithin(b * whole, 0, one);
      if (source !== sample.data) refill(sample, source);
      return floats(model, output, await model.run(feeds), batch * one);
    },
  };
}

function textFeeds(model: OnnxModel, hidden: EncodedPrompts['hidden']): Record<string, OnnxTensor> {
  const info = port(model, 'inputs', ['encoder_hidden_states']);
  const { rows, width } = hidden[0]!;
  const all = new Float32Array(hidden.length * rows * width);
  for (const [i, { data }] of hidden.entries()) all.set(data, i * data.length);
  return { [info.name]: tensorFor(info, all, [hidden.length, rows, width]) };
}

function extraFeeds(
  model: OnnxModel,
  pooled: EncodedPrompts['pooled'],
  batch: number,
  { size, guidance, control }: ConditionRequest,
): Record<string, OnnxTensor> {
  const feeds: Record<string, OnnxTensor> = {};
  const text = optionalPort(model.inputs, ['text_embeds']);
  if (text) {
    if (pooled === undefined) throw invalidPipeline('the text encoders give no "text_embeds"');
    feeds[text.name] = tensorFor(text, joined(pooled), [batch, pooled[0]!.length]);
  }
  const ids = optionalPort(model.inputs, ['time_ids']);
  if (ids) {
    // Original height and width, upper left corner, target height and width.
    const { width, height } = size;
    const row = [height, width, 0, 0, height, width];
    feeds[ids.name] = tensorFor(ids, repeated(row, batch), [batch, row.length]);
  }
  const told = optionalPort(model.inputs, ['timestep_cond']);
  if (told) {
    const count = told.dims.at(-1);
    if (typeof count !== 'number') throw invalidPipeline('"timestep_cond" has no fixed width');
    feeds[told.name] = tensorFor(told, repeated(guidanceEmbedding(guidance - 1, count), batch), [
      batch,
      count,
    ]);
  }
  if (control) {
    const { data, width, height } = control.image;
    const maps = port(model, 'inputs', CONTROL_MAPS);
    const scales = port(model, 'inputs', ['conditioning_scales']);
    const dims = [1, batch, 3, height, width];
    feeds[maps.name] = tensorFor(maps, repeated(data, batch), dims);
    feeds[scales.name] = tensorFor(scales, [control.scale], [1, 1]);
  }
  return feeds;
}

/** Inputs of U-Net and ControlNet in one graph, as diffusers' script exports it. */
export const CONTROL_MAPS = ['controlnet_conds'] as const;

function timestepShape({ dims }: TensorInfo, batch: number): number[] {
  if (dims.length === 0) return [];
  return [dims[0] === 1 ? 1 : batch];
}

/** Sines, then cosines of the guidance, as LCM was distilled with (Luo et al. 2023, arXiv:2310.04378). */
function guidanceEmbedding(guidance: number, count: number): Float32Array {
  const half = Math.floor(count / 2);
  const out = new Float32Array(count);
  const step = Math.fround(Math.log(10_000)) / (half - 1);
  for (let i = 0; i < half; i++) {
    const angle = Math.fround(guidance * 1000) * Math.fround(Math.exp(-i * Math.fround(step)));
    out[i] = Math.sin(Math.fround(angle));
    out[half + i] = Math.cos(Math.fround(angle));
  }
  return out;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function repeated(values: ArrayLike<number>, times: number): Float32Array {
  const out = new Float32Array(values.length * times);
  for (let i = 0; i < times; i++) out.set(values, i * values.length);
  return out;
}

/** The tensors that the prompts become, for denoisers of other families as well. */
export { joined, textFeeds };
