/** Cells and tables. */
import type { Count, QualitySummary, Spread } from './summary.js';

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

/** Heads and cells of the three measures of quality. */
export const QUALITY_HEAD = [
  ...['PSNR', '5 %', 'least'],
  ...['SSIM luma', '5 %', 'least'],
  ...['SSIM RGB', '5 %', 'least'],
] as const;

export function qualityCells({ psnr, ssim, ssimRgb }: QualitySummary): string[] {
  return [...spreadCells(psnr, 1), ...spreadCells(ssim, 4), ...spreadCells(ssimRgb, 4)];
}
