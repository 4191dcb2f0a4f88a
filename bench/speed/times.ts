/** Processor time and stages of single inspections, at the sizes that have a bar. */
import { readFileSync } from 'node:fs';
import { decodeImage, encodeImage, flattenPixels, resizePixels } from '../../src/image/index.js';
import type { Pixels } from '../../src/image/index.js';
import type { Search } from '../../src/watermark/index.js';
import { texturedPicture } from '../../test/support/picture.js';
import type { Source } from '../watermark/images.js';
import { chooseImages } from '../watermark/images.js';
import { markdownTable } from '../watermark/markdown.js';
import type { Timing } from './inspections.js';
import { timeInspections } from './inspections.js';

export interface TimeRow extends Timing {
  picture: string;
  search: Search;
  /** What the median has to stay below, ms. */
  bar: number;
}

const SIZES = [
  { name: '1 megapixel', pixels: 1e6, bar: 400, runs: 2 },
  { name: '12 megapixels', pixels: 12e6, bar: 1500, runs: 1 },
];

const jpeg = (pixels: Pixels): Promise<Uint8Array> =>
  encodeImage(pixels, { format: 'jpeg', quality: 90 });

async function photoOf(file: string, area: number): Promise<Uint8Array> {
  const pixels = flattenPixels((await decodeImage(readFileSync(file))).pixels);
  const scale = Math.sqrt(area / (pixels.width * pixels.height));
  return jpeg(
    await resizePixels(pixels, Math.round(pixels.width * scale), Math.round(pixels.height * scale)),
  );
}

export async function measureTimes(sources: Source[], pictures: number): Promise<TimeRow[]> {
  const photos = await chooseImages('photographs', sources, pictures);
  const rows: TimeRow[] = [];
  for (const { name, pixels, bar, runs } of SIZES) {
    const side = Math.sqrt(pixels / 12);
    const made = await jpeg(texturedPicture(Math.round(4 * side), Math.round(3 * side)));
    const files = [];
    for (const { file } of photos) files.push(await photoOf(file, pixels));
    for (const search of ['full', 'fast'] as const) {
      for (const [kind, of, rounds] of [
        ['photographs', files, runs],
        ['made', [made], 3 * runs],
      ] as const) {
        const timing = await timeInspections(of, rounds, { search });
        rows.push({ picture: `${name}, ${kind}`, search, bar, ...timing });
        console.error(JSON.stringify(rows.at(-1)));
      }
    }
  }
  return rows;
}

export function timeTable(rows: readonly TimeRow[]): string {
  return markdownTable(
    ['picture', 'search', 'total, ms', 'least, ms', 'bar, ms', 'stages, ms', 'memory, MiB'],
    rows.map(({ picture, search, total, least, bar, stages, peak }) => {
      const shown = Object.entries(stages).filter(([, ms]) => ms >= 5);
      const list = shown.map(([stage, ms]) => `${stage} ${ms}`).join(', ');
      return [picture, search, ...[total, least, bar].map(String), list, String(peak)];
    }),
  );
}

/** Which medians stand above their bar, and by how much. */
export function barText(rows: readonly TimeRow[]): string {
  const above = rows.filter(({ total, bar }) => total > bar);
  if (above.length === 0) return 'Every median is within its bar.';
  const list = above.map(
    ({ picture, search, total, bar }) => `${picture}, ${search} search: ${total - bar} ms`,
  );
  return `Above the bar: ${list.join('; ')}.`;
}
