/** Small words that several parts of a note share. */

/** One subject of the report; `level` says how to show it. */
export interface NoteLine {
  text: string;
  level: 'plain' | 'warning' | 'error';
}

/** Never 0 or 1: no evidence here proves that much. */
export function describeScore(value: number): string {
  if (value > 0.99) return '> 0.99';
  return value < 0.01 ? '< 0.01' : value.toFixed(2);
}

export function describeSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
