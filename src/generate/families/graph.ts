/** Runs of the families' graphs: float tensors by name, with the shape that the graph declares. */
import { tensorFor } from '../../onnx/index.js';
import type { OnnxModel, OnnxTensor } from '../../onnx/index.js';
import { assertFinite } from '../finite.js';
import { floats, port } from '../pipelines/ports.js';

/** Sizes after the batch of an input or output, such as [3, 64, 64]. */
export function shapeOf(model: OnnxModel, side: 'inputs' | 'outputs', name: string): number[] {
  const { dims } = port(model, side, [name]);
  return dims.slice(1).map(Number);
}

export function valuesOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

type Inputs = Readonly<Record<string, Float32Array | Float64Array>>;

/** One run over a batch of one, in whatever types the graph declares. @throws OnnxError ONNX_RUN_FAILED */
export function runRaw(model: OnnxModel, inputs: Inputs): Promise<Record<string, OnnxTensor>> {
  const feeds: Record<string, OnnxTensor> = {};
  for (const [name, data] of Object.entries(inputs)) {
    const input = port(model, 'inputs', [name]);
    feeds[name] = tensorFor(input, data, [1, ...shapeOf(model, 'inputs', name)]);
  }
  return model.run(feeds);
}

/**
 * The outputs `names` of one run over a batch of one, each the model's own array.
 *
 * @throws OnnxError ONNX_RUN_FAILED, GenerateError GENERATE_NAN or GENERATE_PIPELINE_INVALID
 */
export async function runOne<Name extends string>(
  model: OnnxModel,
  inputs: Inputs,
  names: readonly Name[],
): Promise<Record<Name, Float32Array>> {
  const results = await runRaw(model, inputs);
  const entries = names.map((name) => {
    const output = port(model, 'outputs', [name]);
    const values = floats(model, output, results, valuesOf(shapeOf(model, 'outputs', name)));
    assertFinite(values, `output "${name}" of ${model.name}`);
    return [name, values] as const;
  });
  return Object.fromEntries(entries) as Record<Name, Float32Array>;
}
