/** Requests a second, latency, memory and event-loop lag while clients ask as fast as they are answered. */
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeImage } from '../../src/image/index.js';
import { texturedPicture } from '../../test/support/picture.js';
import type { BenchServer } from './server.js';
import { startServer } from './server.js';

export interface LoadRow {
  workers: number;
  megapixels: number;
  clients: number;
  done: number;
  refused: number;
  perSecond: number;
  perCpuSecond: number;
  p50: number;
  p95: number;
  p99: number;
  peakRssMib: number;
  lagP99Ms: number;
  /** One-minute load average of the machine, at the end. */
  load: number;
}

export interface LoadPlan {
  seconds: number;
  sizes: readonly number[];
  clients: readonly number[];
  workers: readonly number[];
}

/** Rates are lifted; places in the queue are those of the default, so that what is too much is refused. */
const OPTIONS = ['--key-rate', '1000000000', '--work-timeout', '600', '--log-level', 'silent'];
const MAX_RETRY_MS = 1000;
const SAMPLE_MS = 250;

export async function measureLoad(plan: LoadPlan): Promise<LoadRow[]> {
  const rows: LoadRow[] = [];
  for (const workers of plan.workers) {
    const threads = ['--workers', String(workers)];
    const server = await startServer(Math.max(...plan.clients), [...OPTIONS, ...threads]);
    try {
      for (const megapixels of plan.sizes) {
        const image = await photograph(megapixels);
        for (const clients of plan.clients) {
          const found = await measure(server, clients, image, plan.seconds);
          rows.push({ workers, megapixels, ...found });
          console.log(JSON.stringify(rows.at(-1)));
        }
      }
    } finally {
      await server.stop();
    }
  }
  return rows;
}

/** Three by two, JPEG. */
export function photograph(megapixels: number): Promise<Uint8Array> {
  const height = Math.round(Math.sqrt((megapixels * 1e6) / 1.5));
  return encodeImage(texturedPicture(Math.round(height * 1.5), height), { format: 'jpeg' });
}

let serial = 0;

/** Bytes behind the end of a JPEG change its digest alone: no answer comes from memory. */
export function ask(server: BenchServer, key: string, image: Uint8Array): Promise<Response> {
  return fetch(`${server.url}/v1/verify`, {
    method: 'POST',
    headers: { 'content-type': 'image/jpeg', 'x-api-key': key },
    body: Buffer.concat([image, Buffer.from(`${process.pid}/${serial++}`)]),
  });
}

async function measure(
  server: BenchServer,
  clients: number,
  image: Uint8Array,
  seconds: number,
): Promise<Omit<LoadRow, 'workers' | 'megapixels'>> {
  const times: number[] = [];
  let refused = 0;
  let peakRssMib = 0;
  const sampling = setInterval(() => {
    peakRssMib = Math.max(peakRssMib, server.rssMib());
  }, SAMPLE_MS);
  const before = await server.metrics();
  const started = performance.now();
  const client = async (key: string): Promise<void> => {
    while (performance.now() - started < seconds * 1000) {
      const sent = performance.now();
      const response = await ask(server, key, image);
      await response.arrayBuffer();
      if (response.ok) times.push(performance.now() - sent);
      else {
        refused++;
        const wait = Number(response.headers.get('retry-after') ?? 1) * 1000;
        await sleep(Math.min(MAX_RETRY_MS, wait));
      }
    }
  };
  await Promise.all(server.keys.slice(0, clients).map(client));
  const elapsed = (performance.now() - started) / 1000;
  clearInterval(sampling);
  const after = await server.metrics();
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(share * (times.length - 1))] ?? NaN;
  return {
    clients,
    done: times.length,
    refused,
    perSecond: times.length / elapsed,
    perCpuSecond: times.length / (after.cpuSeconds - before.cpuSeconds),
    ...{ p50: at(0.5), p95: at(0.95), p99: at(0.99), peakRssMib },
    lagP99Ms: after.lagP99Ms,
    load: loadavg()[0]!,
  };
}

export function loadTable(rows: readonly LoadRow[]): string {
  const head =
    '| threads | megapixels | clients | answers | refused | a second | a CPU second | p50 s | p95 s | p99 s | peak RSS MiB | loop lag p99 ms | load |';
  const line = `|${' --: |'.repeat(13)}`;
  const body = rows.map((row) => {
    const { workers, megapixels, clients, done, refused } = row;
    const rates = [row.perSecond, row.perCpuSecond].map((value) => value.toFixed(2));
    const times = [row.p50, row.p95, row.p99].map((ms) => (ms / 1000).toFixed(2));
    const rest = [row.peakRssMib.toFixed(0), row.lagP99Ms.toFixed(1), row.load.toFixed(0)];
    const cells = [workers, megapixels, clients, done, refused, ...rates, ...times, ...rest];
    return `| ${cells.join(' | ')} |`;
  });
  return [head, line, ...body].join('\n');
}
