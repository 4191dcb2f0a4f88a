/** Workflow commands of GitHub Actions: annotations, outputs; the step summary is the Markdown format. */
import { printable } from '../../core/index.js';
import type { CheckFinding, CheckResult } from '../model.js';
import type { Format, FormatContext } from './format.js';
import { allFindings, counting, summaryLine } from './format.js';

const COMMANDS = { error: 'error', warning: 'warning', note: 'notice' } as const;
/** GitHub shows 10 of a kind per step; the rest is in the summary and in SARIF. */
const MAX_ANNOTATIONS = 50;
/** As long as a path can be on Linux. */
const MAX_PATH = 4096;

export const github: Format = (result, context) => {
  const findings = counting(allFindings(result), { notes: context.verbose });
  const order = { error: 0, warning: 1, note: 2 };
  const sorted = [...findings].sort((a, b) => order[a.level] - order[b.level]);
  const lines = sorted.slice(0, MAX_ANNOTATIONS).map((finding) => annotation(finding, context));
  if (sorted.length > MAX_ANNOTATIONS) {
    lines.push(
      `::notice title=imprint::${sorted.length - MAX_ANNOTATIONS} more findings are in the summary of this step`,
    );
  }
  return lines.map((line) => `${line}\n`).join('');
};

function annotation(
  { ruleId, level, message, code, path, line }: CheckFinding,
  { locate }: FormatContext,
): string {
  const properties = {
    file: property(printable(locate(path), MAX_PATH)),
    line: String(line),
    title: property(ruleId),
  };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${value}`);
  const text = `${printable(locate(path))}: ${message}${code === null ? '' : ` (${code})`}`;
  return `::${COMMANDS[level]} ${list.join(',')}::${data(text)}`;
}

/** As @actions/core escapes them: a name must not end the command or begin another. */
const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** Lines for GITHUB_OUTPUT. None of the values holds a line break. */
export function githubOutputs(result: CheckResult, reports: readonly string[]): string {
  const { summary, exitCode } = result;
  const outputs = {
    passed: String(exitCode === 0),
    'exit-code': String(exitCode),
    files: String(summary.files),
    failed: String(summary.fail + summary.error),
    errors: String(summary.errors),
    warnings: String(summary.warnings),
    summary: summaryLine(result),
    report: reports.map((path) => printable(path, 1000)).join(','),
  };
  return Object.entries(outputs)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
