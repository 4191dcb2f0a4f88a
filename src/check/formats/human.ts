/** For people: what fails, file by file, and what to do next. Every string of a file is escaped. */
import { printable } from '../../core/index.js';
import type { CheckFinding, CheckResult, FileResult, Level } from '../model.js';
import type { Format, Paint } from './format.js';
import { allFindings, changeWords, counting, summaryLine } from './format.js';

const MAX_PATH = 300;

export const human: Format = (result, context) => {
  const { paint, verbose } = context;
  const name = (path: string): string => printable(context.display(path), MAX_PATH);
  const blocks: string[] = [];
  const policyLines = shownOf(result.policyFindings, verbose).map((finding) =>
    lineOf(finding, paint, `:${finding.line}`),
  );
  if (policyLines.length > 0) {
    blocks.push(
      [paint.bold(printable(result.policy.path ?? 'built-in policy')), ...policyLines].join('\n'),
    );
  }
  for (const file of result.files) {
    const lines = shownOf(file.findings, verbose).map((finding) => lineOf(finding, paint, ''));
    const change = changeWords(file, name);
    if (lines.length === 0 && !(verbose || worthTelling(file))) continue;
    blocks.push(
      [`${paint.bold(name(file.path))}${change === '' ? '' : `  ${change}`}`, ...lines].join('\n'),
    );
  }
  blocks.push([headline(result, paint), ...advice(result)].join('\n'));
  return `${blocks.join('\n\n')}\n`;
};

/** In a comparison every file that is not just as it was. */
function worthTelling({ change }: FileResult): boolean {
  return change !== undefined && change.credentials !== 'kept' && change.credentials !== 'none';
}

function shownOf(findings: readonly CheckFinding[], verbose: boolean): CheckFinding[] {
  return verbose ? [...findings] : counting(findings);
}

function lineOf(finding: CheckFinding, paint: Paint, place: string): string {
  const { ruleId, level, message, code, suppressed } = finding;
  const why = suppressed === null ? '' : ` [${suppressed.by}: ${printable(suppressed.reason)}]`;
  const text = `  ${ruleId} ${level}${place}: ${message}${code === null ? '' : ` (${printable(code, 80)})`}${why}`;
  return suppressed === null ? painted(level, paint)(text) : paint.dim(text);
}

function painted(level: Level, paint: Paint): (text: string) => string {
  return level === 'error' ? paint.red : level === 'warning' ? paint.yellow : paint.dim;
}

function headline(result: CheckResult, paint: Paint): string {
  const passed = result.exitCode === 0;
  const text = `${passed ? 'Passed' : 'Failed'}: ${summaryLine(result)}`;
  return passed ? paint.green(text) : paint.red(text);
}

const MAX_RULES_NAMED = 5;

/** The rules that failed most, in words, since an id says nothing to a newcomer. */
function advice(result: CheckResult): string[] {
  const ids = new Map<string, number>();
  for (const { ruleId } of counting(allFindings(result))) {
    ids.set(ruleId, (ids.get(ruleId) ?? 0) + 1);
  }
  const named = [...ids].sort((a, b) => b[1] - a[1]).slice(0, MAX_RULES_NAMED);
  return named.length === 0
    ? []
    : [`What to do about ${named.map(([id]) => id).join(', ')}: imprint check --explain <id>`];
}
