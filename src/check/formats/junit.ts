/** JUnit XML, which nearly every CI system reads. It has no warnings: those stand in `system-out`. */
import { printable } from '../../core/index.js';
import type { CheckFinding, CheckResult, FileResult } from '../model.js';
import type { Format, FormatContext } from './format.js';
import { counting } from './format.js';

interface Case {
  suite: string;
  name: string;
  findings: readonly CheckFinding[];
  /** The file could not be looked at. */
  broken: boolean;
}

export const junit: Format = (result, context) => {
  const suites = new Map<string, Case[]>();
  for (const entry of casesOf(result, context)) {
    const cases = suites.get(entry.suite);
    if (cases === undefined) suites.set(entry.suite, [entry]);
    else cases.push(entry);
  }
  const all = [...suites.values()].flat();
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="imprint" ${counts(all)}>`,
    ...[...suites].flatMap(([name, cases]) => [
      `  <testsuite name="${escapeXml(name)}" ${counts(cases)} timestamp="${result.time.slice(0, 19)}">`,
      ...cases.flatMap(caseLines),
      '  </testsuite>',
    ]),
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
};

function casesOf(result: CheckResult, { locate }: FormatContext): Case[] {
  const policy: Case[] =
    result.policyFindings.length === 0
      ? []
      : [
          {
            suite: 'policy',
            name: result.policy.path ?? 'built-in policy',
            findings: result.policyFindings,
            broken: false,
          },
        ];
  const caseOf = ({ path, findings, status }: FileResult): Case => {
    const whole = locate(path);
    const cut = whole.lastIndexOf('/');
    return {
      suite: cut < 0 ? '.' : whole.slice(0, cut),
      name: whole.slice(cut + 1),
      findings,
      broken: status === 'error',
    };
  };
  return [...policy, ...result.files.map(caseOf)];
}

const failures = ({ findings }: Case): CheckFinding[] =>
  counting(findings).filter(({ level }) => level === 'error');

/** Everything that would fail is silenced, with a reason. */
const isSkipped = (entry: Case): boolean =>
  failures(entry).length === 0 &&
  entry.findings.some(({ level, suppressed }) => level === 'error' && suppressed !== null);

function counts(cases: readonly Case[]): string {
  const failed = cases.filter((entry) => !entry.broken && failures(entry).length > 0).length;
  const errors = cases.filter((entry) => entry.broken && failures(entry).length > 0).length;
  const skipped = cases.filter(isSkipped).length;
  return `tests="${cases.length}" failures="${failed}" errors="${errors}" skipped="${skipped}"`;
}

function caseLines(entry: Case): string[] {
  const head = `    <testcase classname="${escapeXml(entry.suite)}" name="${escapeXml(entry.name)}"`;
  const failing = failures(entry);
  const warnings = counting(entry.findings).filter(({ level }) => level === 'warning');
  const inside: string[] = [];
  if (failing.length > 0) {
    const tag = entry.broken ? 'error' : 'failure';
    const [first] = failing;
    inside.push(
      `      <${tag} type="${first!.ruleId}" message="${escapeXml(`${first!.ruleId}: ${first!.message}`)}">${escapeXml(failing.map(textOf).join('\n'))}</${tag}>`,
    );
  } else if (isSkipped(entry)) {
    const reason = entry.findings.find(({ suppressed }) => suppressed !== null)!.suppressed!.reason;
    inside.push(`      <skipped message="${escapeXml(printable(reason))}"/>`);
  }
  if (warnings.length > 0) {
    inside.push(`      <system-out>${escapeXml(warnings.map(textOf).join('\n'))}</system-out>`);
  }
  return inside.length === 0 ? [`${head}/>`] : [`${head}>`, ...inside, '    </testcase>'];
}

const textOf = ({ ruleId, level, message, code }: CheckFinding): string =>
  `${ruleId} ${level}: ${message}${code === null ? '' : ` (${code})`}`;

/** XML 1.0 cannot hold most control characters at all, so they are shown as escapes first. */
function escapeXml(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line, 2000))
    .join('\n')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
