/** Processor time and memory, with the ratio to dwtDctSvd. */
import { markdownTable } from './markdown.js';
import type { SpeedRow } from './speed.js';

/** What ours is compared with: the stronger of the two fast methods of invisible-watermark. */
const YARDSTICK = 'dwtDctSvd';

export function speedTable(rows: readonly SpeedRow[]): string[] {
  if (rows.length === 0) return [];
  const ms = (value: number | null): string => (value === null ? '-' : `${value.toFixed(0)} ms`);
  const perMegapixel = (value: number, side: number): string =>
    `${(value / ((side * side) / 1e6)).toFixed(0)} ms`;
  const ratio = (row: SpeedRow, of: 'encode' | 'decode'): string => {
    const other = rows.find(({ method, side }) => method === YARDSTICK && side === row.side);
    return other ? `${(row[of] / other[of]).toFixed(2)}` : '-';
  };
  return [
    '### Speed and memory',
    'Processor time on one core, best of some rounds, each size in a process of its own. "Decode" is of an untouched ' +
      'marked picture; "search" is of a picture without a mark, where everything is tried. Memory is the peak of ' +
      `the whole process, runtime and libraries included. The ratios are to ${YARDSTICK}.`,
    markdownTable(
      [
        'method',
        'picture',
        'encode',
        'per megapixel',
        'ratio',
        'decode',
        'per megapixel',
        'ratio',
        'search',
        'memory',
      ],
      rows.map((row) => [
        row.method,
        `${row.side} x ${row.side}`,
        ms(row.encode),
        perMegapixel(row.encode, row.side),
        ratio(row, 'encode'),
        ms(row.decode),
        perMegapixel(row.decode, row.side),
        ratio(row, 'decode'),
        ms(row.search),
        `${(row.peakBytes / 1e6).toFixed(0)} MB`,
      ]),
    ),
  ];
}
