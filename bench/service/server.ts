/** `imprint serve` as built, in a data folder of its own, and what can be seen of it from outside. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createKey, writeKeyFile } from '../../src/service/index.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface BenchServer {
  url: string;
  /** One for each client, as different customers have. */
  keys: readonly string[];
  /** Resident memory now, MiB. */
  rssMib: () => number;
  metrics: () => Promise<ServerMetrics>;
  /** What it has logged so far. */
  logged: () => string;
  alive: () => boolean;
  stop: () => Promise<void>;
}

export interface ServerMetrics {
  cpuSeconds: number;
  /** Event-loop delay since the last time that the metrics were asked for. */
  lagP99Ms: number;
  lagMaxMs: number;
}

export async function startServer(
  clients: number,
  options: readonly string[],
): Promise<BenchServer> {
  const home = mkdtempSync(join(tmpdir(), 'imprint-bench-'));
  const made = Array.from({ length: clients }, (_, i) =>
    createKey({ scopes: ['verify', 'metrics'], name: `client ${i}`, createdAt: new Date() }),
  );
  const stored = made.map((key) => key.stored);
  await writeKeyFile(join(home, 'api-keys.json'), stored);
  const keys = made.map(({ text }) => text);
  const fixed = ['serve', '--port', '0', '--verify-only', '--no-registry'];
  const child = spawn(process.execPath, [main, ...fixed, ...options], {
    env: { ...process.env, IMPRINT_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let logged = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (logged += text));
  const url = await firstLine(child);
  while (!(await fetch(`${url}/readyz`)).ok) await new Promise((next) => setTimeout(next, 100));
  return {
    url,
    keys,
    rssMib: () => {
      const kib = /^VmRSS:\s+(\d+) kB/m.exec(
        readFileSync(`/proc/${child.pid}/status`, 'utf8'),
      )?.[1];
      return Number(kib) / 1024;
    },
    metrics: () => readMetrics(url, keys[0]!),
    logged: () => logged,
    alive: () => child.exitCode === null && child.signalCode === null,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout!.once('data', (text: Buffer) => resolve(text.toString().trim()));
    child.once('exit', () => reject(new Error('the server did not start')));
  });
}

async function readMetrics(url: string, key: string): Promise<ServerMetrics> {
  const text = await (await fetch(`${url}/metrics`, { headers: { 'x-api-key': key } })).text();
  const value = (name: string): number =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
  return {
    cpuSeconds: value('process_cpu_seconds_total'),
    lagP99Ms: value('nodejs_eventloop_lag_p99_seconds') * 1000,
    lagMaxMs: value('nodejs_eventloop_lag_max_seconds') * 1000,
  };
}
