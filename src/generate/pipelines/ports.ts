/** Inputs and outputs of graphs by their names: exports disagree about them, so the graph is asked. */
import { floatsOf } from '../../onnx/index.js';
import type { OnnxModel, OnnxTensor, TensorInfo } from '../../onnx/index.js';
import { GenerateError } from '../errors.js';

export function optionalPort(
  ports: readonly TensorInfo[],
  names: readonly string[],
): TensorInfo | undefined {
  return ports.find((info) => names.includes(info.name));
}

/**
 * The input or output of `model` with one of `names`; with no names, its only or first one.
 *
 * @throws GenerateError GENERATE_PIPELINE_INVALID
 */
export function port(
  model: OnnxModel,
  side: 'inputs' | 'outputs',
  names: readonly string[],
): TensorInfo {
  const ports = model[side];
  const found = names.length === 0 ? ports[0] : optionalPort(ports, names);
  if (found === undefined) {
    const known = ports.map((info) => info.name).join(', ') || 'none';
    throw invalidPipeline(
      `model ${model.name} has no ${side} ${names.join(' or ')}; it has ${known}`,
    );
  }
  return found;
}

/**
 * The values of one output as float32, as many as they should be.
 *
 * @throws GenerateError GENERATE_PIPELINE_INVALID
 */
export function floats(
  model: OnnxModel,
  output: TensorInfo,
  results: Readonly<Record<string, OnnxTensor>>,
  length: number,
): Float32Array {
  const tensor = results[output.name];
  const data = tensor && floatsOf(tensor);
  if (data?.length !== length) {
    throw invalidPipeline(
      `output "${output.name}" of ${model.name} should be ${length} floating-point values, ` +
        `it is [${tensor?.dims.join(', ') ?? ''}] of ${output.type}`,
    );
  }
  return data;
}

export function invalidPipeline(what: string, cause?: unknown): GenerateError {
  return new GenerateError({
    code: 'GENERATE_PIPELINE_INVALID',
    message: `the models folder cannot generate images: ${what}`,
    cause,
  });
}
