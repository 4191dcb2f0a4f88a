/** Jobs of this process: bounded in number, and in how much of their results is kept and for how long. */
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { LRUCache } from 'lru-cache';
import { errorMessage, isImprintError, printable } from '../core/index.js';
import type { Clock } from '../provenance/index.js';
import type { Engine } from './engine.js';
import { ServiceError } from './errors.js';
import type { JobOutcome, JobQueue, JobState, JobWork } from './jobs.js';
import { runJob } from './run-job.js';

export interface MemoryJobsOptions {
  engine: Engine;
  clock: Clock;
  /** Jobs that may wait. Default 100. */
  maxWaiting?: number;
  /** Bytes of the images of jobs that wait. Default 512 MiB. */
  maxWaitingBytes?: number;
  /** Bytes of images and results that are kept. Default 256 MiB. */
  maxKeptBytes?: number;
  /** Seconds for which a finished job is kept. Default 3600. */
  keepSeconds?: number;
  /** Told of every job that ends. */
  onFinished?: (job: JobState) => void;
}

interface Entry {
  state: JobState;
  outcome: JobOutcome | null;
  stop: AbortController;
}

export function createMemoryJobs(options: MemoryJobsOptions): JobQueue {
  const { engine, clock, maxWaiting = 100, maxWaitingBytes = 512 << 20 } = options;
  const unfinished = new Map<string, Entry>();
  const waiting: { entry: Entry; work: JobWork }[] = [];
  const finished = new LRUCache<string, Entry>({
    maxSize: options.maxKeptBytes ?? 256 << 20,
    ttl: (options.keepSeconds ?? 3600) * 1000,
    sizeCalculation: sizeOf,
  });
  const events = new EventEmitter().setMaxListeners(0);
  let active = 0;
  let waitingBytes = 0;
  let closing = false;
  const idle = new EventEmitter();

  const find = (id: string): Entry | undefined => unfinished.get(id) ?? finished.get(id);
  const change = (entry: Entry, more: Partial<JobState>): void => {
    entry.state = { ...entry.state, ...more };
    events.emit(entry.state.id);
  };

  function finish(entry: Entry, more: Partial<JobState>): void {
    if (!unfinished.delete(entry.state.id)) return;
    // In its place before it is told of.
    finished.set(entry.state.id, entry);
    change(entry, { ...more, progress: null, finishedAt: clock.now().toISOString() });
    options.onFinished?.(entry.state);
  }

  function next(): void {
    // As many at once as there are threads: the rest waits here, where it can be seen and cancelled.
    while (active < engine.stats().workers && waiting.length > 0) {
      const { entry, work } = waiting.shift()!;
      waitingBytes -= bytesOf(work);
      active++;
      void workOn(entry, work).finally(() => {
        active--;
        if (active === 0) idle.emit('idle');
        next();
      });
    }
  }

  async function workOn(entry: Entry, work: JobWork): Promise<void> {
    change(entry, { status: 'active' });
    try {
      entry.outcome = await runJob(engine, work, {
        kill: entry.stop.signal,
        onProgress: (progress) => change(entry, { progress }),
      });
      const { result, images } = entry.outcome;
      finish(entry, { status: 'succeeded', result, images: images.map(({ mime }) => mime) });
    } catch (error) {
      if (entry.stop.signal.aborted) finish(entry, { status: 'cancelled' });
      else finish(entry, { status: 'failed', failure: failureOf(error) });
    }
  }

  return {
    add: (work, owner, id = randomUUID()) => {
      const full = waiting.length >= maxWaiting || waitingBytes + bytesOf(work) > maxWaitingBytes;
      if (closing || full) {
        const code = closing ? 'SHUTTING_DOWN' : 'QUEUE_FULL';
        const message = closing
          ? 'the server is shutting down'
          : `${waiting.length} jobs wait already`;
        return Promise.reject(new ServiceError({ code, message, retryAfter: 10 }));
      }
      const state: JobState = {
        id,
        kind: work.kind,
        owner,
        status: 'waiting',
        createdAt: clock.now().toISOString(),
        finishedAt: null,
        progress: null,
        failure: null,
        result: null,
        images: [],
      };
      const entry: Entry = { state, outcome: null, stop: new AbortController() };
      unfinished.set(state.id, entry);
      waiting.push({ entry, work });
      waitingBytes += bytesOf(work);
      next();
      return Promise.resolve(entry.state);
    },
    get: (id) => Promise.resolve(find(id)?.state ?? null),
    image: (id, index) => Promise.resolve(find(id)?.outcome?.images[index] ?? null),
    remove: (id) => {
      const entry = find(id);
      if (entry === undefined) return Promise.resolve(false);
      entry.stop.abort();
      const place = waiting.findIndex((other) => other.entry === entry);
      if (place >= 0) {
        waitingBytes -= bytesOf(waiting.splice(place, 1)[0]!.work);
        finish(entry, { status: 'cancelled' });
      } else finished.delete(id);
      return Promise.resolve(true);
    },
    watch: (id, changed) => {
      events.on(id, changed);
      return () => void events.off(id, changed);
    },
    counts: () => ({ waiting: waiting.length, active }),
    close: async () => {
      closing = true;
      for (const { entry } of waiting.splice(0)) finish(entry, { status: 'cancelled' });
      if (active > 0) await new Promise<void>((resolve) => idle.once('idle', () => resolve()));
    },
  };
}

const bytesOf = (work: JobWork): number => ('bytes' in work ? work.bytes.length : 0);

function sizeOf({ outcome, state }: Entry): number {
  const images = outcome?.images.reduce((sum, { bytes }) => sum + bytes.length, 0) ?? 0;
  return 1000 + images + JSON.stringify(state.result ?? null).length;
}

/** What a client is told; anything that is not ours is for the log of whoever ran it. */
export function failureOf(error: unknown): { code: string; message: string } {
  if (!isImprintError(error)) return { code: 'INTERNAL', message: 'the work failed' };
  return { code: error.code, message: printable(errorMessage(error), 500) };
}
