/** What the rules find about a file, as the policy sees it: level, fingerprint, and what silences it. */
import { createHash } from 'node:crypto';
import type { CheckFinding, FileStatus, Level, RuleFinding, Suppression } from './model.js';
import type { Policy, PolicyIgnore } from './policy/policy.js';
import type { Rule } from './rules/rule.js';

/** Says whether a finding about these bytes was there before and is to be lived with. */
export type IsBaselined = (fingerprint: string, sha256: string | null) => boolean;

export interface Judge {
  judge: (
    rule: Rule,
    found: RuleFinding,
    file: { path: string; sha256: string | null },
  ) => CheckFinding[];
  /** Findings that each ignore of the policy silenced so far. */
  silenced: readonly number[];
}

/** @param today `YYYY-MM-DD`; an ignore holds to the end of its last day. */
export function createJudge(policy: Policy, today: string, isBaselined: IsBaselined): Judge {
  const silenced = policy.ignores.map(() => 0);
  const ignoredBy = (ruleId: string, path: string): PolicyIgnore | undefined => {
    const index = policy.ignores.findIndex(
      ({ rules, matches, expires }) =>
        (rules === null || rules.includes(ruleId)) &&
        (expires === null || expires >= today) &&
        matches(path),
    );
    if (index >= 0) silenced[index]!++;
    return policy.ignores[index];
  };
  return {
    silenced,
    judge(rule, found, { path, sha256 }) {
      const level = policy.severity.get(rule.id) ?? found.level ?? rule.level;
      if (level === 'off') return [];
      const code = found.code ?? null;
      const where = found.where ?? 'file';
      const fingerprint = fingerprintOf(rule.id, path, code ?? where);
      const ignore = ignoredBy(rule.id, path);
      const suppressed: Suppression | null =
        ignore !== undefined
          ? { by: 'ignore', reason: ignore.reason, expires: ignore.expires }
          : isBaselined(fingerprint, sha256)
            ? { by: 'baseline', reason: 'in the baseline', expires: null }
            : null;
      const { message, line = 1, exit = rule.exit } = found;
      return [
        { ruleId: rule.id, level, message, code, where, path, line, fingerprint, exit, suppressed },
      ];
    },
  };
}

/** Says nothing about lines, times or content, so that an alert stays one alert. */
export function fingerprintOf(ruleId: string, path: string, code: string): string {
  return createHash('sha256').update(`${ruleId}\0${path}\0${code}`).digest('hex');
}

/** Two findings of one rule, path and code are told apart by their order. */
export function distinct(findings: readonly CheckFinding[]): CheckFinding[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const count = seen.get(finding.fingerprint) ?? 0;
    seen.set(finding.fingerprint, count + 1);
    if (count === 0) return finding;
    const fingerprint = fingerprintOf(
      finding.ruleId,
      finding.path,
      `${finding.fingerprint}${count}`,
    );
    return { ...finding, fingerprint };
  });
}

export function statusOf(findings: readonly CheckFinding[], looked: boolean): FileStatus {
  const counts = (level: Level): boolean =>
    findings.some((finding) => finding.suppressed === null && finding.level === level);
  if (counts('error')) return looked ? 'fail' : 'error';
  return counts('warning') ? 'warn' : 'pass';
}
