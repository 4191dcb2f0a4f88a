/** `--rubric`: the name of an official rubric, or a YAML file. */
import { readFile, stat } from 'node:fs/promises';
import type { Rubric } from '../provenance/index.js';
import { loadRubric, parseRubric, RUBRIC_NAMES } from '../provenance/index.js';
import { UsageError } from './exit.js';

const MAX_BYTES = 4 << 20;

/** @throws UsageError for neither; C2paError C2PA_RUBRIC for a file that is no rubric. */
export async function rubricOption(value: string): Promise<Rubric> {
  const name = RUBRIC_NAMES.find((known) => known === value);
  if (name !== undefined) return loadRubric(name);
  const info = await stat(value).catch(() => null);
  if (info?.isFile() !== true || info.size > MAX_BYTES) {
    throw new UsageError(
      `--rubric expected ${RUBRIC_NAMES.join(', ')} or a YAML file, got "${value}"`,
    );
  }
  return parseRubric(await readFile(value, 'utf8'));
}
