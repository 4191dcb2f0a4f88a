/** Markdown for a pull request's comment, a step summary or a chat. */
import { printable } from '../../core/index.js';
import type { CheckFinding, CheckResult } from '../model.js';
import type { Format, FormatContext } from './format.js';
import { allFindings, changeWords, counting, summaryLine } from './format.js';

/** A step summary may hold 1 MiB. */
const MAX_ROWS = 500;

export const markdown: Format = (result, context) => {
  const findings = counting(allFindings(result), { notes: context.verbose });
  const lines = [
    `### imprint: ${result.exitCode === 0 ? 'passed' : 'failed'}`,
    '',
    `${summaryLine(result)}.`,
    ...findingRows(findings, context),
    ...changeRows(result, context),
    ...silencedRows(result, context),
  ];
  return `${lines.join('\n')}\n`;
};

function findingRows(findings: readonly CheckFinding[], { locate }: FormatContext): string[] {
  if (findings.length === 0) return [];
  const rows = findings.slice(0, MAX_ROWS).map(({ ruleId, level, message, code, path }) => {
    const said = `${message}${code === null ? '' : ` (${code})`}`;
    return `| ${cell(level)} | ${ruleId} | ${cell(locate(path))} | ${cell(said)} |`;
  });
  const more = findings.length - rows.length;
  return [
    '',
    '| level | rule | file | finding |',
    '| --- | --- | --- | --- |',
    ...rows,
    ...(more > 0 ? ['', `... and ${more} more.`] : []),
  ];
}

function changeRows(result: CheckResult, { locate }: FormatContext): string[] {
  if (result.diff === undefined) return [];
  const rows = result.files
    .slice(0, MAX_ROWS)
    .map((file) => `| ${cell(locate(file.path))} | ${cell(changeWords(file, locate))} |`);
  return rows.length === 0 ? [] : ['', '| file | what became of it |', '| --- | --- |', ...rows];
}

function silencedRows(result: CheckResult, { locate, verbose }: FormatContext): string[] {
  const silenced = allFindings(result).filter(({ suppressed }) => suppressed !== null);
  if (silenced.length === 0 || !verbose) return [];
  const rows = silenced
    .slice(0, MAX_ROWS)
    .map(
      ({ ruleId, path, suppressed }) =>
        `| ${ruleId} | ${cell(locate(path))} | ${cell(`${suppressed!.by}: ${suppressed!.reason}`)} |`,
    );
  return ['', '| silenced | file | why |', '| --- | --- | --- |', ...rows];
}

/** Text of others in a table: no markup, no link, no mention, no line break. */
function cell(text: string): string {
  return printable(text, 500).replace(
    /[\\`*_{}[\]()<>#+!|~@&]/g,
    (character) => `&#${character.charCodeAt(0)};`,
  );
}
