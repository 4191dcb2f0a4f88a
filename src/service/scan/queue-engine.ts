/** A scan by any number of `imprint worker` processes: each image becomes a job in Redis. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Report } from '../../provenance/index.js';
import { ServiceError, WorkError } from '../errors.js';
import type { JobQueue, JobState } from '../jobs.js';
import { isFinished } from '../jobs.js';
import { createRedisJobs } from '../redis-jobs.js';
import { connectRedis } from '../redis-queue.js';
import { ScanError } from './errors.js';
import type { Inspection, ScanEngine } from './scan.js';

export interface QueueScanOptions {
  /** redis:// or rediss:// */
  url: string;
  log: Logger;
  /** Images that lie in Redis at once. Default 64. */
  inFlight?: number;
  /** Whose jobs they are: a scan that goes on finds those of its earlier run. */
  identity: string;
  /** Seconds in which Redis must have answered at first. Default 10. */
  patience?: number;
}

/** Events get lost when Redis restarts; then the state is asked for. */
const POLL_MS = 5000;
const LATER: ReadonlySet<string> = new Set(['QUEUE_FULL', 'QUEUE_UNREACHABLE']);

/** @throws ScanError SCAN_QUEUE */
export async function createQueueScan(options: QueueScanOptions): Promise<ScanEngine> {
  const { url, log, inFlight = 64, identity, patience = 10 } = options;
  await greet(url, patience * 1000);
  const jobs = createRedisJobs({ url, log });
  const idOf = ({ name, bytes }: Inspection): string => jobId([identity, name, sha256(bytes)]);
  return {
    inFlight,
    inspect: async (image, stop) => reportOf(await work(jobs, idOf(image), image, stop)),
    settled: async (image) => {
      await jobs.remove(idOf(image));
    },
    close: () => jobs.close(),
  };
}

/** A wrong address is told at once; a Redis that goes away later is waited for. */
async function greet(url: string, ms: number): Promise<void> {
  let why = 'no answer';
  const redis = connectRedis(url, (error) => (why = (error as { code?: string }).code ?? why));
  try {
    const late = sleep(ms, 'late' as const, { ref: false });
    if ((await Promise.race([redis.ping(), late])) !== 'late') return;
  } catch (error) {
    why = error instanceof Error ? error.message : why;
  } finally {
    redis.disconnect();
  }
  const message = `the queue cannot be reached (${why})`;
  throw new ScanError({ code: 'SCAN_QUEUE', message });
}

/** The same image of the same scan is the same job, whichever run asks. */
async function work(
  jobs: JobQueue,
  id: string,
  { name, bytes }: Inspection,
  stop: AbortSignal,
): Promise<JobState> {
  const bell = createBell();
  const unwatch = jobs.watch(id, bell.ring);
  try {
    for (;;) {
      stop.throwIfAborted();
      const state = await whenBack(() => jobs.get(id), stop);
      if (state !== null && isFinished(state)) return state;
      // Not there yet, or lost with the memory of a Redis that keeps none.
      if (state === null)
        await whenBack(
          () => jobs.add({ kind: 'verify', bytes, name, heatmap: false }, null, id),
          stop,
        );
      await bell.wait(POLL_MS, stop);
    }
  } finally {
    unwatch();
  }
}

/** A queue that is full or away is waited for. */
async function whenBack<T>(asked: () => Promise<T>, stop: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await asked();
    } catch (error) {
      if (!(error instanceof ServiceError) || !LATER.has(error.code)) throw error;
      await createBell().wait((error.retryAfter ?? 1) * 1000, stop);
      stop.throwIfAborted();
    }
  }
}

interface Bell {
  /** Also heard by who begins to wait later. */
  ring: () => void;
  /** Until it rings, `ms` have passed, or `stop` is aborted. */
  wait: (ms: number, stop: AbortSignal) => Promise<void>;
}

function createBell(): Bell {
  let rung = false;
  let heard: () => void = () => undefined;
  return {
    ring: () => {
      rung = true;
      heard();
    },
    wait: async (ms, stop) => {
      if (!rung && !stop.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          heard = () => {
            clearTimeout(timer);
            stop.removeEventListener('abort', heard);
            resolve();
          };
          stop.addEventListener('abort', heard);
        });
        heard();
      }
      rung = false;
    },
  };
}

function reportOf({ status, result, failure }: JobState): Report {
  if (status === 'succeeded') return result as Report;
  throw new WorkError(failure ?? { code: 'CANCELLED', message: 'the job was cancelled' });
}

const sha256 = (data: Uint8Array | string): string =>
  createHash('sha256').update(data).digest('hex');

/** RFC 9562, version 8: the bits of a digest in the form of a UUID. */
function jobId(parts: readonly string[]): string {
  const hex = sha256(JSON.stringify(parts));
  const [a, b, c, d, e] = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(13, 16),
    hex.slice(17, 20),
    hex.slice(20, 32),
  ];
  return `${a}-${b}-8${c}-8${d}-${e}`;
}
