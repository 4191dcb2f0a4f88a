/** Plain tensors: what crosses the border of this folder instead of the runtime's own classes. */
import { OnnxError } from './errors.js';
import { floatsToHalves, halvesToFloats } from './half.js';

/** Element types that this package feeds or reads, with the array that holds each. */
const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  /** Bit patterns. */
  float16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

export type TensorType = keyof typeof ARRAYS;

export type TensorData =
  Float32Array | Float64Array | Uint16Array | BigInt64Array | Int32Array | Uint8Array;

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
  if (type === 'float16') return { data: floatsToHalves(values), dims };
  return { data: ARRAYS[type].from(values), dims };
}

/**
 * Write `values` into a tensor that `tensorFor` made: a loop feeds the same one again. Whole numbers
 * where its type holds no others, cut towards 0 as numpy casts.
 *
 * @throws RangeError when there are not as many.
 */
export function refill({ data }: OnnxTensor, values: ArrayLike<number>): void {
  if (data.length !== values.length) {
    throw new RangeError(`expected ${data.length} values, got ${values.length}`);
  }
  if (data instanceof Uint16Array) floatsToHalves(values, data);
  else if (data instanceof BigInt64Array) {
    for (let i = 0; i < data.length; i++) data[i] = BigInt(Math.trunc(values[i]!));
  } else data.set(values);
}

/** The numbers of a floating-point tensor as float32: its own array where it is that already. */
export function floatsOf({ data }: OnnxTensor): Float32Array | undefined {
  if (data instanceof Float32Array) return data;
  if (data instanceof Uint16Array) return halvesToFloats(data);
  return data instanceof Float64Array ? Float32Array.from(data) : undefined;
}
