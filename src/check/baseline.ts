/** Findings that were there when the check was introduced, and are lived with until the file changes. */
import { z } from 'zod';
import { printable } from '../core/index.js';
import { CheckError } from './errors.js';
import type { IsBaselined } from './judge.js';
import type { CheckResult } from './model.js';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const baselineSchema = z.strictObject({
  version: z.literal(1),
  findings: z.array(
    z.strictObject({
      ruleId: z.string(),
      path: z.string(),
      /** Content that the finding was about; null where there was none to read. */
      sha256: hash.nullable(),
      fingerprint: hash,
    }),
  ),
});
export type Baseline = z.output<typeof baselineSchema>;

export const EMPTY_BASELINE: Baseline = { version: 1, findings: [] };

/** @throws CheckError CHECK_BASELINE */
export function parseBaseline(text: string, name: string): Baseline {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  const result = baselineSchema.safeParse(value);
  if (result.success) return result.data;
  throw new CheckError({
    code: 'CHECK_BASELINE',
    message: `${printable(name)} is no baseline: make one with --update-baseline`,
  });
}

/** By content as well: an image that was replaced has to answer for itself. */
export function baselineTest({ findings }: Baseline): IsBaselined {
  const known = new Set(findings.map(({ fingerprint, sha256 }) => `${fingerprint} ${sha256}`));
  return (fingerprint, sha256) => known.has(`${fingerprint} ${sha256}`);
}

/** All that `result` holds against the tree; what `previous` says of files that were not looked at stays. */
export function updatedBaseline(result: CheckResult, previous: Baseline): string {
  const looked = new Set(result.files.map(({ path }) => path));
  const kept = previous.findings.filter(({ path }) => !looked.has(path));
  const found = result.files.flatMap(({ sha256, findings }) =>
    findings
      .filter(({ level, suppressed }) => level !== 'note' && suppressed?.by !== 'ignore')
      .map(({ ruleId, path, fingerprint }) => ({ ruleId, path, sha256, fingerprint })),
  );
  const order = ({ path, ruleId, fingerprint }: Baseline['findings'][number]): string =>
    `${path}\0${ruleId}\0${fingerprint}`;
  const findings = [...kept, ...found].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  return `${JSON.stringify({ version: 1, findings }, null, 2)}\n`;
}
