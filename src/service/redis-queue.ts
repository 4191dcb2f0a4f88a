/** What serve and worker share of the queue in Redis (BullMQ): names, connections, and where bytes lie. */
import { Redis } from 'ioredis';
import { ServiceError } from './errors.js';
import type { JobOutcome, JobWork } from './jobs.js';

export const QUEUE_NAME = 'imprint';
const PREFIX = 'imprint-bytes';
/** Input of a job that nobody has worked on for so long is given up. */
const INPUT_SECONDS = 24 * 3600;

/** A job's work without its image, which lies beside it. */
export type QueuedWork =
  | Extract<JobWork, { kind: 'generate' }>
  | Omit<Extract<JobWork, { kind: 'verify' }>, 'bytes'>
  | Omit<Extract<JobWork, { kind: 'mark' }>, 'bytes'>;

export interface QueuedJob {
  work: QueuedWork;
  owner: string | null;
}

export interface QueuedResult {
  result: unknown;
  images: string[];
}

/**
 * BullMQ's blocking connections ask for no limit of retries; it is good for the others here as well.
 *
 * @param commandTimeout milliseconds after which a command fails. Not for connections that block.
 */
export function connectRedis(
  url: string,
  log: (error: Error) => void,
  { commandTimeout }: { commandTimeout?: number } = {},
): Redis {
  if (!/^rediss?:\/\//.test(url)) {
    throw new ServiceError({ code: 'NOT_CONFIGURED', message: 'the queue must be redis://...' });
  }
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    ...(commandTimeout === undefined ? {} : { commandTimeout }),
  });
  redis.on('error', log);
  return redis;
}

export interface JobBytes {
  putInput(id: string, bytes: Uint8Array): Promise<void>;
  input(id: string): Promise<Uint8Array | null>;
  /** Written whole before the job is told to be done, under the same names by every attempt. */
  putOutput(id: string, images: JobOutcome['images'], seconds: number): Promise<void>;
  output(id: string, index: number): Promise<Uint8Array | null>;
  forget(id: string, images: number): Promise<void>;
  forgetInput(id: string): Promise<void>;
  askToCancel(id: string): Promise<void>;
  isCancelled(id: string): Promise<boolean>;
}

export function createJobBytes(redis: Redis): JobBytes {
  const inputKey = (id: string): string => `${PREFIX}:in:${id}`;
  const outputKey = (id: string, index: number): string => `${PREFIX}:out:${id}:${index}`;
  const cancelKey = (id: string): string => `${PREFIX}:cancel:${id}`;
  return {
    putInput: async (id, bytes) => {
      await redis.set(inputKey(id), Buffer.from(bytes), 'EX', INPUT_SECONDS);
    },
    input: async (id) => exactly(await redis.getBuffer(inputKey(id))),
    putOutput: async (id, images, seconds) => {
      for (const [index, { bytes }] of images.entries()) {
        await redis.set(outputKey(id, index), Buffer.from(bytes), 'EX', seconds);
      }
    },
    output: async (id, index) => exactly(await redis.getBuffer(outputKey(id, index))),
    forget: async (id, images) => {
      const outputs = Array.from({ length: images }, (_, index) => outputKey(id, index));
      await redis.del(inputKey(id), ...outputs);
    },
    forgetInput: async (id) => {
      await redis.del(inputKey(id));
    },
    askToCancel: async (id) => {
      await redis.set(cancelKey(id), '1', 'EX', INPUT_SECONDS);
    },
    isCancelled: async (id) => (await redis.exists(cancelKey(id))) === 1,
  };
}

/** An array of its own, which goes to a thread without its neighbours. */
const exactly = (bytes: Buffer | null): Uint8Array | null =>
  bytes === null ? null : Uint8Array.from(bytes);
