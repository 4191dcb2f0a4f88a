/** The graphs of a user's folder, `DIR/part/model.onnx`: found, checked, opened by path, released. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage, printable, sha256Hex } from '../core/index.js';
import { OnnxError } from './errors.js';
import { fileSha256 } from './file-digest.js';
import { readGraphFile } from './graph-file.js';
import type { GraphFile } from './graph-file.js';
import { openModel } from './model.js';
import type { LoadedModel, OnnxModel } from './model.js';
import { resolveThreads } from './threads.js';

const GRAPH_NAME = 'model.onnx';
/** Written by `sha256sum`, so that `sha256sum -c` checks the same. */
const SUMS_NAME = 'SHA256SUMS';
const TEXT_BYTES_MAX = 32 << 20;

export interface ModelFile extends GraphFile {
  readonly part: string;
  /** Of the graph and the weights beside it. */
  readonly bytes: number;
}

export interface ModelFolderOptions {
  /** Threads inside one operator, 1..256. Default: the processor's cores, at most 8. */
  readonly threads?: number;
}

export interface ModelFolder {
  readonly dir: string;
  /** True when `dir/part/model.onnx` is there. */
  has(part: string): Promise<boolean>;
  /**
   * What the graph says about itself; its weights must lie beside it.
   *
   * @throws OnnxError ONNX_MODEL_MISSING, ONNX_LOAD_FAILED
   */
  inspect(part: string): Promise<ModelFile>;
  /**
   * SHA-256 over graph and weights, compared with SHA256SUMS where the folder has one: the digest of the
   * graph alone, or of the list of digests when weights lie beside it.
   *
   * @throws OnnxError ONNX_MODEL_MISSING, ONNX_HASH_MISMATCH
   */
  digest(part: string): Promise<string>;
  /** Open the graph once and keep it. @throws OnnxError as `digest`, ONNX_LOAD_FAILED */
  load(part: string): Promise<OnnxModel>;
  /** Give the memory of one part back; a later `load` opens it again. */
  release(part: string): Promise<void>;
  /**
   * A text file of the folder, at most 32 MiB; undefined when there is none.
   *
   * @throws OnnxError ONNX_MODEL_MISSING when it cannot be read, ONNX_HASH_MISMATCH
   */
  readText(path: string): Promise<string | undefined>;
  dispose(): Promise<void>;
}

export function openFolder(dir: string, options: ModelFolderOptions = {}): ModelFolder {
  const threads = resolveThreads(options.threads);
  const loading = new Map<string, Promise<LoadedModel>>();
  const digests = new Map<string, Promise<string>>();
  let sums: Promise<ReadonlyMap<string, string>> | undefined;

  const compare = async (path: string, actual: string): Promise<void> => {
    sums ??= readSums(join(dir, SUMS_NAME));
    const expected = (await sums).get(path);
    if (expected === undefined || expected === actual) return;
    throw new OnnxError({
      code: 'ONNX_HASH_MISMATCH',
      message:
        `${printable(join(dir, path))} has SHA-256 ${actual}, ${SUMS_NAME} says ${expected}: it was changed or cut ` +
        'short and is not used; copy the folder again, or make a new list with sha256sum',
    });
  };

  const inspect = async (part: string): Promise<ModelFile> => {
    const graph = await readGraphFile(join(dir, part, GRAPH_NAME));
    let bytes = await sizeOf(join(dir, part, GRAPH_NAME));
    for (const name of graph.externals) bytes += await sizeOf(join(dir, part, name));
    return { ...graph, part, bytes };
  };

  const digestOf = async (part: string): Promise<string> => {
    const { externals } = await inspect(part);
    const found: string[] = [];
    for (const name of [GRAPH_NAME, ...externals]) {
      const digest = await fileSha256(join(dir, part, name));
      await compare(`${part}/${name}`, digest);
      found.push(digest);
    }
    return found.length === 1 ? found[0]! : sha256Hex(Buffer.from(found.join('\n')));
  };

  const digest = (part: string): Promise<string> => {
    let known = digests.get(part);
    if (known === undefined) {
      known = digestOf(part);
      digests.set(part, known);
      known.catch(() => digests.delete(part));
    }
    return known;
  };

  const open = async (part: string): Promise<LoadedModel> => {
    const sha256 = await digest(part);
    try {
      const path = join(dir, part, GRAPH_NAME);
      return await openModel(path, { name: part, version: '', sha256, threads });
    } catch (cause) {
      throw await explained(cause, part);
    }
  };

  /** Two out of three exports that do not load are too new for the runtime: say which version they want. */
  const explained = async (cause: unknown, part: string): Promise<unknown> => {
    if (!(cause instanceof OnnxError) || cause.code !== 'ONNX_LOAD_FAILED') return cause;
    const { opsets } = await inspect(part);
    return new OnnxError({
      code: 'ONNX_LOAD_FAILED',
      message: `${cause.message}; it was exported for operator set ${opsets.get('') ?? 'unknown'}, which "imprint models check" compares with the runtime's`,
      cause,
    });
  };

  const release = async (part: string): Promise<void> => {
    const model = loading.get(part);
    loading.delete(part);
    const [result] = await Promise.allSettled([model]);
    if (result.status === 'fulfilled') await result.value?.release();
  };

  return {
    dir,
    async has(part) {
      const info = await stat(join(dir, part, GRAPH_NAME)).catch(() => undefined);
      return info?.isFile() === true;
    },
    inspect,
    digest,
    load(part) {
      let model = loading.get(part);
      if (model === undefined) {
        model = open(part);
        loading.set(part, model);
        model.catch(() => loading.delete(part));
      }
      return model;
    },
    release,
    async readText(path) {
      const file = join(dir, path);
      const info = await stat(file).catch(() => undefined);
      if (info === undefined) return undefined;
      if (!info.isFile() || info.size > TEXT_BYTES_MAX) {
        throw missing(file, `it is no file of at most ${TEXT_BYTES_MAX >> 20} MiB`);
      }
      const bytes = await readFile(file).catch((cause: unknown) => {
        throw missing(file, errorMessage(cause), cause);
      });
      await compare(path, sha256Hex(bytes));
      return bytes.toString('utf8');
    },
    async dispose() {
      for (const part of [...loading.keys()]) await release(part);
    },
  };
}

/** `<64 hex digits>  <path>` a line, as sha256sum writes it; a folder without the list has nothing to compare. */
async function readSums(path: string): Promise<ReadonlyMap<string, string>> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) return new Map();
  if (info.size > TEXT_BYTES_MAX) throw missing(path, 'it is too large');
  const lines = (await readFile(path, 'utf8')).split('\n');
  const matches = lines.map((line) => /^([0-9a-f]{64}) [ *](?:\.\/)?(.+?)\r?$/i.exec(line));
  return new Map(matches.flatMap((m) => (m === null ? [] : [[m[2]!, m[1]!.toLowerCase()]])));
}

async function sizeOf(path: string): Promise<number> {
  const info = await stat(path).catch((cause: unknown) => {
    throw missing(path, errorMessage(cause), cause);
  });
  if (!info.isFile()) throw missing(path, 'it is no regular file');
  return info.size;
}

function missing(path: string, why: string, cause?: unknown): OnnxError {
  return new OnnxError({
    code: 'ONNX_MODEL_MISSING',
    message: `cannot read ${printable(path)} (${printable(why)}): copy the whole folder, weights beside the graphs included`,
    cause,
  });
}
