/**
 * What the classifier says of the families' pictures beside real ones that were enlarged alike: `npx tsx bench/detect-families.ts --pictures
 * FOLDER [--count 40] [--only NAME ...]`, where FOLDER is what training/families/pictures.py wrote. Adds to bench/results/detect-families.json, by the classifier's hash,
 * and prints a table.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inspectImage } from '../src/detect/index.js';
import { decodeImage, encodeImage, resizePixels } from '../src/image/index.js';
import { createModelStore } from '../src/onnx/index.js';

const RESULTS = 'bench/results/detect-families.json';
/** As `imprint generate --family` enlarges. */
const SIDE = 512;
/** Folder, and the real pictures that are its like. */
const FOLDERS = {
  vae: 'real',
  gan: 'real',
  ddpm: 'real',
  flow: 'real-32',
  'latent-diffusion-512': 'real-256',
  'consistency-512': 'real-256',
  real: null,
  'real-32': null,
  'real-256': null,
} as const;
type Folder = keyof typeof FOLDERS;

interface Row {
  count: number;
  likelyAi: number;
  inconclusive: number;
  /** Mean of the classifier's score. */
  score: number;
}

const { values } = parseArgs({
  options: {
    pictures: { type: 'string' },
    count: { type: 'string', default: '40' },
    only: { type: 'string', multiple: true },
  },
});
if (values.pictures === undefined) throw new TypeError('--pictures expected a folder');
const count = Number(values.count);
const models = createModelStore({ threads: 1 });

async function rowOf(folder: Folder): Promise<Row> {
  const row = { count, likelyAi: 0, inconclusive: 0, score: 0 };
  for (let n = 1; n <= count; n++) {
    const bytes = readFileSync(join(values.pictures!, folder, `${n}.png`));
    const { pixels } = await decodeImage(bytes);
    const large = await encodeImage(await resizePixels(pixels, SIDE, SIDE), { format: 'png' });
    const { verdict, pixels: seen } = await inspectImage(large, {
      tool: { name: 'imprint', version: '0' },
      models,
      watermark: false,
    });
    if (verdict.state === 'likely-ai') row.likelyAi++;
    if (verdict.state === 'inconclusive') row.inconclusive++;
    row.score += (seen?.classifier?.score ?? 0) / count;
  }
  return row;
}

const { models: entries } = await models.manifest();
const sha = entries.find(({ name }) => name === 'classifier')!.sha256.slice(0, 12);
const all = existsSync(RESULTS)
  ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Record<string, Partial<Record<Folder, Row>>>)
  : {};
const rows: Partial<Record<Folder, Row>> = { ...all[sha] };
for (const folder of Object.keys(FOLDERS) as Folder[]) {
  if (values.only?.includes(folder) === false) continue;
  if (!existsSync(join(values.pictures, folder, `${count}.png`))) continue;
  rows[folder] = await rowOf(folder);
  process.stderr.write(`${folder} ${JSON.stringify(rows[folder])}\n`);
}
await models.dispose();
writeFileSync(RESULTS, `${JSON.stringify({ ...all, [sha]: rows }, null, 2)}\n`);

console.log('| pictures | `likely-ai` | `inconclusive` | mean score | real ones enlarged alike |');
console.log('| --- | --- | --- | --- | --- |');
for (const [folder, like] of Object.entries(FOLDERS) as [Folder, Folder | null][]) {
  const row = rows[folder];
  if (row === undefined || like === null) continue;
  const real = rows[like];
  const beside = real === undefined ? '' : `${real.likelyAi} of ${real.count}`;
  console.log(
    `| ${folder} | ${row.likelyAi} of ${row.count} | ${row.inconclusive} | ${row.score.toFixed(2)} | ${beside} |`,
  );
}
