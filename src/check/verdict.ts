/** From findings to counts and the exit code (docs/architecture.md). */
import { worstExitCode } from '../provenance/index.js';
import type { CheckFinding, CheckSummary, FileResult } from './model.js';
import type { FailOn } from './policy/policy.js';

export interface Verdict {
  summary: CheckSummary;
  exitCode: number;
}

const VIOLATED = 2;
/** The check itself could not do its work: told even where nothing may fail. */
const OPERATIONAL = 1;

export function verdictOf(
  files: readonly FileResult[],
  policyFindings: readonly CheckFinding[],
  limits: { failOn: FailOn; maxWarnings: number | null },
): Verdict {
  const all = [...policyFindings, ...files.flatMap(({ findings }) => findings)];
  const open = all.filter(({ suppressed }) => suppressed === null);
  const levels = (level: string): CheckFinding[] => open.filter((one) => one.level === level);
  const status = (name: string): number => files.filter((file) => file.status === name).length;
  const summary: CheckSummary = {
    files: files.length,
    pass: status('pass'),
    warn: status('warn'),
    fail: status('fail'),
    error: status('error'),
    errors: levels('error').length,
    warnings: levels('warning').length,
    notes: levels('note').length,
    ignored: all.filter(({ suppressed }) => suppressed?.by === 'ignore').length,
    baselined: all.filter(({ suppressed }) => suppressed?.by === 'baseline').length,
  };
  return { summary, exitCode: exitOf(open, summary, limits) };
}

function exitOf(
  open: readonly CheckFinding[],
  { warnings }: CheckSummary,
  { failOn, maxWarnings }: { failOn: FailOn; maxWarnings: number | null },
): number {
  if (failOn === 'never') {
    return open.some(({ exit, level }) => exit === OPERATIONAL && level === 'error')
      ? OPERATIONAL
      : 0;
  }
  const counting = open.filter(
    ({ level }) => level === 'error' || (failOn === 'warning' && level === 'warning'),
  );
  const codes: number[] = counting.map(({ exit }) => exit);
  if (maxWarnings !== null && warnings > maxWarnings) codes.push(VIOLATED);
  return worstExitCode(codes);
}
