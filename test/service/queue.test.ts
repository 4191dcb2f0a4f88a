/** Jobs on a real Redis: shared out, taken over from lost workers, each with one result. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, JobQueue, JobState } from '../../src/service/index.js';
import { ServiceError } from '../../src/service/index.js';
import { WorkError } from '../../src/service/errors.js';
import { startQueueWorker } from '../../src/service/queue-worker.js';
import { createRedisJobs } from '../../src/service/redis-jobs.js';
import { encodeImage } from '../../src/image/index.js';
import { texturedPicture } from '../support/picture.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import { fakeEngine, fakeMarked, fakeReport } from './support.js';
import { freePort } from '../support/free-port.js';

const REDIS = ['/usr/bin/redis-server', '/usr/local/bin/redis-server'].find(existsSync);
const log = pino({ level: 'silent' });
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

let redis: ChildProcess;
let url: string;
let jobs: JobQueue;

beforeAll(async () => {
  if (REDIS === undefined) return;
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), 'imprint-redis-'));
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir];
  redis = spawn(REDIS, options, { stdio: 'ignore' });
  url = `redis://127.0.0.1:${port}`;
  jobs = createRedisJobs({ url, log, maxWaiting: 300 });
});
afterAll(async () => {
  await jobs?.close();
  redis?.kill('SIGKILL');
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

describe.skipIf(REDIS === undefined)('jobs in Redis', () => {
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

  it('outlive a worker process that is killed in the middle', async () => {
    const image = await encodeImage(texturedPicture(1200, 900), { format: 'png' });
    const start = () =>
      spawn(
        process.execPath,
        [
          main,
          'worker',
          '--queue',
          url,
          '--verify-only',
          '--no-registry',
          '--workers',
          '1',
          '--lock-seconds',
          '2',
        ],
        {
          stdio: 'ignore',
          env: {
            PATH: process.env['PATH'] ?? '',
            IMPRINT_HOME: mkdtempSync(join(tmpdir(), 'imprint-worker-')),
          },
        },
      );
    const first = start();
    const { id } = await jobs.add(
      { kind: 'verify', bytes: image, name: 'kept.png', heatmap: false },
      null,
    );
    await until(id, ({ status }) => status === 'active');
    first.kill('SIGKILL');
    const second = start();
    try {
      const job = await finished(id);
      expect(job).toMatchObject({
        status: 'succeeded',
        result: { file: { path: 'kept.png', width: 1200 } },
      });
    } finally {
      second.kill('SIGKILL');
    }
  }, 120_000);
});
