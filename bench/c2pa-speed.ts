/**
 * Writes docs/credentials-speed.md: `npx tsx bench/c2pa-speed.ts`. Signing (ES256, local timestamp) and reading
 * of 1, 12 and 50 megapixels, each in a process of its own, three times; the median counts.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { readCredentials } from '../src/c2pa/index.js';
import { aboutThisRun } from './c2pa/machine.js';

const WORKER = fileURLToPath(new URL('c2pa/speed-worker.ts', import.meta.url));
const PAGE = fileURLToPath(new URL('../docs/credentials-speed.md', import.meta.url));
const SIZES: readonly (readonly [number, number])[] = [
  [1152, 864],
  [4000, 3000],
  [8192, 6144],
];
const FORMATS = ['jpeg', 'png'] as const;
const RUNS = 3;

interface Measured {
  bytes: number;
  sign: { wall: number; cpu: number };
  read: { wall: number; cpu: number };
  idle: number;
  signedPeak: number;
  peak: number;
}

/** Noise over a gradient: about as many bytes as a photograph has. */
async function picture(width: number, height: number, format: 'jpeg' | 'png'): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 12 } as const;
  const image = sharp({ create: { width, height, channels: 3, background: '#000', noise } });
  return format === 'jpeg'
    ? image.jpeg({ quality: 90 }).toBuffer()
    : image.png({ compressionLevel: 3 }).toBuffer();
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

const dir = mkdtempSync(join(tmpdir(), 'imprint-speed-'));
const rows: string[] = [];
for (const [width, height] of SIZES) {
  for (const format of FORMATS) {
    const file = join(dir, `picture.${format}`);
    writeFileSync(file, await picture(width, height, format));
    const runs = Array.from({ length: RUNS }, () => {
      const args = ['--import', 'tsx', WORKER, file, `image/${format}`];
      return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Measured;
    });
    const figure = (of: (run: Measured) => number): number => Math.round(median(runs.map(of)));
    rows.push(
      `| ${[
        `${Math.round((width * height) / 1e6)}`,
        format.toUpperCase(),
        (runs[0]!.bytes / 1e6).toFixed(1),
        `${figure(({ sign }) => sign.cpu)} (${figure(({ sign }) => sign.wall)})`,
        `${figure(({ read }) => read.cpu)} (${figure(({ read }) => read.wall)})`,
        `${figure(({ signedPeak, idle }) => signedPeak - idle)}`,
        `${figure(({ peak }) => peak)}`,
      ].join(' | ')} |`,
    );
    console.log(rows.at(-1));
  }
}
rmSync(dir, { recursive: true });

const { engine } = await readCredentials(new Uint8Array(8), 'image/png');
writeFileSync(
  PAGE,
  `# Time and memory of signing and reading

Signing (ES256, timestamp of a local authority, verified by the engine before it is handed out) and reading with one trust list.
Each figure is the median of ${RUNS} processes, with the engine loaded beforehand (0.2 s once a process). Processor
time in milliseconds, wall time in brackets; memory in MiB: what signing adds to the idle process, and the process at its peak, tsx and
the file itself included.

Made by \`npx tsx bench/c2pa-speed.ts\`. ${aboutThisRun(engine)} Load of the machine meanwhile: ${loadavg()[1]!.toFixed(1)}.

| megapixels | format | MB | sign | read | added by signing | peak |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`,
);
