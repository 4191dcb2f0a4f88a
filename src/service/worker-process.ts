/** A pool of threads that takes jobs from a queue: what `imprint worker` runs. */
import type { DestinationStream } from 'pino';
import type { Issuer, TrustSettings, WatermarkKey } from '../provenance/index.js';
import { PUBLIC_KEY } from '../provenance/index.js';
import { createLog } from './log.js';
import { createPool } from './pool.js';
import type { QueueWorker } from './queue-worker.js';

export interface WorkerProcessOptions {
  /** redis:// or rediss:// */
  queue: string;
  /** Threads. Default: one for each core but one. */
  workers?: number;
  trust?: TrustSettings;
  /** Watermark keys besides the public one that verify tries. */
  watermarkKeys?: readonly WatermarkKey[];
  issuer?: Issuer;
  /** Address of the registry. */
  registry?: string;
  lockSeconds?: number;
  logLevel?: string;
  logTo?: DestinationStream;
}

/** @throws ServiceError NOT_CONFIGURED for an address that is no Redis. */
export async function startWorker(options: WorkerProcessOptions): Promise<QueueWorker> {
  const { queue, workers, trust, watermarkKeys = [], issuer, registry, lockSeconds } = options;
  const { startQueueWorker } = await import('./queue-worker.js');
  const log = createLog(options.logLevel, options.logTo);
  const engine = createPool({
    keys: [...watermarkKeys, PUBLIC_KEY],
    ...(workers === undefined ? {} : { workers }),
    ...(trust === undefined ? {} : { trust }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(registry === undefined ? {} : { registry }),
  });
  try {
    const more = lockSeconds === undefined ? {} : { lockSeconds };
    const worker = await startQueueWorker({ url: queue, engine, log, ...more });
    return {
      close: async () => {
        await worker.close();
        await engine.close();
      },
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}
