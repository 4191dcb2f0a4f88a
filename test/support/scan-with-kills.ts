/** `imprint scan` over a queue with two `imprint worker` processes, of which one is killed now and then. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { encodeImage } from '../../src/image/index.js';
import type { ScanRow } from '../../src/service/index.js';
import { texturedPicture } from './picture.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const REPORT = 'report.ndjson';

export interface KillPlan {
  /** Of Redis. */
  url: string;
  images: number;
  /** How many rows there are when a worker is killed (kill -9); another one starts at once in its place. */
  killAt: readonly number[];
  /** The same for the scan itself. */
  killScanAt?: readonly number[];
  lockSeconds: number;
}

/** Whole lines of the report. */
export function rowsOf(dir: string): ScanRow[] {
  const path = join(dir, REPORT);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as ScanRow);
}

/** @returns the folder of the report, and what the last scan said. */
export async function scanWithKills(plan: KillPlan): Promise<{ dir: string; said: string }> {
  const { url, images, killAt, killScanAt = [], lockSeconds } = plan;
  const dir = mkdtempSync(join(tmpdir(), 'imprint-kills-'));
  mkdirSync(join(dir, 'images'));
  for (let i = 0; i < images; i++) {
    const image = await encodeImage(texturedPicture(48, 48, i), { format: 'png' });
    writeFileSync(join(dir, 'images', `${String(i).padStart(4, '0')}.png`), image);
  }
  const start = (...args: string[]): ChildProcess =>
    spawn(process.execPath, [main, ...args, '--queue', url], {
      cwd: dir,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', IMPRINT_HOME: join(dir, 'home') },
    });
  const options = ['--verify-only', '--no-registry', '--workers', '1', '--log-level', 'error'];
  const startWorker = () => start('worker', ...options, '--lock-seconds', String(lockSeconds));
  let said = '';
  const startScan = (): ChildProcess => {
    const child = start('scan', 'images', '-o', REPORT);
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (said += text));
    return child;
  };
  const workers = [startWorker(), startWorker()];
  let scan = startScan();
  try {
    const kills = [
      ...killAt.map((at) => ({ at, whom: 'worker' })),
      ...killScanAt.map((at) => ({ at, whom: 'scan' })),
    ].sort((a, b) => a.at - b.at);
    for (const { at, whom } of kills) {
      while (rowsOf(dir).length < at && scan.exitCode === null) await sleep(20);
      if (whom === 'worker') {
        workers.shift()!.kill('SIGKILL');
        workers.push(startWorker());
      } else {
        scan.kill('SIGKILL');
        said = '';
        scan = startScan();
      }
    }
    if (scan.exitCode === null) await new Promise((resolve) => scan.once('exit', resolve));
    return { dir, said };
  } finally {
    for (const child of [...workers, scan]) child.kill('SIGKILL');
  }
}
