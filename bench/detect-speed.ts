/**
 * Processor time of an inspection by stage, what the fast search saves and gives away, and memory of a batch. `npm run
 * bench:detect-speed -- [--phase times|search|memory] [--photos FOLDER] [--pictures 6] [--minutes 60] [--batch 1000]` writes
 * bench/results/detect-speed.json and docs/detector-speed.md. Needs `npm run build`. A picture made from a seed, the same on
 * any machine, stands beside the photographs.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { BatchMemory } from '../test/support/batch-memory.js';
import { batchMemory } from '../test/support/batch-memory.js';
import { aboutThisRun } from './c2pa/machine.js';
import { memoryText } from './speed/batch.js';
import type { Searches } from './speed/fast-search.js';
import { measureSearches, searchTable } from './speed/fast-search.js';
import type { TimeRow } from './speed/times.js';
import { barText, measureTimes, timeTable } from './speed/times.js';
import { parseSource } from './watermark/images.js';

interface Run {
  about: string;
  /** Mean number of processes that wanted a processor. */
  load: number;
}
interface Bench {
  times?: Run & { pictures: number; rows: TimeRow[] };
  search?: Run & Searches;
  memory?: Run & BatchMemory;
}

const RESULTS = 'bench/results/detect-speed.json';
const PAGE = 'docs/detector-speed.md';

const { values } = parseArgs({
  options: {
    phase: { type: 'string' },
    photos: { type: 'string', default: '../shared/assets/photos/dreambooth' },
    pictures: { type: 'string', default: '6' },
    minutes: { type: 'string', default: '60' },
    batch: { type: 'string', default: '1000' },
  },
});
const wants = (phase: string): boolean => values.phase === undefined || values.phase === phase;
const sources = [parseSource(values.photos)];
const pictures = Number(values.pictures);
const thisRun = (): Run => ({
  about: aboutThisRun('sharp'),
  load: Math.round(10 * loadavg()[1]!) / 10,
});

const bench: Bench = existsSync(RESULTS)
  ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Bench)
  : {};
if (wants('times')) {
  bench.times = { rows: await measureTimes(sources, pictures), pictures, ...thisRun() };
}
if (wants('search')) {
  const minutes = Number(values.minutes);
  bench.search = {
    ...(await measureSearches({ sources, limit: pictures, minutes })),
    ...thisRun(),
  };
}
if (wants('memory')) {
  bench.memory = { ...(await batchMemory(Number(values.batch))), ...thisRun() };
}
writeFileSync(RESULTS, `${JSON.stringify(bench, null, 1)}\n`);

const measured = ({ about, load }: Run): string =>
  `${about} Other work kept ${load} processes waiting meanwhile (load average), which lengthens processor time too.`;
const parts = [
  '# Speed of the detector',
  'Written by `npm run bench:detect-speed`; each part says on what and when it was measured.',
];
if (bench.times !== undefined) {
  parts.push(
    measured(bench.times),
    `JPEG of quality 90 without marks, all signals. The photographs are ${bench.times.pictures} of the bench of the watermark, brought to size; the picture that is made from a seed is full of waves, which the search for a mark follows in vain. Total: median and least processor time of one inspection, all threads together, behind twelve that are not counted; the first of the process, which loads the engines, took ${bench.times.rows[0]?.first ?? 0} ms. Stages of 5 ms or more: median wall time. Memory: highest resident set of the process so far.`,
    timeTable(bench.times.rows),
    barText(bench.times.rows),
    '`watermark` is for the most part the blind search for a mark that was turned, scaled or cut. It is not left out when cheaper signals have decided: a mark under a secret key outranks nearly all of them, and may contradict them. `createInspector({ watermark: false })` leaves it out, and the report says so.',
  );
}
parts.push(
  '## The fast search',
  "`verify --search fast`, `createInspector({ search: 'fast' })` and `serve --search fast`, for services and large batches: the image as it is, mirrored, turned by any angle, scaled, stretched, and cut as long as a third of its sides is left (of a turned image half) and margins around it add less than a fifth. Not searched for: smaller parts, images that stand in something larger (a screenshot, a collage, the corners that a turn by 45 degrees adds), and photographs of screens and prints at a slant. The report says in `watermarks[].search` that the search was fast. The bound on false positives is that of the full search, which looks at more.",
);
if (bench.search !== undefined) {
  parts.push(
    `Readings of ${bench.search.pictures} marked photographs after each attack of the bench of the watermark that moves pixels, covers them or combines such changes; below the groups, every attack that the fast search reads less often. The full search begins as the fast one does, so it reads whatever that reads. ${measured(bench.search)}`,
    searchTable(bench.search.rows),
  );
}
if (bench.memory !== undefined) {
  parts.push('## Memory of a batch', memoryText(bench.memory), measured(bench.memory));
}
writeFileSync(PAGE, `${parts.join('\n\n')}\n`);
execFileSync('npx', ['prettier', '--write', PAGE], { stdio: 'ignore' });
