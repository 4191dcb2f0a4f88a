/** Each check of a rubric on its line, and the score. */
import type colours from 'picocolors';
import { printable } from '../../core/index.js';
import type { RubricCheck, RubricReport } from '../../provenance/index.js';

type Palette = ReturnType<typeof colours.createColors>;

const WORD: Record<RubricCheck['status'], string> = {
  pass: 'pass',
  fail: 'FAIL',
  warn: 'warn',
  error: 'ERROR',
};

/** Lines without line breaks. */
export function rubricLines(rubric: RubricReport, paint: Palette): string[] {
  const { name, passed, total, checks, problem } = rubric;
  const title = `Rubric      ${printable(name, 100)}: `;
  if (checks.length === 0)
    return [title + paint.yellow(`nothing to check (${printable(problem ?? '')})`)];
  return [
    `${title}${passed} of ${total} checks pass`,
    ...checks.map(({ id, status, text }) => {
      const line = `  ${WORD[status].padEnd(6)}${printable(id, 80)}`;
      if (status === 'pass') return line;
      const told = `${line}: ${printable(text, 600)}`;
      return status === 'warn' ? paint.yellow(told) : paint.red(told);
    }),
  ];
}
