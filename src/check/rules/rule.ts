/** What a rule is: an id that never changes, words for its page, and a look at a file, a change or the policy. */
import { printable } from '../../core/index.js';
import type { Report } from '../../provenance/index.js';
import type { FileChange } from '../diff/change.js';
import type { FindingExit, InspectSettings, Level, Problem, RuleFinding } from '../model.js';
import type { Demands, Policy } from '../policy/policy.js';

/** A file, and what is asked of it. */
export interface Subject {
  path: string;
  report: Report | null;
  /** Why there is no report. */
  problem: Problem | null;
  settings: InspectSettings;
  demands: Demands;
}

/** How a policy was used: what it says and what of it applied to any file. */
export interface PolicyUse {
  policy: Policy;
  /** Files that each rule matched, in the order of the rules. */
  matched: readonly number[];
  /** Findings that each ignore silenced, in the order of the ignores. */
  silenced: readonly number[];
  /** Today, `YYYY-MM-DD`. */
  today: string;
  /** False where only a part of the tree was looked at, so that nothing can be said about the rest. */
  complete: boolean;
}

export interface Rule {
  id: `IM${number}`;
  /** In kebab case, for tools that want a name besides the id. */
  name: string;
  /** A few words. */
  title: string;
  level: Level;
  /** Exit code of what it finds (docs/architecture.md). */
  exit: FindingExit;
  /** What it means, why it matters, what to do: the three parts of its page, Markdown. */
  what: string;
  why: string;
  fix: string;
  file?: (subject: Subject) => RuleFinding[];
  change?: (change: FileChange) => RuleFinding[];
  policy?: (use: PolicyUse) => RuleFinding[];
}

export const defineRule = (rule: Rule): Rule => rule;

/** What the report itself says under `id`; `demanded` raises its level. */
export function reported({ report }: Subject, id: string, demanded?: Level | null): RuleFinding[] {
  return (report?.findings ?? [])
    .filter(({ ruleId }) => ruleId === id)
    .map(({ level, message, code, where }) => ({
      level: demanded == null || level === 'error' ? level : demanded,
      message,
      code,
      where,
    }));
}

/** Neither in the file nor fetched from where it says they lie. */
export function lacksCredentials({ credentials }: Report): boolean {
  return credentials.presence === 'absent' || isUnfetched(credentials);
}

/** A pointer to credentials that were not fetched. */
function isUnfetched({ presence, validationState }: Report['credentials']): boolean {
  return presence === 'remote' && validationState === null;
}

/** Level at which credentials are asked for, by whatever asks for them; null when nothing does. */
export function credentialsDemanded({ demands }: Subject): Level | null {
  const { require, rubric } = demands;
  const levels = [
    require.get('credentials'),
    require.get('trusted'),
    require.get('timestamp'),
    require.get('disclosure'),
    rubric ?? undefined,
  ];
  const order: Level[] = ['error', 'warning', 'note'];
  return order.find((level) => levels.includes(level)) ?? null;
}

/** Text of a file, safe to show. */
export const shown = (text: string | null, fallback = 'unnamed'): string =>
  printable(text ?? fallback, 120);
