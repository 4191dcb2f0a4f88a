/** Cells of the tables. */

export function percent(value: number): string {
  return Number.isFinite(value) ? `${(100 * value).toFixed(1)} %` : '–';
}

export function three(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : '–';
}

export function row(...cells: (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}
