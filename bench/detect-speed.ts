/**
 * Processor time of an inspection by stage, and peak memory: writes docs/detector-speed.md.
 * `npm run bench:detect-speed`; the pictures are made from a seed, so that any machine measures the same.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { encodeImage } from '../src/image/index.js';
import { createInspector, createModelStore } from '../src/provenance/index.js';
import { texturedPicture } from '../test/support/picture.js';

const SIZES = [
  { name: '1 megapixel', width: 1155, height: 866, runs: 2, bar: 400 },
  { name: '12 megapixels', width: 4000, height: 3000, runs: 1, bar: 1500 },
];

const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

const inspector = createInspector({ models: createModelStore({ threads: 1 }) });
const lines: string[] = [];
for (const { name, width, height, runs, bar } of SIZES) {
  const bytes = await encodeImage(texturedPicture(width, height), { format: 'jpeg', quality: 90 });
  // The first one loads the engines.
  if (lines.length === 0) await inspector.inspect(bytes);
  const totals: number[] = [];
  const stages = new Map<string, number[]>();
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage();
    const { timings } = await inspector.inspect(bytes);
    const { user, system } = process.cpuUsage(before);
    totals.push((user + system) / 1000);
    for (const [stage, ms] of Object.entries(timings)) {
      stages.set(stage, [...(stages.get(stage) ?? []), ms]);
    }
  }
  const shown = [...stages].map(([stage, ms]) => `${stage} ${median(ms)}`).join(', ');
  const total = Math.round(median(totals));
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  const line = `| ${name} | ${total} | ${bar} | ${shown} | ${peak} |`;
  console.log(line);
  lines.push(line);
}
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const cores = cpus();
writeFileSync(
  new URL('../docs/detector-speed.md', import.meta.url),
  `# Speed of the detector

Written by \`npm run bench:detect-speed\`: ${cores.length} cores of ${cores[0]?.model ?? 'unknown'}, Node ${process.version}, commit ${commit}.
An unmarked JPEG of quality 90, all signals. Total: median processor time of one inspection, all threads together. Stages:
median wall time, which other work on the machine lengthens. Memory: highest resident set of the process so far.

| picture | total, ms | bar, ms | stages, ms | memory, MiB |
| --- | --- | --- | --- | --- |
${lines.join('\n')}

Where the bar is missed, the blind search for a turned, scaled or cropped mark is what takes the time
(\`watermark\`); \`createInspector({ watermark: false })\` leaves it out. A search of the upright picture and of the
commonest changes alone would need an option of \`extractWatermark\`, which it does not have yet; until then marks are not
missed for speed.
`,
);
