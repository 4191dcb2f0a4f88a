/** The measured tail of the test statistic on unmarked pictures against the proved bound, as SVG. */
import { BIN_START, BIN_WIDTH } from './null-samples.js';

const WIDTH = 720;
const HEIGHT = 420;
const FRAME = { left: 64, right: 24, top: 32, bottom: 48 } as const;
const MAX_T = 6;
const MIN_LOG = -7;

/** P(X >= t) at the lower edge of each bin from 0 on, as far as anything was seen. */
export function empiricalTail(histogram: readonly number[]): { t: number; share: number }[] {
  const total = histogram.reduce((a, b) => a + b, 0);
  const tail: { t: number; share: number }[] = [];
  let above = 0;
  for (let bin = histogram.length - 1; bin >= 0; bin--) {
    above += histogram[bin]!;
    const t = BIN_START + bin * BIN_WIDTH;
    if (t < -1e-9) break;
    if (above > 0) tail.push({ t: Math.max(0, t), share: above / total });
  }
  return tail.reverse();
}

/** P(N(0, 1) >= t): Simpson's rule over the density up to t + 10. */
export function gaussianTail(t: number): number {
  const steps = 400;
  const step = 10 / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 ? 4 : 2;
    sum += weight * Math.exp(-((t + i * step) ** 2) / 2);
  }
  return (sum * step) / 3 / Math.sqrt(2 * Math.PI);
}

export function nullPlot(histogram: readonly number[]): string {
  const total = histogram.reduce((a, b) => a + b, 0);
  const x = (t: number): number => FRAME.left + (t / MAX_T) * (WIDTH - FRAME.left - FRAME.right);
  const y = (share: number): number => {
    const log = Math.max(MIN_LOG, Math.log10(share));
    return FRAME.top + (log / MIN_LOG) * (HEIGHT - FRAME.top - FRAME.bottom);
  };
  const point = (t: number, share: number): string => `${x(t).toFixed(1)},${y(share).toFixed(1)}`;
  const curve = (of: (t: number) => number): string =>
    Array.from({ length: 121 }, (_, i) => (i * MAX_T) / 120)
      .filter((t) => of(t) >= 10 ** MIN_LOG)
      .map((t) => point(t, of(t)))
      .join(' ');
  const line = (points: string, colour: string, dash = ''): string =>
    `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="2"${dash && ` stroke-dasharray="${dash}"`}/>`;
  const text = (at: readonly [number, number], words: string, anchor = 'start'): string =>
    `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" text-anchor="${anchor}">${words}</text>`;
  const grid: string[] = [];
  for (let t = 0; t <= MAX_T; t++) {
    grid.push(`<path d="M${x(t).toFixed(1)} ${FRAME.top}V${HEIGHT - FRAME.bottom}"/>`);
  }
  for (let log = 0; log >= MIN_LOG; log--) {
    grid.push(`<path d="M${FRAME.left} ${y(10 ** log).toFixed(1)}H${WIDTH - FRAME.right}"/>`);
  }
  const measured = empiricalTail(histogram).filter(({ t }) => t <= MAX_T);
  const legend = [
    ['#c0392b', 'proved bound exp(-t²/2)'],
    ['#7f8c8d', 'Gaussian tail'],
    ['#1f618d', `measured, ${total.toLocaleString('en-US')} readings`],
  ] as const;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<g stroke="#ddd">${grid.join('')}</g>`,
    ...Array.from({ length: MAX_T + 1 }, (_, t) =>
      text([x(t), HEIGHT - FRAME.bottom + 18], String(t), 'middle'),
    ),
    ...Array.from({ length: 1 - MIN_LOG }, (_, i) =>
      text([FRAME.left - 8, y(10 ** -i) + 4], i === 0 ? '1' : `1e-${i}`, 'end'),
    ),
    text([(FRAME.left + WIDTH - FRAME.right) / 2, HEIGHT - 10], 't', 'middle'),
    text([8, FRAME.top - 14], 'P(x &gt;= t)'),
    line(
      curve((t) => Math.exp((-t * t) / 2)),
      legend[0][0],
    ),
    line(curve(gaussianTail), legend[1][0], '6 4'),
    line(measured.map(({ t, share }) => point(t, share)).join(' '), legend[2][0]),
    ...legend.flatMap(([colour, words], i) => {
      const row = FRAME.top + 22 + 20 * i;
      return [
        line(`${WIDTH - 290},${row} ${WIDTH - 260},${row}`, colour, i === 1 ? '6 4' : ''),
        text([WIDTH - 252, row + 4], words),
      ];
    }),
    '</svg>',
    '',
  ].join('\n');
}
