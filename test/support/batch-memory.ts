/** Memory of `verify` over many files, told while it answers. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { encodeImage } from '../../src/image/index.js';
import { fixture } from './fixtures.js';
import { texturedPicture } from './picture.js';

export interface MemorySample {
  /** Files answered for so far. */
  files: number;
  /** Objects in use behind a full collection, KiB: what a leak of the package adds to. */
  heap: number;
  /** Buffers and WebAssembly memory, KiB; the picture under way is among them, so that only its floor tells anything. */
  external: number;
  /** Resident set, KiB: what native code keeps as well, and what collectors have not given back. */
  resident: number;
}

export interface BatchMemory {
  /** Files that were answered for. */
  answers: number;
  exitCode: number | null;
  /** About 40 of them, evenly over the files. */
  samples: MemorySample[];
}

/** Different files; samples are taken a whole number of rounds apart, so that each has the same file under way. */
const ROUND = 8;
const SAMPLES = 40;

/** Loaded into the process before the command: counts the lines it writes and tells its memory on descriptor 3. */
const sampler = (every: number): string => `
import { writeSync } from 'node:fs';
const write = process.stdout.write;
let files = 0;
process.stdout.write = function (chunk, ...rest) {
  const before = files;
  files += String(chunk).split('\\n').length - 1;
  if (Math.floor(files / ${every}) > Math.floor(before / ${every})) {
    globalThis.gc();
    const { heapUsed, external, rss } = process.memoryUsage();
    writeSync(3, JSON.stringify({ files, heap: heapUsed / 1024, external: external / 1024, resident: rss / 1024 }) + '\\n');
  }
  return write.call(this, chunk, ...rest);
};`;

/** Small pictures, three signed ones and a broken one in every round of eight, `count` in all. */
async function makeFolder(count: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'imprint-batch-'));
  const kinds = await Promise.all(
    [48, 96, 160, 256].map((side, i) =>
      encodeImage(texturedPicture(side, Math.round(side * 0.75), i + 1), {
        format: (['jpeg', 'png', 'webp'] as const)[i % 3]!,
      }),
    ),
  );
  for (const extension of ['webp', 'gif', 'tiff']) {
    kinds.push(fixture(`manifests/signed.${extension}`));
  }
  kinds.push(fixture('broken/truncated.png'));
  for (let i = 0; i < count; i++) {
    writeFileSync(join(folder, `${String(i).padStart(5, '0')}.img`), kinds[i % ROUND]!);
  }
  return folder;
}

/** All in one thread, so that one collector answers for everything. Needs a build. */
export async function batchMemory(count: number): Promise<BatchMemory> {
  const folder = await makeFolder(count);
  const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
  const every = ROUND * Math.max(1, Math.round(count / SAMPLES / ROUND));
  const preload = `data:text/javascript,${encodeURIComponent(sampler(every))}`;
  const command = ['verify', join(folder, '*.img'), '--ndjson', '--search', 'fast', '--jobs', '1'];
  const child = spawn(process.execPath, ['--expose-gc', '--import', preload, main, ...command], {
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  try {
    const [exitCode, answers, told] = await Promise.all([
      ended,
      countLines(child.stdout!),
      text(child.stdio[3] as Readable),
    ]);
    const samples = told.trim().split('\n');
    return { answers, exitCode, samples: samples.map((line) => JSON.parse(line) as MemorySample) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function countLines(stream: Readable): Promise<number> {
  let lines = 0;
  for await (const part of stream.setEncoding('utf8')) lines += String(part).split('\n').length - 1;
  return lines;
}

/** Growth in KiB a file, by least squares over the samples behind the first fifth, in which caches fill. */
export function growth(samples: readonly MemorySample[], kind: 'heap' | 'resident'): number {
  const settled = samples.slice(Math.floor(samples.length / 5));
  const mean = (of: (sample: MemorySample) => number): number =>
    settled.reduce((sum, sample) => sum + of(sample), 0) / settled.length;
  const [files, memory] = [mean((sample) => sample.files), mean((sample) => sample[kind])];
  return (
    mean((sample) => (sample.files - files) * (sample[kind] - memory)) /
    mean((sample) => (sample.files - files) ** 2)
  );
}
