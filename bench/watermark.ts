/**
 * Recovery after attacks, quality, false detections and speed of the watermark.
 *   npx tsx bench/watermark.ts [--limit N per set] [--assets ../shared/assets] [--crops 1000]
 * Writes bench/results/watermark.json and the tables of docs/watermark.md.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { MersenneTwister } from '../src/core/index.js';
import type { Pixels } from '../src/image/index.js';
import { createWatermarkKey, embedWatermark, extractWatermark } from '../src/watermark/index.js';
import { ATTACKS, attacked } from './watermark-attacks.js';
import { benchImages, type BenchImage } from './watermark-images.js';
import {
  renderTables,
  type BenchResult,
  type SetResult,
  type SpeedRow,
} from './watermark-tables.js';

const { values } = parseArgs({
  options: {
    limit: { type: 'string', default: '1000' },
    assets: { type: 'string', default: '../shared/assets' },
    crops: { type: 'string', default: '1000' },
  },
});
const SEED = 20260101;
const random = new MersenneTwister(SEED);
const hex = (): string => random.nextUint32().toString(16).padStart(8, '0');
const wrongKey = createWatermarkKey('wrong', new Uint8Array(32).fill(0x5a));

async function runSet(set: string, images: BenchImage[]): Promise<SetResult> {
  const quality: { psnr: number; ssim: number; margin: number }[] = [];
  const recovered: Record<string, number> = {};
  const lost: string[] = [];
  let refused = 0;
  let wrong = 0;
  let wrongKeyHits = 0;
  for (const { name, load } of images) {
    const payload = hex() + hex();
    const marked = embedWatermark(await load(), { payload });
    if (!marked.embedded) refused++;
    quality.push({ psnr: marked.psnr, ssim: marked.ssim, margin: marked.margin });
    for (const attack of ATTACKS) {
      const after = await attacked(marked.pixels, attack);
      const read = extractWatermark(after);
      recovered[attack.name] ??= 0;
      if (read.payload === payload) recovered[attack.name]!++;
      else lost.push(`${name}: ${attack.name}`);
      if (read.payload !== null && read.payload !== payload) wrong++;
      if (extractWatermark(after, { keys: [wrongKey] }).payload !== null) wrongKeyHits++;
    }
  }
  return { set, images: images.length, refused, wrong, wrongKeyHits, recovered, quality, lost };
}

/** Random crops of unmarked pictures, half of them JPEG 75. */
async function falseDetections(
  images: BenchImage[],
  crops: number,
): Promise<{ decodes: number; detected: number; largest: number }> {
  let [decodes, detected, largest] = [0, 0, 0];
  const jpeg = ATTACKS.find(({ name }) => name === 'JPEG 75')!;
  for (let i = 0; decodes < crops && images.length > 0; i++) {
    const image = await images[i % images.length]!.load();
    for (let k = 0; k < 6 && decodes < crops; k++) {
      const crop = randomCrop(image);
      const read = extractWatermark(k % 2 ? await attacked(crop, jpeg) : crop);
      decodes++;
      largest = Math.max(largest, read.statistic);
      if (read.status === 'detected') detected++;
    }
  }
  return { decodes, detected, largest };
}

function randomCrop({ data, width, height, channels }: Pixels): Pixels {
  const w = Math.round(width * (0.4 + 0.6 * random.nextDouble()));
  const h = Math.round(height * (0.4 + 0.6 * random.nextDouble()));
  const x = Math.floor((width - w + 1) * random.nextDouble());
  const y = Math.floor((height - h + 1) * random.nextDouble());
  const out = new Uint8ClampedArray(w * h * channels);
  for (let row = 0; row < h; row++) {
    const from = ((y + row) * width + x) * channels;
    out.set(data.subarray(from, from + w * channels), row * w * channels);
  }
  return { data: out, width: w, height: h, channels };
}

function measureSpeed(): SpeedRow[] {
  return [512, 1024, 2048, 4096].map((side) => {
    const noise = new MersenneTwister(side);
    const data = new Uint8ClampedArray(side * side * 3);
    for (let i = 0; i < data.length; i++)
      data[i] = 90 + (((i / 3) % side) / side) * 80 + noise.nextFloat() * 12;
    const image: Pixels = { data, width: side, height: side, channels: 3 };
    const best = (run: () => void): number => {
      let least = Infinity;
      for (let i = 0; i < 4; i++) {
        const start = process.cpuUsage();
        run();
        least = Math.min(least, process.cpuUsage(start).user / 1000);
      }
      return least;
    };
    const marked = embedWatermark(image, { payload: '0123456789abcdef' }).pixels;
    return {
      side,
      embed: best(() => embedWatermark(image, { payload: '0123456789abcdef' })),
      read: best(() => extractWatermark(marked)),
      none: best(() => extractWatermark(image)),
    };
  });
}

// Taken first: others may commit while this runs.
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const limit = Number(values.limit);
const all = await benchImages(values.assets);
const sets = [...new Set(all.map(({ set }) => set))];
const results: SetResult[] = [];
for (const set of sets) {
  const images = all.filter((image) => image.set === set).slice(0, limit);
  console.error(`${set}: ${images.length} pictures`);
  results.push(await runSet(set, images));
}
const result: BenchResult = {
  machine: cpus()[0]?.model.trim() ?? 'unknown',
  node: process.version,
  commit,
  seed: SEED,
  attacks: ATTACKS.map(({ name }) => name),
  sets: results,
  unmarked: await falseDetections(all, Number(values.crops)),
  speed: measureSpeed(),
  images: all.map(({ name }) => name),
};
writeFileSync('bench/results/watermark.json', `${JSON.stringify(result, null, 1)}\n`);
const page = readFileSync('docs/watermark.md', 'utf8');
const [start, end] = ['<!-- bench:start -->', '<!-- bench:end -->'];
const head = page.slice(0, page.indexOf(start) + start.length);
writeFileSync(
  'docs/watermark.md',
  `${head}\n\n${renderTables(result)}\n${page.slice(page.indexOf(end))}`,
);
console.log(renderTables(result));
