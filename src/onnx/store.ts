/** The models of one folder, loaded by name, each checked against the manifest before it is opened. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage, packagePath, printable, sha256Hex } from '../core/index.js';
import { OnnxError } from './errors.js';
import { fileSha256 } from './file-digest.js';
import { readModelManifest } from './manifest.js';
import type { ModelEntry, ModelManifest } from './manifest.js';
import { openModel } from './model.js';
import type { LoadedModel, OnnxModel } from './model.js';
import { resolveThreads } from './threads.js';

const ASSET_BYTES_MAX = 64 << 20;

export interface ModelStoreOptions {
  /** Folder with manifest.json. Default: the models bundled with this package. */
  readonly dir?: string;
  /** Threads inside one operator, 1..256. Default: the processor's cores, at most 8. */
  readonly threads?: number;
}

export interface ModelStore {
  readonly dir: string;
  /** The checked manifest, read once. @throws OnnxError ONNX_MANIFEST_INVALID */
  manifest(): Promise<ModelManifest>;
  /**
   * The model `name`, opened once and kept. Its file must have the size and SHA-256 of the manifest.
   *
   * @throws OnnxError ONNX_MANIFEST_INVALID, ONNX_MODEL_MISSING, ONNX_HASH_MISMATCH, ONNX_LOAD_FAILED
   */
  load(name: string): Promise<OnnxModel>;
  /**
   * Compare the file of `name` with the manifest's size and SHA-256, without opening it.
   *
   * @throws OnnxError ONNX_MANIFEST_INVALID, ONNX_MODEL_MISSING, ONNX_HASH_MISMATCH
   */
  check(name: string): Promise<void>;
  /**
   * The bytes of an entry that is no graph (a tokenizer), at most 64 MiB, checked like a model.
   *
   * @throws OnnxError ONNX_MANIFEST_INVALID, ONNX_MODEL_MISSING, ONNX_HASH_MISMATCH
   */
  readAsset(name: string): Promise<Uint8Array>;
  /** Give the memory of every loaded model back. A later `load` opens it again. */
  dispose(): Promise<void>;
}

/** A store over `options.dir`; nothing is read before the first call. */
export function createModelStore(options: ModelStoreOptions = {}): ModelStore {
  const dir = options.dir ?? packagePath('models');
  const threads = resolveThreads(options.threads);
  let manifest: Promise<ModelManifest> | undefined;
  const loading = new Map<string, Promise<LoadedModel>>();

  const getManifest = (): Promise<ModelManifest> => {
    manifest ??= readModelManifest(dir).catch((error: unknown) => {
      manifest = undefined;
      throw error;
    });
    return manifest;
  };

  const find = async (name: string): Promise<ModelEntry> => {
    const { models } = await getManifest();
    const entry = models.find((model) => model.name === name);
    if (entry !== undefined) return entry;
    throw new OnnxError({
      code: 'ONNX_MODEL_MISSING',
      message:
        `there is no model "${printable(name)}" in ${printable(dir)}; ` +
        `it holds ${models.map((model) => model.name).join(', ') || 'none'}`,
    });
  };

  /** Path of the entry's file, once it is known to be what the manifest says. */
  const checked = async (entry: ModelEntry): Promise<string> => {
    const path = join(dir, entry.file);
    await checkSize(path, entry);
    checkHash(path, entry, await fileSha256(path));
    return path;
  };

  const open = async (name: string): Promise<LoadedModel> => {
    const entry = await find(name);
    const { version, sha256 } = entry;
    return openModel(await checked(entry), { name, version, sha256, threads });
  };

  return {
    dir,
    manifest: getManifest,
    load(name) {
      let model = loading.get(name);
      if (model === undefined) {
        model = open(name);
        loading.set(name, model);
        // A failed load is not remembered: the user may repair the file and try again.
        model.catch(() => loading.delete(name));
      }
      return model;
    },
    async check(name) {
      await checked(await find(name));
    },
    async readAsset(name) {
      const entry = await find(name);
      const path = join(dir, entry.file);
      if (entry.bytes > ASSET_BYTES_MAX)
        throw missing(path, `its ${entry.bytes} bytes are too many`);
      await checkSize(path, entry);
      const bytes = await readFile(path);
      checkHash(path, entry, sha256Hex(bytes));
      return bytes;
    },
    async dispose() {
      const models = [...loading.values()];
      loading.clear();
      for (const result of await Promise.allSettled(models)) {
        if (result.status === 'fulfilled') await result.value.release();
      }
    },
  };
}

async function checkSize(path: string, entry: ModelEntry): Promise<void> {
  let size: number;
  try {
    const info = await stat(path);
    if (!info.isFile()) throw new Error('it is no regular file');
    size = info.size;
  } catch (cause) {
    throw missing(path, cause);
  }
  if (size !== entry.bytes) {
    throw mismatch(path, `has ${size} bytes, the manifest says ${entry.bytes}`);
  }
}

function checkHash(path: string, entry: ModelEntry, actual: string): void {
  if (actual !== entry.sha256) {
    throw mismatch(path, `has SHA-256 ${actual}, the manifest says ${entry.sha256}`);
  }
}

function missing(path: string, cause: unknown): OnnxError {
  return new OnnxError({
    code: 'ONNX_MODEL_MISSING',
    message:
      `cannot read ${printable(path)} (${errorMessage(cause)}): ` +
      'reinstall the package, or restore the file that manifest.json names',
    cause,
  });
}

function mismatch(path: string, what: string): OnnxError {
  return new OnnxError({
    code: 'ONNX_HASH_MISMATCH',
    message:
      `${printable(path)} ${what}: it was changed or cut short and is not used; ` +
      'reinstall the package, or train again and let the export write a new manifest.json',
  });
}
