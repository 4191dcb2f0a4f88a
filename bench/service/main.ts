/** `npm run bench:service`: requests a second, latency, memory and event-loop lag of `imprint serve` under load. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { encodeImage } from '../../src/image/index.js';
import { createKey, writeKeyFile } from '../../src/service/index.js';
import { texturedPicture } from '../../test/support/picture.js';
import { aboutThisRun } from '../c2pa/machine.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    sizes: { type: 'string', default: '0.3,1,12' },
    clients: { type: 'string', default: '1,8,64' },
    workers: { type: 'string', default: '1,2' },
    out: { type: 'string', default: join(root, 'docs/service-load.md') },
  },
});
const numbers = (text: string): number[] => text.split(',').map(Number);
const seconds = Number(values.seconds);

interface Row {
  workers: number;
  megapixels: number;
  clients: number;
  done: number;
  refused: number;
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
  rssMib: number;
  lagMs: number;
}

/** One key for each client, as different customers have. */
async function makeKeys(home: string, count: number): Promise<string[]> {
  const made = Array.from({ length: count }, (_, i) =>
    createKey({ scopes: ['verify', 'metrics'], name: `client ${i}`, createdAt: new Date() }),
  );
  await writeKeyFile(
    join(home, 'api-keys.json'),
    made.map(({ stored }) => stored),
  );
  return made.map(({ text }) => text);
}

async function startServer(
  home: string,
  workers: number,
): Promise<{ url: string; child: ChildProcess }> {
  const options = ['--port', '0', '--workers', String(workers), '--max-queue', '128'];
  const limits = ['--key-rate', '1000000000', '--work-timeout', '600', '--request-timeout', '600'];
  const quiet = ['--verify-only', '--no-registry', '--log-level', 'silent'];
  const child = spawn(
    process.execPath,
    [join(root, 'dist/cli/main.js'), 'serve', ...options, ...limits, ...quiet],
    { env: { ...process.env, IMPRINT_HOME: home }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (text: Buffer) => resolve(text.toString().trim()));
    child.once('exit', () => reject(new Error('the server did not start')));
  });
  while (!(await fetch(`${url}/readyz`)).ok) await new Promise((next) => setTimeout(next, 100));
  return { url, child };
}

async function metrics(url: string, key: string): Promise<{ rssMib: number; lagMs: number }> {
  const text = await (await fetch(`${url}/metrics`, { headers: { 'x-api-key': key } })).text();
  const value = (name: string): number =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
  return {
    rssMib: value('process_resident_memory_bytes') / 2 ** 20,
    lagMs: value('nodejs_eventloop_lag_p99_seconds') * 1000,
  };
}

async function measure(
  url: string,
  keys: readonly string[],
  image: Uint8Array,
): Promise<Omit<Row, 'workers' | 'megapixels'>> {
  const times: number[] = [];
  let refused = 0;
  let serial = 0;
  await metrics(url, keys[0]!);
  const started = performance.now();
  const client = async (key: string): Promise<void> => {
    while (performance.now() - started < seconds * 1000) {
      // Bytes behind the end of a JPEG change its digest alone: no answer comes from memory.
      const body = Buffer.concat([image, Buffer.from(`${started}/${serial++}`)]);
      const sent = performance.now();
      const response = await fetch(`${url}/v1/verify`, {
        method: 'POST',
        headers: { 'content-type': 'image/jpeg', 'x-api-key': key },
        body,
      });
      await response.arrayBuffer();
      if (response.ok) times.push(performance.now() - sent);
      else {
        refused++;
        await new Promise((next) => setTimeout(next, 200));
      }
    }
  };
  await Promise.all(keys.map(client));
  const elapsed = (performance.now() - started) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(share * (times.length - 1))] ?? NaN;
  return {
    clients: keys.length,
    done: times.length,
    refused,
    perSecond: times.length / elapsed,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    ...(await metrics(url, keys[0]!)),
  };
}

function page(rows: readonly Row[]): string {
  const head =
    '| threads | megapixels | clients | answers | refused | a second | p50 ms | p95 ms | p99 ms | RSS MiB | loop lag p99 ms |';
  const line = `|${' --: |'.repeat(11)}`;
  const body = rows.map((row) => {
    const { workers, megapixels, clients, done, refused, perSecond, rssMib, lagMs } = row;
    const ms = [row.p50, row.p95, row.p99].map((value) => value.toFixed(0));
    const cells = [workers, megapixels, clients, done, refused, perSecond.toFixed(2), ...ms];
    return `| ${[...cells, rssMib.toFixed(0), lagMs.toFixed(1)].join(' | ')} |`;
  });
  const about = `${aboutThisRun('piscina')} ${seconds} s for each row; JPEG, no answer from memory.`;
  return `# The service under load\n\n${about}\n\n${[head, line, ...body].join('\n')}\n`;
}

const rows: Row[] = [];
for (const workers of numbers(values.workers)) {
  const home = mkdtempSync(join(tmpdir(), 'imprint-bench-'));
  const most = Math.max(...numbers(values.clients));
  const keys = await makeKeys(home, most);
  const { url, child } = await startServer(home, workers);
  try {
    for (const megapixels of numbers(values.sizes)) {
      const height = Math.round(Math.sqrt((megapixels * 1e6) / 1.5));
      const picture = texturedPicture(Math.round(height * 1.5), height);
      const image = await encodeImage(picture, { format: 'jpeg' });
      for (const clients of numbers(values.clients)) {
        const row = {
          workers,
          megapixels,
          ...(await measure(url, keys.slice(0, clients), image)),
        };
        rows.push(row);
        console.log(JSON.stringify(row));
      }
    }
  } finally {
    child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  }
}
writeFileSync(values.out, page(rows));
