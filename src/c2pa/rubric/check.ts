/** The credentials of a file against a rubric. */
import { readCrJson } from '../read.js';
import type { ReadCredentialsOptions } from '../read.js';
import type { CredentialsReport } from '../report.js';
import type { RubricCheck } from './evaluate.js';
import { evaluateRubric } from './evaluate.js';
import type { Rubric } from './rubric.js';

export interface RubricReport {
  /** Of the rubric. */
  name: string;
  version: string | null;
  specVersion: string;
  /** Checks that pass, of how many. */
  passed: number;
  total: number;
  /** One for each rule; empty when there are no credentials to check. */
  checks: RubricCheck[];
  /** Why nothing was checked, else null. */
  problem: string | null;
}

/**
 * @param mime the file's true type, by magic bytes.
 * @throws as `readCredentials` does; nothing about the file throws.
 */
export async function checkRubric(
  bytes: Uint8Array,
  mime: string,
  rubric: Rubric,
  options: ReadCredentialsOptions = {},
): Promise<RubricReport> {
  const { crJson, report } = await readCrJson(bytes, mime, options);
  const checks = crJson === null ? [] : evaluateRubric(rubric, crJson);
  return {
    name: rubric.name,
    version: rubric.version,
    specVersion: rubric.specVersion,
    passed: checks.filter(({ status }) => status === 'pass').length,
    total: rubric.rules.length,
    checks,
    problem: crJson === null ? whyNone(report) : null,
  };
}

function whyNone({ presence, problem }: CredentialsReport): string {
  if (problem !== undefined) return problem;
  return presence === 'remote' ? 'the credentials are kept elsewhere' : 'no Content Credentials';
}
