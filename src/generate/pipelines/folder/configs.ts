/** Reads the small JSON files of a model folder. */
import { errorMessage, printable } from '../../../core/index.js';
import type { ModelFolder } from '../../../onnx/index.js';
import { GenerateError } from '../../errors.js';

export type Config = Readonly<Record<string, unknown>>;

/**
 * The object in `path`; undefined when there is no such file.
 *
 * @throws GenerateError GENERATE_PIPELINE_INVALID when it is no JSON object
 */
export async function readConfig(folder: ModelFolder, path: string): Promise<Config | undefined> {
  const text = await folder.readText(path);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw badFolder(folder, `${path} is no JSON: ${printable(errorMessage(cause))}`, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badFolder(folder, `${path} should be a JSON object`);
  }
  return value as Config;
}

/** A finite number of `config` in `min..max`, or the fallback when it is absent or null. */
export function numberIn(
  config: Config | undefined,
  field: string,
  fallback: number,
  [min, max]: readonly [number, number],
): number {
  const value = config?.[field] ?? fallback;
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    throw new GenerateError({
      code: 'GENERATE_PIPELINE_INVALID',
      message: `the model folder cannot be used: "${field}" should be a number in ${min}..${max}`,
    });
  }
  return value;
}

export function badFolder(folder: ModelFolder, what: string, cause?: unknown): GenerateError {
  return new GenerateError({
    code: 'GENERATE_PIPELINE_INVALID',
    message: `the model folder ${printable(folder.dir)} cannot be used: ${what} ("imprint models check" lists all that is missing)`,
    cause,
  });
}
