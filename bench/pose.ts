/**
 * Does the bundled model follow the skeleton of a person? `npx tsx bench/pose.ts [--count 32] [--models DIR]` writes bench/results/pose.json, the table of
 * docs/generator/pose.md and its sheet. The people, their keypoints and silhouettes are those of training/poses.py; prompts tell no pose.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { skeletonOfKeypoints } from '../src/generate/control/keypoints.js';
import type { Mask } from '../src/generate/control/masks.js';
import type { GenerateOptions } from '../src/generate/index.js';
import { createGenerator } from '../src/generate/index.js';
import { createPixels, decodeImage, encodeImage, resizePixels } from '../src/image/index.js';
import type { Pixels } from '../src/image/index.js';
import { createModelStore } from '../src/onnx/index.js';
import { mean, overlap, SIDE, smallDrawer, thingIn } from './small-pictures.js';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const PAGE = at('../docs/generator/pose.md');
const SHEET = at('../docs/generator/pose.jpg');
const SHOWN = 8;
const CELL = 192;
const GAP = 8;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '32' },
    threads: { type: 'string', default: '2' },
    models: { type: 'string', default: at('../models') },
  },
});
const count = Number(values.count);
const models = createModelStore({ dir: values.models, threads: Number(values.threads) });
const small = await smallDrawer(models);
const generator = createGenerator({ models });

interface Case {
  readonly prompt: string;
  readonly options: GenerateOptions;
  readonly body: Mask;
}

async function readCases(): Promise<Case[]> {
  const frames = JSON.parse(readFileSync(at('poses/keypoints.json'), 'utf8')) as {
    prompt: string;
  }[];
  const { pixels } = await decodeImage(readFileSync(at('poses/silhouettes.png')));
  return frames.map((frame, n) => {
    const bytes = new TextEncoder().encode(JSON.stringify(frame));
    const [left, top] = [SIDE * (n % 8), SIDE * Math.floor(n / 8)];
    const data = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
      const [x, y] = [left + (i % SIDE), top + Math.floor(i / SIDE)];
      return pixels.data[pixels.channels * (y * pixels.width + x)]! > 127 ? 1 : 0;
    });
    return {
      prompt: frame.prompt,
      options: { control: skeletonOfKeypoints(bytes), controlKind: 'pose' },
      body: { data, width: SIDE, height: SIDE },
    };
  });
}

/** Which silhouette of all is met best. */
function best(made: Mask, bodies: readonly Mask[]): number {
  const overlaps = bodies.map((body) => overlap(made, body));
  return overlaps.indexOf(Math.max(...overlaps));
}

async function sheetOf(cases: readonly Case[]): Promise<Pixels> {
  const sheet = createPixels(SHOWN * (CELL + GAP) - GAP, 3 * (CELL + GAP) - GAP, 3);
  sheet.data.fill(255);
  for (const [n, { prompt, options }] of cases.slice(0, SHOWN).entries()) {
    const pictures: Pixels[] = [options.control!];
    for (const shown of [options, {}]) {
      const [image] = await generator.generate(prompt, { seed: n, ...shown });
      pictures.push(image!.pixels);
    }
    for (const [row, picture] of pictures.entries()) {
      const cell = await resizePixels(picture, CELL, CELL);
      for (let line = 0; line < CELL; line++) {
        const to = (row * (CELL + GAP) + line) * sheet.width + n * (CELL + GAP);
        sheet.data.set(cell.data.subarray(3 * line * CELL, 3 * (line + 1) * CELL), 3 * to);
      }
    }
  }
  return sheet;
}

const cases = (await readCases()).slice(0, count);
const bodies = cases.map(({ body }) => body);
const ways = { pose: [] as Mask[], none: [] as Mask[] };
for (const [n, { prompt, options }] of cases.entries()) {
  ways.pose.push(thingIn(await small.draw(prompt, n, options)));
  ways.none.push(thingIn(await small.draw(prompt, n)));
  process.stderr.write(`${n + 1} of ${count}: ${prompt}\n`);
}
const others = (n: number): Mask[] => bodies.filter((_, other) => other !== n);
const rows = Object.entries(ways).map(([control, made]) => ({
  control,
  own: Number(mean(made.map((mask, n) => overlap(mask, bodies[n]!))).toFixed(3)),
  others: Number(
    mean(made.map((mask, n) => mean(others(n).map((body) => overlap(mask, body))))).toFixed(3),
  ),
  told: made.filter((mask, n) => best(mask, bodies) === n).length,
}));
writeFileSync(SHEET, await encodeImage(await sheetOf(cases), { format: 'jpeg', quality: 88 }));

const { models: files } = await models.manifest();
const model = files.find(({ name }) => name === 'dit')!.sha256.slice(0, 12);
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD']).toString().trim();
const machine = cpus()[0]!.model;
const result = { machine, commit, model, pictures: count, rows };
writeFileSync(at('results/pose.json'), JSON.stringify(result, null, 2) + '\n');
const NAMES: Readonly<Record<string, string>> = { pose: '`--control pose:FILE`', none: 'none' };
const table = [
  `${count} pictures, ${small.drawing.steps} steps, dit ${model}, ${machine}, commit ${commit}.`,
  '',
  `| control | overlap with its own body | with those of the others | own body is met best |`,
  '| --- | --- | --- | --- |',
  ...rows.map(
    (row) =>
      `| ${NAMES[row.control]!} | ${row.own.toFixed(2)} | ${row.others.toFixed(2)} | ${row.told} of ${count} |`,
  ),
];
const [before, after] = readFileSync(PAGE, 'utf8').split(/<!-- pose -->[^]*<!-- \/pose -->/);
writeFileSync(PAGE, `${before}<!-- pose -->\n\n${table.join('\n')}\n\n<!-- /pose -->${after}`);
await models.dispose();
