/** One call of a text encoder and what pipelines take from it. */
import { tensorFor } from '../../../onnx/index.js';
import type { OnnxModel, OnnxTensor } from '../../../onnx/index.js';
import { floats, invalidPipeline, optionalPort, port } from '../ports.js';
import type { TokenRow } from './prompt-tokens.js';

/** Rows of numbers: `data` is `rows` x `width`. */
export interface Rows {
  readonly data: Float32Array;
  readonly rows: number;
  readonly width: number;
}

export interface EncodedRow {
  readonly hidden: Rows;
  /** Summary of the whole row, where the encoder gives one. */
  readonly pooled: Float32Array | undefined;
}

/**
 * @param layer `last`, or `penultimate` as SDXL and SD 3 read it
 * @throws GenerateError GENERATE_PIPELINE_INVALID, OnnxError
 */
export async function encodeRow(
  model: OnnxModel,
  row: readonly number[],
  layer: 'last' | 'penultimate',
): Promise<EncodedRow> {
  const ids = port(model, 'inputs', ['input_ids']);
  const feeds: Record<string, OnnxTensor> = { [ids.name]: tensorFor(ids, row, [1, row.length]) };
  // Pipelines of diffusers give no mask: padding is read.
  const mask = optionalPort(model.inputs, ['attention_mask']);
  if (mask)
    feeds[mask.name] = tensorFor(
      mask,
      row.map(() => 1),
      [1, row.length],
    );
  const results = await model.run(feeds);
  const name = layer === 'last' ? lastName(model) : penultimateName(model);
  const hidden = results[name]!;
  const width = hidden.dims.at(-1)!;
  const output = port(model, 'outputs', [name]);
  const pooledOut =
    optionalPort(model.outputs, ['text_embeds']) ?? optionalPort(model.outputs, ['pooler_output']);
  return {
    hidden: {
      data: floats(model, output, results, row.length * width),
      rows: row.length,
      width,
    },
    pooled: pooledOut && floats(model, pooledOut, results, results[pooledOut.name]!.dims.at(-1)!),
  };
}

function lastName(model: OnnxModel): string {
  return (optionalPort(model.outputs, ['last_hidden_state']) ?? port(model, 'outputs', [])).name;
}

function penultimateName(model: OnnxModel): string {
  const layers = model.outputs.flatMap(({ name }) => {
    const match = /^hidden_states\.(\d+)$/.exec(name);
    return match === null ? [] : [Number(match[1])];
  });
  if (layers.length < 2) {
    throw invalidPipeline(
      `${model.name} gives no hidden states (outputs "hidden_states.0", ...), and this pipeline reads the ` +
        'one before the last: export it again with output_hidden_states',
    );
  }
  return `hidden_states.${Math.max(...layers) - 1}`;
}

/** Weighted rows keep the mean that they had, as webui does it: only the balance between words changes. */
export function applyWeights(hidden: Rows, rows: readonly TokenRow[]): void {
  const weights = rows.flatMap((row) => row.weights);
  if (weights.every((weight) => weight === 1)) return;
  const { data, width } = hidden;
  const before = mean(data);
  for (let i = 0; i < data.length; i++) {
    data[i] = data[i]! * Math.fround(weights[Math.floor(i / width)]!);
  }
  const after = mean(data);
  // A mean of almost 0 says nothing about strength, and dividing by it would.
  if (Math.abs(after) < 1e-12) return;
  const factor = Math.fround(before / after);
  for (let i = 0; i < data.length; i++) data[i] = data[i]! * factor;
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Below each other; all of one width. */
export function stack(parts: readonly Rows[]): Rows {
  const { width } = parts[0]!;
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const data = new Float32Array(rows * width);
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { data, rows, width };
}

/** Beside each other, filled up with zeros to `width`. */
export function beside(
  parts: readonly Rows[],
  width = parts.reduce((sum, part) => sum + part.width, 0),
): Rows {
  const { rows } = parts[0]!;
  const data = new Float32Array(rows * width);
  let left = 0;
  for (const part of parts) {
    for (let row = 0; row < rows; row++) {
      const from = row * part.width;
      data.set(part.data.subarray(from, from + part.width), row * width + left);
    }
    left += part.width;
  }
  return { data, rows, width };
}
