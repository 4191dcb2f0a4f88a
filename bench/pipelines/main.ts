/**
 * Writes docs/pipelines-parity.md: every case of fixtures/pipelines against diffusers, and processor time and memory beside those of
 * Python on the same ONNX files.
 *
 * Usage: npm run bench:pipelines [-- --python FILE]   (a Python with training/parity/requirements.txt; without it the
 * speed table is left out)
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createFolderGenerator } from '../../src/generate/folder-generator.js';
import { openFolder } from '../../src/onnx/index.js';
import { optionsOf, readPicture } from '../../test/support/pipeline-options.js';
import { createFolders, listing } from '../../test/support/pipelines.js';
import { aboutThisRun } from '../c2pa/machine.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folders = createFolders();

interface Cost {
  readonly seconds: number;
  readonly bytes: number;
}

async function parityRows(): Promise<string[]> {
  const rows: string[] = [];
  for (const family of Object.keys(listing.folders)) {
    const folder = openFolder(folders.make(family), { threads: 1 });
    const generator = createFolderGenerator(folder, {
      keepsKnown: false,
      decodedAtOnce: 128 * 128,
    });
    for (const c of listing.cases.filter((one) => one.family === family)) {
      const golden = await readPicture(`golden/${c.id}.png`);
      const [image] = await generator.generate(c.prompt, await optionsOf(c));
      const off = Array.from(image!.pixels.data, (x, i) => Math.abs(x - golden.data[i]!));
      const worst = off.reduce((most, x) => Math.max(most, x), 0);
      const mean = off.reduce((sum, x) => sum + x, 0) / off.length;
      rows.push(
        `| ${family} | ${c.id.slice(family.length + 1)} | ${c.mode} | ${image!.settings.scheduler} | ${c.steps} | ${c.guidance} | ${worst} | ${mean.toFixed(4)} |`,
      );
    }
    await folder.dispose();
  }
  return rows;
}

function cost(command: string, args: readonly string[]): Cost {
  const output = execFileSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(output.trim().split('\n').at(-1)!) as Cost;
}

function speedRow(python: string, title: string, args: readonly string[]): string {
  const ours = cost(process.execPath, ['--import', 'tsx', 'bench/pipelines/worker.ts', ...args]);
  const theirs = cost(python, ['training/parity/speed.py', ...args]);
  const seconds = ({ seconds: s }: Cost): string => `${s.toFixed(2)} s`;
  const memory = ({ bytes }: Cost): string => `${Math.round(bytes / 2 ** 20)} MiB`;
  const ratio = (a: number, b: number): string => (a / b).toFixed(2);
  return (
    `| ${title} | ${seconds(ours)} | ${seconds(theirs)} | ${ratio(ours.seconds, theirs.seconds)} ` +
    `| ${memory(ours)} | ${memory(theirs)} | ${ratio(ours.bytes, theirs.bytes)} |`
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { python: { type: 'string' } } });
  const rows = await parityRows();
  const { python } = values;
  const sd = folders.make('sd15');
  const speed =
    python === undefined
      ? []
      : [
          speedRow(python, 'tiny SD layout, 512x512, 10 steps, guided', [
            'folder',
            sd,
            '512',
            '10',
            '2',
          ]),
          speedRow(python, 'bundled model, 512x512, 20 steps, guided', [
            'bundled',
            `${root}models`,
            '20',
            '2',
          ]),
        ];
  folders.remove();
  const { diffusers, transformers, torch } = listing.madeWith;
  const page = [
    '# Model folders against diffusers',
    '',
    'Written by `npm run bench:pipelines`.',
    aboutThisRun('onnxruntime-node 1.30.0'),
    '',
    '## The same pictures',
    '',
    `Tiny pipelines with random weights, drawn by diffusers ${diffusers} in PyTorch ${torch} (transformers ${transformers}) and by imprint from their`,
    'ONNX export (training/parity). Differences are in grey levels of 255 over all samples of the picture; the tests allow 2.',
    '',
    '| folder | case | drawn from | scheduler | steps | guidance | largest | mean |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    ...(speed.length === 0
      ? []
      : [
          '## Time and memory',
          '',
          'Processor time of one picture and peak memory of the process, two threads; Python is onnxruntime 1.32.0 with the schedulers of diffusers on',
          'the same ONNX files, as optimum runs them.',
          '',
          '| model | imprint | Python | ratio | imprint | Python | ratio |',
          '| --- | --- | --- | --- | --- | --- | --- |',
          ...speed,
          '',
        ]),
  ].join('\n');
  writeFileSync(new URL('../../docs/pipelines-parity.md', import.meta.url), page);
}

await main();
