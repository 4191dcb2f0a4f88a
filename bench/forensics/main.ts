/**
 * The power of every forensic observation on manipulations of known kind, what it says about untouched files, and what
 * it costs: `npm run bench:forensics -- --photos FOLDER --large FOLDER --cameras FOLDER [--wild LABEL=FOLDER ...]`.
 * Writes bench/results/forensics.json and the tables between the bench marks of docs/forensics.md.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { encodeImage } from '../../src/image/index.js';
import { aboutThisRun } from '../c2pa/machine.js';
import { CONDITIONS, EXPERIMENTS } from './experiments.js';
import { measureFile, processorTime, score, type Measurements } from './measure.js';
import {
  listImages,
  readBytes,
  reducedBases,
  reducedCrops,
  tryDecode,
  type Base,
} from './pictures.js';
import { areaUnderCurve, median } from './statistics.js';
import { renderPage, type PowerRow, type Results, type WildRow } from './tables.js';
import { measureThumbnails } from './thumbnails.js';

const { values: options } = parseArgs({
  options: {
    photos: { type: 'string' },
    large: { type: 'string' },
    cameras: { type: 'string' },
    wild: { type: 'string', multiple: true, default: [] },
    limit: { type: 'string', default: '24' },
    'wild-limit': { type: 'string', default: '60' },
    only: { type: 'string' },
  },
});
const folder = (name: 'photos' | 'large' | 'cameras'): string => {
  const path = options[name];
  if (path === undefined || !existsSync(path)) throw new Error(`--${name} needs a folder`);
  return path;
};
const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const limit = Number(options.limit);
const experiments = EXPERIMENTS.filter(({ observation }) =>
  observation.includes(options.only ?? ''),
);

/** One picture under one condition, asked only what some experiment asks. */
async function measureAll(bases: readonly Base[]): Promise<Map<string, Measurements[]>> {
  const asked = new Map<string, Set<string>>();
  for (const { observation, positives, negatives } of experiments) {
    for (const name of [...positives, ...negatives]) {
      asked.set(name, (asked.get(name) ?? new Set()).add(observation));
    }
  }
  const out = new Map<string, Measurements[]>();
  for (const [name, ids] of asked) {
    const make = CONDITIONS[name];
    if (make === undefined) throw new Error(`no condition named ${name}`);
    const rows: Measurements[] = [];
    for (const [i, { pixels }] of bases.entries()) {
      const bytes = await make(pixels, bases[(i + 1) % bases.length]!.pixels);
      rows.push(await measureFile(bytes, ids));
    }
    out.set(name, rows);
    console.error(`${name}: ${rows.length} pictures`);
  }
  return out;
}

function powerRows(measured: ReadonlyMap<string, readonly Measurements[]>): PowerRow[] {
  return experiments.flatMap(({ observation, figure, positives, negatives }) => {
    const of = (name: string) => measured.get(name)!.map((row) => row[observation]!);
    const scores = (name: string): number[] => of(name).map((one) => score(one, figure));
    const observed = (name: string): number =>
      of(name).filter(({ status }) => status === 'observed').length;
    const pooled = negatives.flatMap(scores);
    const falseAlarms = negatives.reduce((sum, name) => sum + observed(name), 0);
    return positives.map((name) => ({
      observation,
      condition: name,
      hits: observed(name),
      positives: of(name).length,
      falseAlarms,
      negatives: pooled.length,
      area: areaUnderCurve(scores(name), pooled),
    }));
  });
}

async function wildRow(label: string, path: string): Promise<WildRow> {
  const files = listImages(path);
  const step = Math.max(1, Math.floor(files.length / Number(options['wild-limit'])));
  const row: WildRow = { label, files: 0, observed: {}, applicable: {} };
  for (let i = 0; i < files.length; i += step) {
    const bytes = readBytes(files[i]!);
    if ((await tryDecode(bytes)) === null) continue;
    row.files++;
    for (const [id, { status }] of Object.entries(await measureFile(bytes))) {
      if (status !== 'not-applicable') row.applicable[id] = (row.applicable[id] ?? 0) + 1;
      if (status === 'observed') row.observed[id] = (row.observed[id] ?? 0) + 1;
    }
  }
  console.error(`${label}: ${row.files} files`);
  return row;
}

const photos = listImages(folder('photos'));
const large = listImages(folder('large'));
const bases = [
  ...(await reducedBases(photos, limit, 600)),
  ...(await reducedCrops(large, Math.max(1, Math.round(limit / 12)), 640, 0.24)),
];
console.error(`${bases.length} pictures to start from`);
const power = powerRows(await measureAll(bases));
if (options.only !== undefined) {
  for (const row of power) console.log(JSON.stringify(row));
} else {
  const thumbnails = await measureThumbnails(listImages(folder('cameras')));
  const wild: WildRow[] = [];
  for (const text of options.wild) {
    const cut = text.indexOf('=');
    wild.push(await wildRow(text.slice(0, cut), text.slice(cut + 1)));
  }
  const megapixel = (await reducedCrops(large, 1, 1024, 0.45))[0]!;
  const speed = await processorTime(
    await encodeImage(megapixel.pixels, { format: 'jpeg', quality: 90 }),
    15,
  );
  const results: Results = {
    about: aboutThisRun('sharp'),
    load: loadavg()[1]!,
    bases: bases.length,
    power,
    thumbnails,
    wild,
    speed: {
      all: { median: median(speed.all), least: Math.min(...speed.all) },
      each: Object.fromEntries(
        Object.entries(speed.each).map(([id, times]) => [
          id,
          { median: median(times), least: Math.min(...times) },
        ]),
      ),
    },
  };
  mkdirSync(at('bench/results'), { recursive: true });
  writeFileSync(at('bench/results/forensics.json'), `${JSON.stringify(results, null, 1)}\n`);
  const page = at('docs/forensics.md');
  writeFileSync(page, renderPage(readFileSync(page, 'utf8'), results));
  execFileSync('npx', ['prettier', '--write', page], { stdio: 'ignore' });
}
