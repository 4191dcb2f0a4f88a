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

const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/**
 * An expected number of false alarms, to the figure that means something: `30`, `5`, `0.02`, `10⁻¹²`. Small ones are
 * rounded up to a power of ten.
 */
export function describeExpected(value: number): string {
  if (value >= 1) return Number(value.toPrecision(1)).toLocaleString('en-GB');
  if (value >= 0.001) return String(Number(value.toPrecision(1)));
  const power = value > 0 ? -Math.ceil(Math.log10(value) - 1e-9) : 300;
  return `${value > 0 ? '' : '< '}10⁻${[...String(power)].map((digit) => SUPERSCRIPT[Number(digit)]).join('')}`;
}
