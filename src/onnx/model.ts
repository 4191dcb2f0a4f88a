/** One loaded graph. The runtime's own types stop here. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { errorMessage } from '../core/index.js';
import { OnnxError } from './errors.js';
import { elementCount, holdsType, isTensorType } from './tensor.js';
import type { OnnxTensor, TensorData, TensorInfo } from './tensor.js';

export interface OnnxModel {
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the file, lower-case hex. */
  readonly sha256: string;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /**
   * Run the graph once. The arrays of `feeds` are read, not copied: a loop may refill and pass the
   * same ones. Every declared input must be there with the declared element type (`tensorFor` makes
   * such a tensor); outputs are new arrays.
   *
   * @throws OnnxError ONNX_RUN_FAILED when an input does not fit or the runtime fails.
   */
  run(feeds: Readonly<Record<string, OnnxTensor>>): Promise<Record<string, OnnxTensor>>;
}

export interface LoadedModel extends OnnxModel {
  release(): Promise<void>;
}

export interface OpenModelOptions {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly threads: number;
}

/** Read a graph by path, so that weights in a file beside it (`external data`) are found too. */
export async function openModel(path: string, options: OpenModelOptions): Promise<LoadedModel> {
  const { name, version, sha256, threads } = options;
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(path, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // 4 = fatal only: the runtime writes to the process's stderr what it throws as well.
      logSeverityLevel: 4,
      // Idle threads that spin between runs halve what the other core gets (0.33 s of processor time
      // instead of 0.64 s for 200 small runs on two cores, and no faster).
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (cause) {
    throw new OnnxError({
      code: 'ONNX_LOAD_FAILED',
      message:
        `the runtime cannot load model "${name}": ${errorMessage(cause)} ` +
        '(the file is no ONNX graph, or uses operators that this version of onnxruntime-node lacks)',
      cause,
    });
  }
  const inputs = session.inputMetadata.map(infoOf);
  const outputs = session.outputMetadata.map(infoOf);
  let released = false;
  const running = new Set<Promise<InferenceSession.ReturnType>>();

  return {
    name,
    version,
    sha256,
    inputs,
    outputs,
    async run(feeds) {
      if (released) throw runFailed(name, 'it was disposed; load it again');
      const tensors: Record<string, Tensor> = {};
      for (const input of inputs) tensors[input.name] = toRuntime(feeds[input.name], input, name);
      for (const key of Object.keys(feeds)) {
        if (!(key in tensors)) {
          const known = inputs.map((input) => input.name).join(', ');
          throw runFailed(name, `it has no input "${key}"; its inputs are ${known}`);
        }
      }
      const run = session.run(tensors);
      running.add(run);
      try {
        const results = await run;
        return Object.fromEntries(
          Object.entries(results).map(([key, { data, dims }]) => [
            key,
            { data: plain(data), dims },
          ]),
        );
      } catch (cause) {
        throw runFailed(name, errorMessage(cause), cause);
      } finally {
        running.delete(run);
      }
    },
    async release() {
      if (released) return;
      released = true;
      // The session's memory must outlive the runs that are still using it.
      await Promise.allSettled(running);
      await session.release();
    },
  };
}

/** Newer versions of Node have a Float16Array, which the runtime then answers with. */
function plain(data: Tensor.DataType): TensorData {
  if (data.constructor.name !== 'Float16Array') return data as TensorData;
  const { buffer, byteOffset, length } = data as unknown as Uint16Array;
  return new Uint16Array(buffer, byteOffset, length);
}

function infoOf(meta: InferenceSession.ValueMetadata): TensorInfo {
  return meta.isTensor
    ? { name: meta.name, type: meta.type, dims: [...meta.shape] }
    : { name: meta.name, type: 'not a tensor', dims: [] };
}

function toRuntime(value: OnnxTensor | undefined, input: TensorInfo, model: string): Tensor {
  const { name, type, dims } = input;
  if (value === undefined) throw runFailed(model, `input "${name}" is missing`);
  if (!isTensorType(type) || !holdsType(value.data, type)) {
    throw runFailed(model, `input "${name}" expected ${type}, got ${value.data.constructor.name}`);
  }
  const fits =
    dims.length === value.dims.length &&
    dims.every((dim, i) => typeof dim === 'string' || dim === value.dims[i]) &&
    elementCount(value.dims) === value.data.length;
  if (!fits) {
    throw runFailed(
      model,
      `input "${name}" expected shape [${dims.join(', ')}], ` +
        `got [${value.dims.join(', ')}] with ${value.data.length} values`,
    );
  }
  return new Tensor(type, value.data, value.dims);
}

function runFailed(model: string, why: string, cause?: unknown): OnnxError {
  return new OnnxError({
    code: 'ONNX_RUN_FAILED',
    message: `cannot run model "${model}": ${why}`,
    cause,
  });
}
