/** Cells and tables. */
import type { Count, Spread } from './summary.js';

export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function percent(rate: number): string {
  return Number.isFinite(rate) ? `${(100 * rate).toFixed(1)} %` : '-';
}

/** Per cent, with the number of pictures; a dash where nothing was measured. */
export function share(count: Count | undefined): string {
  return !count || count.of === 0 ? '-' : `${percent(count.hits / count.of)} (${count.of})`;
}

export function spreadCells(spread: Spread, digits: number): string[] {
  return [spread.mean, spread.low, spread.least].map((value) =>
    Number.isFinite(value) ? value.toFixed(digits) : '-',
  );
}
