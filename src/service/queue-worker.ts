/** A process that takes jobs from Redis, as many at once as it has threads. */
import type { Job } from 'bullmq';
import { UnrecoverableError, Worker } from 'bullmq';
import type { Logger } from 'pino';
import { isImprintError } from '../core/index.js';
import type { Engine } from './engine.js';
import { ServiceError } from './errors.js';
import { failureOf } from './memory-jobs.js';
import type { JobWork } from './jobs.js';
import { isHiddenCode } from './problem.js';
import type { QueuedJob, QueuedResult } from './redis-queue.js';
import { connectRedis, createJobBytes, QUEUE_NAME } from './redis-queue.js';
import { runJob } from './run-job.js';

export interface QueueWorkerOptions {
  url: string;
  engine: Engine;
  log: Logger;
  /** Seconds after which the work of a lost worker is taken over by another. Default 30. */
  lockSeconds?: number;
  /** How often the worker of one job may be lost before the job is given up. Default 2. */
  maxLost?: number;
  /** Seconds for which images are kept. Default 3600. */
  keepSeconds?: number;
}

export interface QueueWorker {
  /** Finishes what is in work, then ends. */
  close(): Promise<void>;
}

const CANCEL_MS = 1000;
/** Another attempt may end otherwise. Whatever the image itself is to blame for is final. */
const BY_ACCIDENT = new Set(['WORKER_LOST', 'QUEUE_FULL', 'SHUTTING_DOWN', 'INTERNAL']);

export async function startQueueWorker(options: QueueWorkerOptions): Promise<QueueWorker> {
  const { url, engine, log, lockSeconds = 30, maxLost = 2, keepSeconds = 3600 } = options;
  const failed = (error: Error): void => log.error({ err: error }, 'queue');
  const redis = connectRedis(url, failed);
  const blocking = connectRedis(url, failed);
  const bytes = createJobBytes(redis);

  async function workOf(job: Job<QueuedJob>): Promise<JobWork> {
    const { work } = job.data;
    if (work.kind === 'generate') return work;
    const input = await bytes.input(job.id!);
    if (input === null) throw new ServiceError({ code: 'CANCELLED', message: 'its image is gone' });
    return { ...work, bytes: input };
  }

  async function process(job: Job<QueuedJob, QueuedResult>): Promise<QueuedResult> {
    const id = job.id!;
    const kill = new AbortController();
    const watch = setInterval(() => {
      void bytes.isCancelled(id).then((yes) => yes && kill.abort(), failed);
    }, CANCEL_MS);
    try {
      const outcome = await runJob(engine, await workOf(job), {
        kill: kill.signal,
        onProgress: (progress) => void job.updateProgress(progress).catch(failed),
      });
      await bytes.putOutput(id, outcome.images, keepSeconds);
      return { result: outcome.result, images: outcome.images.map(({ mime }) => mime) };
    } catch (error) {
      throw verdictOn(error, job, kill.signal.aborted);
    } finally {
      clearInterval(watch);
    }
  }

  /** What BullMQ is told: to try again, or that it makes no sense. */
  function verdictOn(error: unknown, job: Job, cancelled: boolean): Error {
    const known = failureOf(error);
    if (!isImprintError(error) || isHiddenCode(known.code)) {
      log.error({ err: error, job: job.id }, 'job failed');
    }
    if (cancelled) known.code = 'CANCELLED';
    const text = JSON.stringify(known);
    return BY_ACCIDENT.has(known.code) ? new Error(text) : new UnrecoverableError(text);
  }

  const worker = new Worker<QueuedJob, QueuedResult>(QUEUE_NAME, process, {
    connection: blocking,
    concurrency: engine.stats().workers,
    lockDuration: lockSeconds * 1000,
    stalledInterval: Math.max(500, (lockSeconds * 1000) / 2),
    maxStalledCount: maxLost,
  });
  worker.on('error', failed);
  worker.on('completed', ({ id }) => void bytes.forgetInput(id!).catch(failed));
  await worker.waitUntilReady();
  log.info({ threads: engine.stats().workers }, 'worker takes jobs');
  return {
    close: async () => {
      await worker.close();
      redis.disconnect();
      blocking.disconnect();
    },
  };
}
