/** Jobs on a real Redis: shared out, taken over from lost workers, each with one result. */
import { Readable } from 'node:stream';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Engine, JobQueue, JobState } from '../../src/service/index.js';
import { openQueueScan, scan, ServiceError } from '../../src/service/index.js';
import { WorkError } from '../../src/service/errors.js';
import { startQueueWorker } from '../../src/service/queue-worker.js';
import { createRedisJobs } from '../../src/service/redis-jobs.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import { fakeEngine, fakeMarked, fakeReport } from './support.js';
import type { RedisServer } from '../support/redis.js';
import { haveRedis, startRedis } from '../support/redis.js';
import { rowsOf, scanWithKills } from '../support/scan-with-kills.js';

const log = pino({ level: 'silent' });

let redis: RedisServer;
let url: string;
let jobs: JobQueue;

beforeAll(async () => {
  if (!haveRedis) return;
  redis = await startRedis();
  ({ url } = redis);
  jobs = createRedisJobs({ url, log, maxWaiting: 300 });
});
afterAll(async () => {
  await jobs?.close();
  await redis?.kill();
});

const verify = (text: string) =>
  jobs.add({ kind: 'verify', bytes: Buffer.from(text), name: text, heatmap: false }, null);
async function until(id: string, done: (job: JobState) => boolean): Promise<JobState> {
  for (;;) {
    const job = await jobs.get(id);
    if (job === null) throw new Error('the job is gone');
    if (done(job)) return job;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const finished = (id: string) => until(id, ({ finishedAt }) => finishedAt !== null);
const worker = (engine: Engine, more = {}) => startQueueWorker({ url, engine, log, ...more });

describe.skipIf(!haveRedis)('jobs in Redis', () => {
  it('are shared out between workers; a bad image fails alone, at once, and others go on', async () => {
    const seen: string[][] = [[], []];
    const engine = (own: string[]) =>
      fakeEngine({
        verify: async (asked) => {
          own.push(asked.name!);
          await new Promise((resolve) => setTimeout(resolve, 2));
          if (asked.name === 'bad')
            throw new WorkError({ code: 'IMAGE_MALFORMED', message: 'broken' });
          return { report: fakeReport(asked), heatmap: null };
        },
      });
    const names = Array.from({ length: 200 }, (_, i) => (i === 77 ? 'bad' : `image ${i}`));
    const workers = [await worker(engine(seen[0]!)), await worker(engine(seen[1]!))];
    const added = await Promise.all(names.map(verify));
    const states = await Promise.all(added.map(({ id }) => finished(id)));
    await Promise.all(workers.map((one) => one.close()));
    const all = seen.flat();
    expect(all.length).toBe(200);
    expect(new Set(all).size).toBe(200);
    expect(Math.min(seen[0]!.length, seen[1]!.length)).toBeGreaterThan(20);
    expect(states.filter(({ status }) => status === 'succeeded').length).toBe(199);
    expect(states[77]).toMatchObject({ status: 'failed', failure: { code: 'IMAGE_MALFORMED' } });
    expect(states[3]!.result).toMatchObject({ file: { path: 'image 3', bytes: 7 } });
  });

  it('that fail by accident are tried again', async () => {
    let attempts = 0;
    const engine = fakeEngine({
      verify: (asked) =>
        ++attempts === 1
          ? Promise.reject(new ServiceError({ code: 'WORKER_LOST', message: 'gone' }))
          : Promise.resolve({ report: fakeReport(asked), heatmap: null }),
    });
    const { id } = await verify('again');
    const one = await worker(engine);
    expect((await finished(id)).status).toBe('succeeded');
    expect(attempts).toBe(2);
    await one.close();
  });

  it('show progress, keep their images, are cancelled in work, and are refused when too many wait', async () => {
    const engine = fakeEngine({
      mark: (bytes) => Promise.resolve(fakeMarked(bytes)),
      generate: (_prompt, _settings, control) =>
        new Promise((_resolve, reject) => {
          control!.onProgress!({ stage: 'denoise', step: 1, steps: 2, image: 0, images: 1 });
          control!.kill!.addEventListener('abort', () => reject(new Error('stopped')));
        }),
    });
    const one = await worker(engine);
    const marked = await jobs.add(
      { kind: 'mark', bytes: Buffer.from('picture'), settings: {} },
      'me',
    );
    expect(await finished(marked.id)).toMatchObject({ owner: 'me', images: ['image/png'] });
    expect(Buffer.from((await jobs.image(marked.id, 0))!.bytes).toString()).toBe('picture');
    expect(await jobs.image(marked.id, 1)).toBeNull();

    const told: number[] = [];
    const drawn = await jobs.add({ kind: 'generate', prompt: 'x', settings: {} }, null);
    const unwatch = jobs.watch(drawn.id, () => told.push(1));
    await until(drawn.id, ({ progress }) => progress?.stage === 'denoise');
    await jobs.remove(drawn.id);
    expect((await finished(drawn.id)).status).toBe('cancelled');
    unwatch();
    expect(told.length).toBeGreaterThan(0);
    await one.close();

    await jobs.remove(marked.id);
    expect(await jobs.get(marked.id)).toBeNull();
    const waiting = await Promise.all(Array.from({ length: 300 }, (_, i) => verify(String(i))));
    await throwsWithCode(() => verify('one more'), 'QUEUE_FULL');
    for (const { id } of waiting) await jobs.remove(id);
  });

  it('outlive a worker process that is killed in the middle: a scan has each image once', async () => {
    const { dir } = await scanWithKills({ url, images: 40, killAt: [5], lockSeconds: 2 });
    const rows = rowsOf(dir);
    expect(rows.length).toBe(40);
    expect(new Set(rows.map((row) => row.file.path)).size).toBe(40);
    expect(rows.filter((row) => 'error' in row)).toEqual([]);
    // Nothing of the scan is left behind.
    const nothing = { waiting: 0, active: 0 };
    await vi.waitFor(() => expect(jobs.counts()).toEqual(nothing), 5000);
  }, 120_000);

  it('are refused while Redis is full or away; a scan waits, and queues again what Redis forgot', async () => {
    const memory = async (limit: string): Promise<void> => {
      const client = new Redis(url);
      await client.config('SET', 'maxmemory', limit);
      client.disconnect();
    };
    await memory('1');
    await throwsWithCode(() => verify('one too many'), 'QUEUE_FULL');
    await memory('0');

    const seen: string[] = [];
    const one = await worker(
      fakeEngine({
        verify: async (asked) => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          seen.push(asked.name!);
          return { report: fakeReport(asked), heatmap: null };
        },
      }),
    );
    const names = Array.from({ length: 60 }, (_, i) => `scanned ${i}`);
    const rows: string[] = [];
    const engine = await openQueueScan({ url, log, identity: 'test', inFlight: 10 });
    const scanned = scan({
      items: Readable.from(
        names.map((name) => ({ name, read: () => Promise.resolve(Buffer.from(name)) })),
      ),
      engine,
      sink: {
        claim: () => true,
        add: (row) => Promise.resolve(void rows.push(`${row.file.path} ${'error' in row}`)),
      },
      stop: new AbortController().signal,
    });
    while (rows.length < 20) await new Promise((resolve) => setTimeout(resolve, 5));
    await redis.kill();
    await throwsWithCode(() => verify('nobody listens'), 'QUEUE_UNREACHABLE');
    redis.start();
    await scanned;
    expect(rows.length).toBe(60);
    expect(new Set(rows)).toEqual(new Set(names.map((name) => `${name} false`)));
    await engine.close();
    await one.close();
  }, 120_000);
});
