/** The report for people, in 80 columns. Every string of the file is escaped. */
import colours from 'picocolors';
import { printable } from '../../core/index.js';
import type { NoteLine, Report } from '../../provenance/index.js';
import { buildNote } from '../../provenance/index.js';
import { rubricLines } from './rubric.js';
import { wrap } from './wrap.js';

type Palette = ReturnType<typeof colours.createColors>;
type Paint = (text: string) => string;

const LABEL_WIDTH = 12;

/** Several lines, ending in a line break. */
export function renderReport(report: Report, colour: boolean): string {
  const paint = colours.createColors(colour);
  const note = buildNote(report);
  const lines = [
    `${paint.bold(note.name)}  ${note.file}`,
    '',
    `${'Verdict'.padEnd(LABEL_WIDTH)}${paint.bold(note.verdict)}, ${note.score}`,
    ...row('', note.summary),
    ...rows('Credentials', note.credentials, paint),
    ...rows('Watermark', note.watermark, paint),
    ...rows('Metadata', note.metadata, paint),
    ...rows('Pixels', note.pixels, paint),
  ];
  if (note.reasons.length > 0) lines.push('', 'Reasons');
  note.reasons.forEach(({ finding, strength, where, explain }, index) => {
    lines.push(
      ...wrap(`${finding} [${strength}]`, `  ${index + 1}. `),
      ...wrap(`${where}: ${explain}`, '     ').map(paint.dim),
    );
  });
  if (note.moreReasons > 0) lines.push(`  and ${note.moreReasons} more in --json`);
  for (const clash of note.clashes) {
    lines.push('', ...wrap(`Clash: ${clash}`).map(paint.yellow));
  }
  if (note.findings.length > 0) lines.push('', 'Findings');
  for (const { ruleId, level, message, code } of note.findings) {
    const text = `${level}: ${message}${code === null ? '' : ` (${printable(code, 80)})`}`;
    lines.push(...wrap(text, `  ${ruleId} `).map(level === 'error' ? paint.red : paint.yellow));
  }
  if (report.rubric !== undefined) lines.push('', ...rubricLines(report.rubric, paint));
  lines.push(
    ...list('Not found', note.notFound),
    ...list('Not checked', note.notChecked),
    '',
    ...wrap(`False positives: ${note.falsePositives}.`),
    ...list('Would change this', note.wouldChange),
  );
  return `${lines.join('\n')}\n`;
}

function row(label: string, text: string): string[] {
  return wrap(text, label.padEnd(LABEL_WIDTH));
}

function rows(label: string, lines: readonly NoteLine[], paint: Palette): string[] {
  const plain: Paint = (text) => text;
  const colourOf = { plain, warning: paint.yellow, error: paint.red };
  return lines.flatMap(({ text, level }, index) =>
    row(index === 0 ? label : '', text).map((line) => {
      const told = line.slice(LABEL_WIDTH);
      return line.slice(0, LABEL_WIDTH) + colourOf[level](told);
    }),
  );
}

function list(title: string, entries: readonly string[]): string[] {
  if (entries.length === 0) return [];
  return ['', title, ...entries.flatMap((entry) => wrap(entry, '  - '))];
}
