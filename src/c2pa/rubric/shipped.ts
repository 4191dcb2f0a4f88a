/** The official rubrics that come with this package (rubrics/README.md). */
import { readFile } from 'node:fs/promises';
import { errorMessage, packagePath } from '../../core/index.js';
import { C2paError } from '../errors.js';
import type { Rubric } from './rubric.js';
import { parseRubric } from './rubric.js';

export const RUBRIC_NAMES = ['c2pa-2.4', 'c2pa-2.2'] as const;
export type RubricName = (typeof RUBRIC_NAMES)[number];

/** @throws C2paError C2PA_RUBRIC when the package is incomplete. */
export async function loadRubric(name: RubricName): Promise<Rubric> {
  try {
    return parseRubric(await readFile(packagePath('rubrics', `${name}.yml`), 'utf8'));
  } catch (cause) {
    if (cause instanceof C2paError) throw cause;
    throw new C2paError({
      code: 'C2PA_RUBRIC',
      message: `the rubric ${name} of this package cannot be read: ${errorMessage(cause)}`,
      cause,
    });
  }
}
