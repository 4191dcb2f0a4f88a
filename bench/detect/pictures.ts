/** The pictures of docs/detector: the reliability diagram and the worst mistakes, the latter only where the licence allows. */
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Scored } from './calibrate.js';
import type { ReliabilityBin } from './figures.js';
import type { Source } from './sources.js';

const TILE = 176;
const WORST = 10;

export function reliabilitySvg(bins: readonly ReliabilityBin[]): string {
  const [size, edge] = [320, 36];
  const place = (x: number, y: number): string =>
    `${(edge + x * size).toFixed(1)},${(edge + (1 - y) * size).toFixed(1)}`;
  const seen = bins.filter(({ count }) => count > 0);
  const dots = seen.map(({ predicted, observed }) => {
    const [cx, cy] = place(predicted, observed).split(',');
    return `<circle cx="${cx}" cy="${cy}" r="4" fill="#1b5faa"/>`;
  });
  const line = seen.map(({ predicted, observed }) => place(predicted, observed)).join(' ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size + 2 * edge}" height="${size + 2 * edge}" font-family="sans-serif" font-size="11">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    `<rect x="${edge}" y="${edge}" width="${size}" height="${size}" fill="none" stroke="#888"/>`,
    `<polyline points="${place(0, 0)} ${place(1, 1)}" stroke="#bbb" fill="none"/>`,
    `<polyline points="${line}" stroke="#1b5faa" fill="none"/>`,
    ...dots,
    `<text x="${edge + size / 2}" y="${size + edge + 26}" text-anchor="middle">predicted probability of synthetic</text>`,
    `<text x="14" y="${edge + size / 2}" text-anchor="middle" transform="rotate(-90 14 ${edge + size / 2})">observed share</text>`,
    '</svg>',
    '',
  ].join('\n');
}

/** Markdown of both lists, with the pictures written to docs/detector/worst. */
export async function worstPictures(
  clean: readonly Scored[],
  generated: readonly Scored[],
  sources: readonly Source[],
  data: string,
): Promise<string[]> {
  const folder = 'docs/detector/worst';
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  const byName = new Map(sources.map((source) => [source.name, source]));
  const shown = (records: readonly Scored[]): Scored[] =>
    records.filter(({ source }) => byName.get(source)?.show === true);
  const positives = shown(clean)
    .filter(({ label }) => label === 0)
    .sort((a, b) => b.logOdds - a.logOdds)
    .slice(0, WORST);
  const negatives = shown(generated)
    .sort((a, b) => a.logOdds - b.logOdds)
    .slice(0, WORST);
  const lines: string[] = [
    '## The worst mistakes',
    '',
    'Only pictures whose licence allows showing them; reduced.',
    '',
  ];
  for (const [title, name, records] of [
    ['Real, and looks most synthetic', 'false-positive', positives],
    ['Synthetic, and looks least so', 'false-negative', negatives],
  ] as const) {
    lines.push(`### ${title}`, '', '| | picture | log-odds | credit |', '|---|---|---|---|');
    for (const [i, { source, file, logOdds }] of records.entries()) {
      const { folder: below, origin, licence } = byName.get(source)!;
      const target = `${name}-${String(i + 1).padStart(2, '0')}.webp`;
      await sharp(readFileSync(join(data, below!, file)))
        .rotate()
        .resize(TILE, TILE, { fit: 'inside' })
        .flatten({ background: '#fff' })
        .webp({ quality: 80 })
        .toFile(join(folder, target));
      lines.push(
        `| ![](detector/worst/${target}) | \`${file.replaceAll('|', '')}\` | ${logOdds.toFixed(2)} | ${origin}, ${licence} |`,
      );
    }
    lines.push('');
  }
  return lines;
}
