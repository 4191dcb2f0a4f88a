/** GitLab Code Quality: the issues that a merge request shows as a widget. */
import { toJson } from '../../core/index.js';
import type { CheckFinding } from '../model.js';
import type { Format } from './format.js';
import { allFindings, counting, wellFormed } from './format.js';

const SEVERITIES = { error: 'major', warning: 'minor', note: 'info' } as const;
/** Altered credentials are worse than missing ones. */
const CRITICAL = /^IM2/;

export const gitlab: Format = (result, { locate, verbose }) =>
  toJson(
    counting(allFindings(result), { notes: verbose }).map((finding) => ({
      description: finding.message,
      check_name: finding.ruleId,
      fingerprint: finding.fingerprint,
      severity: severityOf(finding),
      location: { path: wellFormed(locate(finding.path)), lines: { begin: finding.line } },
    })),
  );

function severityOf({ level, ruleId }: CheckFinding): string {
  return level === 'error' && CRITICAL.test(ruleId) ? 'critical' : SEVERITIES[level];
}
