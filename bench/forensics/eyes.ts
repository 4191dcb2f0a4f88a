/**
 * What the highlights of two eyes are worth: how often eyes are found, where they are known to be and where there are none, and how
 * far overlaps of generated faces differ from those of photographs. `npm run bench:eyes -- --data FOLDER [--limit 200]`: the folder
 * of the sources of training/classifier/sources.json. Writes bench/results/eyes.json and the table in docs/forensics.md.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compareHighlights } from '../../src/detect/signals/forensics/eye-highlights.js';
import { findEyes, type Eyes } from '../../src/detect/signals/forensics/eye-finder.js';
import { aboutThisRun } from '../c2pa/machine.js';
import { filesOf, readSources } from '../detect/sources.js';
import { markdownTable } from '../watermark/markdown.js';
import { tryDecode } from './pictures.js';
import { areaUnderCurve, median } from './statistics.js';

const { values: options } = parseArgs({
  options: { data: { type: 'string' }, limit: { type: 'string', default: '200' } },
});
if (options.data === undefined) throw new Error('--data needs a folder');

/** Generated faces, cut so that the eyes stand in one place (FFHQ's alignment); photographs of all kinds. */
const ALIGNED = ['stylegan3', 'stylegan2'];
const PHOTOGRAPHS = ['open-images', 'exif-samples', 'cyclegan-reals', 'dreambooth'];

/** Whether eyes stand where the alignment puts them in faces that look at the camera. */
function isInPlace({ left, right }: Eyes, width: number, height: number): boolean {
  const near = (x: number, y: number, at: number): boolean =>
    Math.abs(x / width - at) < 0.04 && Math.abs(y / height - 0.465) < 0.04;
  return near(left.x, left.y, 0.38) && near(right.x, right.y, 0.62);
}

interface Row {
  source: string;
  pictures: number;
  found: number;
  inPlace: number | null;
  overlaps: number[];
}

async function measure(name: string): Promise<Row> {
  const source = readSources().find((one) => one.name === name)!;
  const row: Row = { source: name, pictures: 0, found: 0, inPlace: null, overlaps: [] };
  const aligned = ALIGNED.includes(name);
  if (aligned) row.inPlace = 0;
  for (const file of filesOf(source, options.data!).slice(0, Number(options.limit))) {
    const image = await tryDecode(readFileSync(join(options.data!, source.folder!, file)));
    if (image === null) continue;
    const { pixels } = image;
    row.pictures++;
    const eyes = findEyes(pixels);
    if (eyes === null) continue;
    row.found++;
    const right = aligned && isInPlace(eyes, pixels.width, pixels.height);
    if (right) row.inPlace!++;
    // Of generated faces only what is known to be eyes; of photographs whatever would be reported.
    const highlights = aligned && !right ? null : compareHighlights(pixels, eyes);
    if (highlights !== null) row.overlaps.push(highlights.overlap);
  }
  return row;
}

const rows: Row[] = [];
for (const name of [...ALIGNED, ...PHOTOGRAPHS]) rows.push(await measure(name));
const overlaps = (names: readonly string[]): number[] =>
  rows.filter(({ source }) => names.includes(source)).flatMap((row) => row.overlaps);
// A smaller overlap should speak for a generator.
const area = areaUnderCurve(
  overlaps(ALIGNED).map((value) => -value),
  overlaps(PHOTOGRAPHS).map((value) => -value),
);
const results = { about: aboutThisRun('sharp'), area, rows };
writeFileSync('bench/results/eyes.json', `${JSON.stringify(results, null, 1)}\n`);

const table = markdownTable(
  ['source', 'pictures', 'eyes found', 'where eyes are', 'with highlights', 'median overlap'],
  rows.map(({ source, pictures, found, inPlace, overlaps }) => [
    source,
    String(pictures),
    String(found),
    inPlace === null ? '-' : String(inPlace),
    String(overlaps.length),
    overlaps.length === 0 ? '-' : median(overlaps).toFixed(2),
  ]),
);
const text = `Made by \`npm run bench:eyes\`. ${results.about}

${table}

"Where eyes are" is known for the faces of StyleGAN alone, which are cut so that they stand in one place; of those only such pairs are
compared. Among the photographs whatever is found counts, as in a report. Area under the curve of the overlap, generated faces
(${overlaps(ALIGNED).length}) against photographs (${overlaps(PHOTOGRAPHS).length}): ${area.toFixed(3)}.`;
const PAGE = 'docs/forensics.md';
const page = readFileSync(PAGE, 'utf8');
const marks = /(<!-- eyes:start -->)[\s\S]*?(<!-- eyes:end -->)/;
writeFileSync(
  PAGE,
  page.replace(marks, (_, start: string, end: string) => `${start}\n\n${text}\n\n${end}`),
);
execFileSync('npx', ['prettier', '--write', PAGE], { stdio: 'ignore' });
