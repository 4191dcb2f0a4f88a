/** Resident memory of `verify` over many files, read while it answers. Linux alone has /proc. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeImage } from '../../src/image/index.js';
import { fixture } from './fixtures.js';
import { texturedPicture } from './picture.js';

export const haveProc = existsSync('/proc/self/status');

export interface BatchMemory {
  /** Files that were answered for. */
  answers: number;
  exitCode: number | null;
  /** Largest resident set, MiB, within each tenth of the files. */
  tenths: number[];
}

/** Pictures of several sizes and formats, and a broken one among every eight, `count` in all. */
async function makeFolder(count: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'imprint-batch-'));
  const sizes = [96, 200, 320, 512, 700, 1024];
  const kinds = await Promise.all(
    sizes.map((side, i) =>
      encodeImage(texturedPicture(side, Math.round(side * 0.75), i + 1), {
        format: (['jpeg', 'png', 'webp'] as const)[i % 3]!,
      }),
    ),
  );
  kinds.push(fixture('broken/truncated.png'), fixture('manifests/signed.webp'));
  for (let i = 0; i < count; i++) {
    writeFileSync(join(folder, `${String(i).padStart(5, '0')}.img`), kinds[i % kinds.length]!);
  }
  return folder;
}

/** @param args of `verify`, besides the folder. */
export async function batchMemory(count: number, args: readonly string[]): Promise<BatchMemory> {
  const folder = await makeFolder(count);
  const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
  const child = spawn(
    process.execPath,
    [main, 'verify', join(folder, '*.img'), '--ndjson', ...args],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const tenths = new Array<number>(10).fill(0);
  let answers = 0;
  const sample = (): void => {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    const resident = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
    const tenth = Math.min(9, Math.floor((10 * answers) / count));
    tenths[tenth] = Math.max(tenths[tenth]!, Math.round(resident));
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    answers += text.split('\n').length - 1;
    if (child.exitCode === null) sample();
  });
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    return { answers, exitCode, tenths };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
