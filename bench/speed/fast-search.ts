/** What `search: 'fast'` gives away: marked photographs under the attacks of `bench:watermark`, read both ways. */
import { embedWatermark, extractWatermark } from '../../src/watermark/index.js';
import { apply, attacksFor } from '../watermark/apply.js';
import { ATTACKS } from '../watermark/attacks/index.js';
import type { Category, Group } from '../watermark/attacks/index.js';
import { chooseImages, loadImage } from '../watermark/images.js';
import { markdownTable } from '../watermark/markdown.js';
import { payloadOf } from '../watermark/measure-marked.js';
import type { Source } from '../watermark/images.js';

export interface SearchRow {
  attack: string;
  group: Group;
  pictures: number;
  full: number;
  fast: number;
}

export interface Searches {
  pictures: number;
  rows: SearchRow[];
}

/** Where the two searches look differently; noise, colours and compression move nothing. */
const CATEGORIES: ReadonlySet<Category> = new Set(['geometry', 'splicing', 'combined']);

export interface SearchOptions {
  sources: Source[];
  /** Pictures at most. */
  limit: number;
  /** No picture is begun later. */
  minutes: number;
}

export async function measureSearches(options: SearchOptions): Promise<Searches> {
  const { sources, limit, minutes } = options;
  const images = await chooseImages('photographs', sources, limit);
  const attacks = ATTACKS.filter(({ category }) => CATEGORIES.has(category));
  const rows = new Map<string, SearchRow>();
  const end = Date.now() + 60_000 * minutes;
  let pictures = 0;
  for (const image of images) {
    if (Date.now() > end) break;
    const original = await loadImage(image);
    const payload = payloadOf(image.id);
    const marked = embedWatermark(original, { payload }).pixels;
    for (const attack of attacksFor(image, attacks, false)) {
      const after = await apply(attack, marked, { image, original, others: images });
      const { name, group } = attack;
      const row = rows.get(name) ?? { attack: name, group, pictures: 0, full: 0, fast: 0 };
      rows.set(name, row);
      row.pictures++;
      // The full search begins as the fast one does, so that what this reads, that reads.
      const fast = extractWatermark(after, { search: 'fast' }).payload === payload;
      const full = fast || extractWatermark(after).payload === payload;
      row.fast += fast ? 1 : 0;
      row.full += full ? 1 : 0;
    }
    pictures++;
    console.error(`${pictures}: ${image.id} read both ways`);
  }
  return { pictures, rows: [...rows.values()] };
}

/** The groups as a whole, then every attack that the fast search reads less often. */
export function searchTable(rows: readonly SearchRow[]): string {
  const share = (some: number, all: number): string => `${((100 * some) / all).toFixed(1)} %`;
  const line = (name: string, of: readonly SearchRow[]): string[] => {
    const sum = (key: 'full' | 'fast' | 'pictures'): number =>
      of.reduce((total, row) => total + row[key], 0);
    const n = sum('pictures');
    return [name, String(n), share(sum('full'), n), share(sum('fast'), n)];
  };
  const groups = [
    ['everyday changes', 'core'],
    ['hard', 'hard'],
    ['extreme', 'extreme'],
  ] as const;
  return markdownTable(
    ['marked photographs after', 'readings', 'full', 'fast'],
    [
      ...groups.map(([name, group]) =>
        line(
          `**${name}**`,
          rows.filter((row) => row.group === group),
        ),
      ),
      ...rows.filter(({ full, fast }) => fast < full).map((row) => line(row.attack, [row])),
    ],
  );
}
