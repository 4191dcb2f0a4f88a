/** Plain tensors: what crosses the border of this folder instead of the runtime's own classes. */
import { OnnxError } from './errors.js';

/** Element types that this package feeds or reads, with the array that holds each. */
const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

export type TensorType = keyof typeof ARRAYS;

export type TensorData = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array;

/** Row-major values and their shape; `data.length` is the product of `dims`. */
export interface OnnxTensor<Data extends TensorData = TensorData> {
  readonly data: Data;
  readonly dims: readonly number[];
}

/** What a graph declares about one input or output; a text dimension is free ("batch"). */
export interface TensorInfo {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly (number | string)[];
}

export function isTensorType(type: string): type is TensorType {
  return Object.hasOwn(ARRAYS, type);
}

/** True when `data` is the array class that holds elements of `type`. */
export function holdsType(data: TensorData, type: TensorType): boolean {
  return data instanceof ARRAYS[type];
}

export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/**
 * `values` in the element type that the graph declares for `info`. Exports disagree about the type of
 * `timestep`, `input_ids` and masks, so the graph is asked and nothing is guessed.
 *
 * @throws OnnxError ONNX_RUN_FAILED when the declared type is one that this package cannot feed.
 */
export function tensorFor(
  info: TensorInfo,
  values: ArrayLike<number>,
  dims: readonly number[],
): OnnxTensor {
  const { name, type } = info;
  if (elementCount(dims) !== values.length) {
    throw new RangeError(
      `"${name}" expected ${elementCount(dims)} values for [${dims.join(', ')}], got ${values.length}`,
    );
  }
  if (!isTensorType(type)) {
    throw new OnnxError({
      code: 'ONNX_RUN_FAILED',
      message: `input "${name}" is of type ${type}; this version feeds ${Object.keys(ARRAYS).join(', ')}`,
    });
  }
  if (type === 'int64') {
    return { data: BigInt64Array.from(Array.from(values, (v) => BigInt(Math.trunc(v)))), dims };
  }
  return { data: ARRAYS[type].from(values), dims };
}
