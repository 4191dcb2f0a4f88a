/**
 * models/manifest.json: which models there are, and the size and SHA-256 that each file must have.
 * A folder of models is input like any other, so every field is checked before anything is opened.
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage, printable } from '../core/index.js';
import { OnnxError } from './errors.js';

export const MANIFEST_NAME = 'manifest.json';
const MANIFEST_BYTES_MAX = 4 << 20;
const ENTRIES_MAX = 1000;
const PATH_LENGTH_MAX = 200;

export interface ManifestTensor {
  readonly name: string;
  readonly dtype: string;
  /** A text dimension is free ("batch"). */
  readonly shape: readonly (number | string)[];
}

export interface ModelEntry {
  readonly name: string;
  /** Path inside the models folder, always with forward slashes and without `..`. */
  readonly file: string;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly bytes: number;
  readonly license: string;
  readonly version: string;
  readonly inputs: readonly ManifestTensor[];
  readonly outputs: readonly ManifestTensor[];
  /** The model card inside the folder. */
  readonly card?: string;
  /** Metrics of the training run, as the training wrote them. */
  readonly training?: unknown;
}

export interface ModelManifest {
  readonly schemaVersion: 1;
  readonly models: readonly ModelEntry[];
  /** Descriptions of whole pipelines; their fields belong to whoever runs them and are checked there. */
  readonly pipelines: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Read and check `dir/manifest.json` (at most 4 MiB, 1,000 models).
 *
 * @throws OnnxError ONNX_MANIFEST_INVALID naming the field and what it should be.
 */
export async function readModelManifest(dir: string): Promise<ModelManifest> {
  const path = join(dir, MANIFEST_NAME);
  let text: string;
  try {
    const { size } = await stat(path);
    if (size > MANIFEST_BYTES_MAX) throw new Error(`it has ${size} bytes`);
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new OnnxError({
      code: 'ONNX_MANIFEST_INVALID',
      message:
        `cannot read ${printable(path)} (${errorMessage(cause)}): ` +
        'point to a folder that holds manifest.json, or reinstall the package to get the bundled models',
      cause,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid('the file', `JSON (${errorMessage(cause)})`, cause);
  }
  return parseModelManifest(value);
}

/**
 * The manifest in an already parsed JSON value. Unknown fields are ignored, so that a newer training
 * may add some.
 *
 * @throws OnnxError ONNX_MANIFEST_INVALID naming the field and what it should be.
 */
export function parseModelManifest(value: unknown): ModelManifest {
  const root = record(value, 'the manifest');
  if (root['schemaVersion'] !== 1) {
    throw invalid('"schemaVersion"', '1 (a newer manifest needs a newer version of this package)');
  }
  const models = list(root['models'], '"models"').map((entry, i) => model(entry, `models[${i}]`));
  const names = new Set<string>();
  for (const { name } of models) {
    if (names.has(name)) throw invalid('"models"', `names used once, "${name}" comes twice`);
    names.add(name);
  }
  const pipelines = list(root['pipelines'] ?? [], '"pipelines"').map((entry, i) =>
    record(entry, `pipelines[${i}]`),
  );
  return { schemaVersion: 1, models, pipelines };
}

/**
 * True for a relative path of plain names with forward slashes that cannot leave its folder: no `..`,
 * no absolute path, drive letter, backslash, hidden name or control character.
 */
export function isPlainRelativePath(path: string): boolean {
  return (
    path.length <= PATH_LENGTH_MAX &&
    path.split('/').every((segment) => /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(segment))
  );
}

function model(value: unknown, where: string): ModelEntry {
  const entry = record(value, where);
  const file = text(entry, 'file', where);
  if (!isPlainRelativePath(file)) {
    throw invalid(`"${where}.file"`, `a plain path inside the folder, not "${printable(file)}"`);
  }
  const sha256 = text(entry, 'sha256', where).toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw invalid(`"${where}.sha256"`, '64 hex digits');
  const bytes = entry['bytes'];
  if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 1) {
    throw invalid(`"${where}.bytes"`, 'a positive integer');
  }
  const { card, training } = entry;
  if (card !== undefined && (typeof card !== 'string' || !isPlainRelativePath(card))) {
    throw invalid(`"${where}.card"`, 'a plain path inside the folder');
  }
  return {
    name: text(entry, 'name', where),
    file,
    sha256,
    bytes,
    license: text(entry, 'license', where),
    version: text(entry, 'version', where),
    inputs: tensors(entry['inputs'], `"${where}.inputs"`),
    outputs: tensors(entry['outputs'], `"${where}.outputs"`),
    ...(card === undefined ? {} : { card }),
    ...(training === undefined ? {} : { training }),
  };
}

function tensors(value: unknown, where: string): ManifestTensor[] {
  return list(value ?? [], where).map((item, i) => {
    const tensor = record(item, `${where}[${i}]`);
    const shape = list(tensor['shape'], `${where}[${i}].shape`);
    const isDimension = (dim: unknown): dim is number | string =>
      typeof dim === 'string' || (typeof dim === 'number' && Number.isSafeInteger(dim) && dim >= 0);
    if (!shape.every(isDimension)) {
      throw invalid(`${where}[${i}].shape`, 'integers or names of free dimensions');
    }
    return { name: text(tensor, 'name', where), dtype: text(tensor, 'dtype', where), shape };
  });
}

function record(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(where, 'an object');
  }
  return value as Record<string, unknown>;
}

function list(value: unknown, where: string): unknown[] {
  if (!Array.isArray(value) || value.length > ENTRIES_MAX) {
    throw invalid(where, `a list of at most ${ENTRIES_MAX} entries`);
  }
  return value;
}

function text(from: Record<string, unknown>, field: string, where: string): string {
  const value = from[field];
  // Versions and names end up in file metadata and on terminals: short and printable only.
  if (typeof value !== 'string' || value === '' || printable(value) !== value) {
    throw invalid(`"${where}.${field}"`, 'a short printable text');
  }
  return value;
}

function invalid(where: string, expected: string, cause?: unknown): OnnxError {
  return new OnnxError({
    code: 'ONNX_MANIFEST_INVALID',
    message: `${MANIFEST_NAME}: ${where} should be ${expected}`,
    cause,
  });
}
