/** Jobs in Redis, worked on by any number of `imprint worker` processes. */
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Job } from 'bullmq';
import { Queue, QueueEvents } from 'bullmq';
import type { Logger } from 'pino';
import { errorMessage } from '../core/index.js';
import type { GenerateProgress } from '../provenance/index.js';
import { ServiceError } from './errors.js';
import type { JobCounts, JobFailure, JobQueue, JobState, JobStatus, JobWork } from './jobs.js';
import type { QueuedJob, QueuedResult, QueuedWork } from './redis-queue.js';
import { connectRedis, createJobBytes, QUEUE_NAME } from './redis-queue.js';

export interface RedisJobsOptions {
  /** redis:// or rediss:// */
  url: string;
  log: Logger;
  /** Jobs that may wait. Default 10,000. */
  maxWaiting?: number;
  /** Attempts at a job whose worker is lost or whose work fails by accident. Default 3. */
  attempts?: number;
  /** Seconds for which a finished job is kept. Default 3600. */
  keepSeconds?: number;
}

const WAITING = ['waiting', 'delayed', 'prioritized', 'waiting-children', 'paused'] as const;
const COUNT_MS = 1000;
const COMMAND_MS = 5000;

export function createRedisJobs(options: RedisJobsOptions): JobQueue {
  const { url, log, maxWaiting = 10_000, attempts = 3, keepSeconds = 3600 } = options;
  const failed = (error: Error): void => log.error({ err: error }, 'queue');
  // A request must not wait as long as Redis is away.
  const redis = connectRedis(url, failed, { commandTimeout: COMMAND_MS });
  const watching = connectRedis(url, failed);
  const queue = new Queue<QueuedJob, QueuedResult>(QUEUE_NAME, { connection: redis });
  const events = new QueueEvents(QUEUE_NAME, { connection: watching });
  const bytes = createJobBytes(redis);
  const changes = new EventEmitter().setMaxListeners(0);
  for (const name of ['active', 'progress', 'completed', 'failed', 'removed', 'waiting'] as const) {
    events.on(name, ({ jobId }: { jobId: string }) => void changes.emit(jobId));
  }
  queue.on('error', failed);
  events.on('error', failed);

  let counts: JobCounts = { waiting: 0, active: 0 };
  const count = async (): Promise<JobCounts> => {
    const found = await queue.getJobCounts('waiting', 'delayed', 'prioritized', 'active');
    const { active = 0, ...others } = found;
    return (counts = { waiting: Object.values(others).reduce((a, b) => a + b, 0), active });
  };
  const counting = setInterval(() => void count().catch(() => undefined), COUNT_MS);
  counting.unref();

  return {
    add: asked(async (work: JobWork, owner: string | null, id: string = randomUUID()) => {
      if ((await count()).waiting >= maxWaiting) {
        const message = `${maxWaiting} jobs wait already`;
        throw new ServiceError({ code: 'QUEUE_FULL', message, retryAfter: 10 });
      }
      // First, so that no worker finds the job without it.
      if ('bytes' in work) await bytes.putInput(id, work.bytes);
      const job = await queue.add(
        work.kind,
        { work: withoutBytes(work), owner },
        {
          jobId: id,
          attempts,
          backoff: { type: 'exponential', delay: 1000 },
          removeOnComplete: { age: keepSeconds },
          removeOnFail: { age: keepSeconds },
        },
      );
      return stateOf(job, 'waiting');
    }),
    get: asked(async (id: string) => {
      // The state first: of a job that ends in between, the later reading has the result that the state speaks of.
      const state = await queue.getJobState(id);
      const job = await queue.getJob(id);
      return job === undefined ? null : stateOf(job, statusOf(state, job));
    }),
    image: asked(async (id: string, index: number) => {
      const mime = (await queue.getJob(id))?.returnvalue?.images[index];
      const found = mime === undefined ? null : await bytes.output(id, index);
      return mime === undefined || found === null ? null : { mime, bytes: found };
    }),
    remove: asked(async (id: string) => {
      const job = await queue.getJob(id);
      if (job === undefined) return false;
      // Work in another process is asked to stop; whatever else there is goes at once.
      if (await job.isActive()) await bytes.askToCancel(id);
      else {
        await job.remove();
        await bytes.forget(id, job.returnvalue?.images.length ?? 0);
      }
      return true;
    }),
    watch: (id, changed) => {
      changes.on(id, changed);
      return () => void changes.off(id, changed);
    },
    counts: () => counts,
    close: async () => {
      clearInterval(counting);
      await Promise.all([queue.close(), events.close()]);
      redis.disconnect();
      watching.disconnect();
    },
  };
}

/** What Redis says when it is full or away, as an answer for clients. */
function asked<A extends unknown[], R>(
  work: (...args: A) => Promise<R>,
): (...args: A) => Promise<R> {
  return async (...args) => {
    try {
      return await work(...args);
    } catch (cause) {
      if (cause instanceof ServiceError) throw cause;
      const said = errorMessage(cause);
      if (/^OOM /.test(said)) {
        const message = 'the queue has no memory left';
        throw new ServiceError({ code: 'QUEUE_FULL', message, retryAfter: 10, cause });
      }
      if (!AWAY.test(said)) throw cause;
      const message = 'the queue does not answer';
      throw new ServiceError({ code: 'QUEUE_UNREACHABLE', message, retryAfter: 5, cause });
    }
  };
}

/** Of ioredis and of the network. */
const AWAY =
  /^Command timed out|Connection is closed|^(connect|read|write) E|Stream isn't writeable|^(LOADING|READONLY|MASTERDOWN) /;

function withoutBytes(work: JobWork): QueuedWork {
  switch (work.kind) {
    case 'generate':
      return work;
    case 'verify':
      return { kind: work.kind, name: work.name, heatmap: work.heatmap };
    case 'mark':
      return { kind: work.kind, settings: work.settings };
  }
}

function statusOf(state: string, job: Job<QueuedJob, QueuedResult>): JobStatus {
  if (state === 'active') return 'active';
  if (state === 'completed') return 'succeeded';
  // Unknown: it was added between the two readings.
  if (state === 'unknown' || (WAITING as readonly string[]).includes(state)) return 'waiting';
  return failureOfJob(job).code === 'CANCELLED' ? 'cancelled' : 'failed';
}

function stateOf(job: Job<QueuedJob, QueuedResult>, status: JobStatus): JobState {
  const { work, owner } = job.data;
  const done = status === 'succeeded' ? job.returnvalue : null;
  const ended = status === 'succeeded' || status === 'failed' || status === 'cancelled';
  const progress = typeof job.progress === 'object' ? job.progress : null;
  return {
    id: job.id!,
    kind: work.kind,
    owner,
    status,
    createdAt: new Date(job.timestamp).toISOString(),
    finishedAt: ended ? new Date(job.finishedOn ?? Date.now()).toISOString() : null,
    progress: status === 'active' ? (progress as GenerateProgress | null) : null,
    failure: status === 'failed' ? failureOfJob(job) : null,
    result: done?.result ?? null,
    images: done?.images ?? [],
  };
}

/** Workers leave code and message as JSON; BullMQ itself says that a job stalled too often, in words. */
function failureOfJob({ failedReason }: Job): JobFailure {
  try {
    const { code, message } = JSON.parse(failedReason) as Partial<JobFailure>;
    if (typeof code === 'string' && typeof message === 'string') return { code, message };
  } catch {
    // Not ours.
  }
  return { code: 'WORKER_LOST', message: 'every worker that took it was lost' };
}
