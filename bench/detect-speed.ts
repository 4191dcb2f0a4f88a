/**
 * Processor time of an inspection by stage, what the fast search saves and gives away, and memory of a batch: writes
 * docs/detector-speed.md. `npm run bench:detect-speed -- --photos FOLDER [--pictures 6]`, behind a build; a picture made from a
 * seed, the same on any machine, stands beside the photographs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { decodeImage, encodeImage, flattenPixels, resizePixels } from '../src/image/index.js';
import { batchMemory, haveProc } from '../test/support/batch-memory.js';
import { texturedPicture } from '../test/support/picture.js';
import { aboutThisRun } from './c2pa/machine.js';
import { measureSearches, searchTable } from './speed/fast-search.js';
import type { Timing } from './speed/inspections.js';
import { timeInspections } from './speed/inspections.js';
import { chooseImages, parseSource } from './watermark/images.js';

const { values: options } = parseArgs({
  options: {
    photos: { type: 'string' },
    pictures: { type: 'string', default: '6' },
    batch: { type: 'string', default: '1000' },
  },
});
if (options.photos === undefined) throw new Error('--photos needs a folder');
const sources = [parseSource(options.photos)];
const pictures = Number(options.pictures);

const SIZES = [
  { name: '1 megapixel', pixels: 1e6, bar: 400, runs: 2 },
  { name: '12 megapixels', pixels: 12e6, bar: 1500, runs: 1 },
];

const photos = await chooseImages('photographs', sources, pictures);
const jpeg = (pixels: Parameters<typeof encodeImage>[0]): Promise<Uint8Array> =>
  encodeImage(pixels, { format: 'jpeg', quality: 90 });

async function photoOf(file: string, area: number): Promise<Uint8Array> {
  const pixels = flattenPixels((await decodeImage(readFileSync(file))).pixels);
  const scale = Math.sqrt(area / (pixels.width * pixels.height));
  return jpeg(
    await resizePixels(pixels, Math.round(pixels.width * scale), Math.round(pixels.height * scale)),
  );
}

const rows: string[] = [];
const row = (what: string, search: string, bar: number, { total, least, stages, peak }: Timing) => {
  const shown = Object.entries(stages)
    .filter(([, ms]) => ms >= 5)
    .map(([stage, ms]) => `${stage} ${ms}`);
  rows.push(
    `| ${what} | ${search} | ${total} | ${least} | ${bar} | ${shown.join(', ')} | ${peak} |`,
  );
  console.error(rows.at(-1));
};
for (const { name, pixels, bar, runs } of SIZES) {
  const side = Math.sqrt(pixels / 12);
  const made = await jpeg(texturedPicture(Math.round(4 * side), Math.round(3 * side)));
  const files = [];
  for (const { file } of photos) files.push(await photoOf(file, pixels));
  for (const search of ['full', 'fast'] as const) {
    row(`${name}, photographs`, search, bar, await timeInspections(files, runs, { search }));
    row(`${name}, made`, search, bar, await timeInspections([made], 3 * runs, { search }));
  }
}
const load = loadavg()[1]!.toFixed(1);
const searches = searchTable(await measureSearches(sources, pictures));
const batch = haveProc ? await batchMemory(Number(options.batch), ['--search', 'fast']) : null;

writeFileSync(
  new URL('../docs/detector-speed.md', import.meta.url),
  `# Speed of the detector

Written by \`npm run bench:detect-speed -- --photos FOLDER\`. ${aboutThisRun('sharp')} Other work kept ${load} processes
waiting meanwhile (load average), which lengthens processor time too.

JPEG of quality 90 without marks, all signals. The photographs are ${photos.length} of the bench of the watermark, brought to size; the
picture that is made from a seed is full of waves, which the search for a mark follows in vain. Total: median and least
processor time of one inspection, all threads together. Stages of 5 ms or more: median wall time. Memory: highest
resident set of the process so far.

| picture | search | total, ms | least, ms | bar, ms | stages, ms | memory, MiB |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

Most of it is the blind search for a mark that was turned, scaled or cut (\`watermark\`). It is not left out when cheaper
signals have decided: a mark under a secret key outranks nearly all of them, and may contradict them.
\`createInspector({ watermark: false })\` leaves it out, and the report says so.

## The fast search

\`verify --search fast\` and \`createInspector({ search: 'fast' })\`, for services and large batches: the image as it is,
mirrored, turned by any angle, scaled, stretched, and cut as long as a third of its sides is left (of a turned image half). Not
searched for: smaller parts, images that stand in something larger, and photographs of screens and prints at a slant. The
report says in \`watermarks[].search\` that the search was fast. The bound on false positives is that of the full search, which
looks at more. Readings of marked photographs (${photos.length}), with every attack that is read less often:

${searches}

## Memory of a batch

${
  batch === null
    ? 'Not measured: this needs Linux.'
    : `\`verify --ndjson --search fast\` over ${batch.answers} files of 8 kinds, on all cores: largest resident set within each tenth of the
files, MiB: ${batch.tenths.join(', ')}. A slow test holds the last three tenths to 1.15 times the second to fourth.`
}
`,
);
