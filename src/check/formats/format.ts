/** What a report format is: a pure function from the result to text. */
import type { CheckFinding, CheckResult, FileResult } from '../model.js';
import type { Rule } from '../rules/rule.js';

/** Colours of a terminal; each leaves its text as it is where there are none. */
export interface Paint {
  bold: (text: string) => string;
  dim: (text: string) => string;
  red: (text: string) => string;
  yellow: (text: string) => string;
  green: (text: string) => string;
}

const same = (text: string): string => text;
export const NO_PAINT: Paint = { bold: same, dim: same, red: same, yellow: same, green: same };

export interface FormatContext {
  /** How a path is shown to people: relative to where they stand. Not escaped. */
  display: (path: string) => string;
  /** How a path is given to tools: relative to the repository, with `/`. Not escaped. */
  locate: (path: string) => string;
  paint: Paint;
  rules: readonly Rule[];
  /** Show notes and what is silenced as well. */
  verbose: boolean;
}

export type Format = (result: CheckResult, context: FormatContext) => string;

/** Lone surrogates, which Windows allows in names, have no UTF-8. */
export const wellFormed = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

/** What counts: neither silenced nor, unless asked for, a note. */
export function counting(
  findings: readonly CheckFinding[],
  { notes = false }: { notes?: boolean } = {},
): CheckFinding[] {
  return findings.filter(
    ({ suppressed, level }) => suppressed === null && (notes || level !== 'note'),
  );
}

/** Every finding of a result: the policy's own first, then file by file. */
export function allFindings({ policyFindings, files }: CheckResult): CheckFinding[] {
  return [...policyFindings, ...files.flatMap(({ findings }) => findings)];
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** In one line, without a full stop. */
export function summaryLine({ summary, diff }: CheckResult): string {
  const { files, errors, warnings, ignored, baselined } = summary;
  const parts = [
    `${plural(files, 'file')} ${diff === undefined ? 'checked' : 'compared'}`,
    plural(errors, 'error'),
    plural(warnings, 'warning'),
    ...(ignored > 0 ? [`${ignored} ignored`] : []),
    ...(baselined > 0 ? [`${baselined} in the baseline`] : []),
  ];
  return parts.join(', ');
}

/** What became of a file in a comparison, in words. */
export function changeWords(
  { change, path }: FileResult,
  display: (path: string) => string,
): string {
  if (change === undefined) return '';
  const mark = {
    lost: ', watermark lost',
    replaced: ', another watermark',
    gained: ', watermark gained',
  };
  const words = mark[change.watermark as keyof typeof mark] ?? '';
  const from = change.from === null || change.from === path ? '' : `, was ${display(change.from)}`;
  return `${change.credentials === 'none' ? 'no credentials' : change.credentials}${words}${from}`;
}
