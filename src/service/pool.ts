/** The engine in worker threads (piscina): the event loop of the server never decodes, searches or signs. */
import { availableParallelism } from 'node:os';
import { MessageChannel } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { errorMessage, isImprintError, packagePath } from '../core/index.js';
import type {
  CrJsonReading,
  GeneratedMarkedImage,
  Issuer,
  MarkedImage,
  Recovery,
  Search,
  TrustSettings,
  WatermarkKey,
} from '../provenance/index.js';
import { PUBLIC_KEY } from '../provenance/index.js';
import type { Engine, TaskControl, VerifyAnswer } from './engine.js';
import { ServiceError, WorkError } from './errors.js';
import { DEFAULT_SERVICE_LIMITS } from './limits.js';
import type {
  Task,
  TaskAnswer,
  TaskMessage,
  TaskResult,
  WorkerSettings,
} from './worker-messages.js';
import { createTurns } from './turns.js';

export interface PoolOptions {
  /** Threads. Default: one for each core but one, at least 1. */
  workers?: number;
  /** Tasks that may wait. Default 16. */
  maxQueue?: number;
  /** Heap of a thread in MiB; pixels lie outside of it. Default 1024. */
  maxHeapMib?: number;
  /** Default: nobody is trusted. */
  trust?: TrustSettings;
  /** Watermark keys that verify tries. Default: the public key. */
  keys?: readonly WatermarkKey[];
  /** Default: `mark` and `generate` are refused with NOT_CONFIGURED. */
  issuer?: Issuer;
  /** Address of the registry. Default: nothing is remembered and `recover` is refused. */
  registry?: string;
  /** `fast` searches for the likeliest changes of a marked image alone. Default `full`. */
  search?: Search;
  fetchRemote?: boolean;
  maxBytes?: number;
  maxPixels?: number;
  /** Default 60. */
  workSeconds?: number;
  /** Default 600. */
  generateSeconds?: number;
  /** The built worker file. Default: the one beside this file. */
  workerFile?: string;
}

/** A task without its port. */
type Order = Task extends infer T ? (T extends unknown ? Omit<T, 'port'> : never) : never;

export function createPool(options: PoolOptions = {}): Engine {
  const { issuer, maxQueue = DEFAULT_SERVICE_LIMITS.maxQueue, maxHeapMib = 1024 } = options;
  const workers = options.workers ?? Math.max(1, availableParallelism() - 1);
  const workSeconds = options.workSeconds ?? DEFAULT_SERVICE_LIMITS.workSeconds;
  const generateSeconds = options.generateSeconds ?? DEFAULT_SERVICE_LIMITS.generateSeconds;
  const settings: WorkerSettings = {
    trust: options.trust ?? {},
    keys: options.keys ?? [PUBLIC_KEY],
    limits: {
      maxBytes: options.maxBytes ?? DEFAULT_SERVICE_LIMITS.maxBytes,
      maxPixels: options.maxPixels ?? DEFAULT_SERVICE_LIMITS.maxPixels,
      timeoutSeconds: Math.ceil(Math.min(3600, workSeconds)),
    },
    search: options.search ?? 'full',
    fetchRemote: options.fetchRemote ?? false,
    registry: options.registry ?? null,
    modelThreads: 1,
    signing: issuer === undefined ? null : signingOf(issuer),
  };
  const pool = new Piscina({
    filename: options.workerFile ?? packagePath('dist', 'service', 'worker.js'),
    name: 'runTask',
    workerData: settings,
    minThreads: workers,
    maxThreads: workers,
    idleTimeout: Infinity,
    concurrentTasksPerWorker: 1,
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMib },
  });
  // Without a listener a thread that dies between two tasks would end the process.
  pool.on('error', () => undefined);
  // Piscina gets no more than it has threads: tasks that can be aborted lose their place in its queue.
  // Besides what is admitted, jobs wait here, one for each thread, and the warm-up.
  const turns = createTurns(workers, maxQueue + 2 * workers);
  let running = 0;
  let closed = false;

  async function run<T>(order: Order, seconds: number, control: TaskControl = {}): Promise<T> {
    if (closed) throw new ServiceError({ code: 'SHUTTING_DOWN', message: 'the pool is closed' });
    const stop = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    let timedOut = false;
    let done = false;
    const giveUp = (): void => stop.abort();
    control.signal?.addEventListener('abort', giveUp, { once: true });
    control.kill?.addEventListener('abort', giveUp, { once: true });
    if (control.signal?.aborted === true || control.kill?.aborted === true) giveUp();
    const unlisten = (): void => {
      control.signal?.removeEventListener('abort', giveUp);
      control.kill?.removeEventListener('abort', giveUp);
    };
    const leave = await turns.take(stop.signal).catch((error: unknown) => {
      unlisten();
      throw error;
    });
    const { port1, port2 } = new MessageChannel();
    port1.on('message', (message: TaskMessage) => {
      // The result comes by another way and may overtake the messages before it.
      if (done) return;
      switch (message.type) {
        case 'start':
          running++;
          // From here on the thread would have to be killed to stop it, for work whose result may be kept.
          control.signal?.removeEventListener('abort', giveUp);
          timer = setTimeout(() => {
            timedOut = true;
            stop.abort();
          }, seconds * 1000);
          control.onStart?.();
          return;
        case 'progress':
          control.onProgress?.(message.progress);
          return;
        case 'sign':
        case 'timestamp':
          void answer(port1, issuer!, message);
      }
    });
    try {
      const task = { ...order, port: port2 };
      const result = (await pool.run(task, {
        signal: stop.signal,
        transferList: [port2],
      })) as TaskResult<T>;
      if (result.ok) return result.value;
      throw failure(result);
    } catch (error) {
      if (isImprintError(error)) throw error;
      throw lost(error, { timedOut, gaveUp: stop.signal.aborted, seconds });
    } finally {
      done = true;
      if (timer !== undefined) {
        clearTimeout(timer);
        running--;
      }
      unlisten();
      port1.close();
      leave();
    }
  }

  let warm = false;
  run({ kind: 'warm-up' }, workSeconds).then(
    () => (warm = true),
    () => undefined,
  );

  return {
    verify: (request, control) =>
      run<VerifyAnswer>({ kind: 'verify', request }, workSeconds, control),
    crJson: (request, control) =>
      run<CrJsonReading>({ kind: 'crjson', request }, workSeconds, control),
    mark: (bytes, marking, control) =>
      run<MarkedImage>({ kind: 'mark', bytes, settings: marking }, workSeconds, control),
    generate: (prompt, generating, control) =>
      run<GeneratedMarkedImage[]>(
        { kind: 'generate', prompt, settings: generating },
        generateSeconds,
        control,
      ),
    recover: (bytes, limit, control) =>
      run<Recovery>({ kind: 'recover', bytes, limit }, workSeconds, control),
    stats: () => ({ workers, running, queued: turns.waiting() }),
    ready: () => warm && !closed,
    close: async () => {
      closed = true;
      await pool.destroy();
    },
  };
}

function signingOf({ signer, timestamp, key }: Issuer): NonNullable<WorkerSettings['signing']> {
  const { maxTokenBytes, optional } = timestamp ?? {};
  return {
    algorithm: signer.algorithm,
    chain: signer.chain,
    key: key ?? null,
    timestamp:
      timestamp === undefined
        ? null
        : {
            ...(maxTokenBytes === undefined ? {} : { maxTokenBytes }),
            ...(optional === undefined ? {} : { optional }),
          },
  };
}

async function answer(
  port: MessagePort,
  { signer, timestamp }: Issuer,
  { type, call, data }: Extract<TaskMessage, { call: number }>,
): Promise<void> {
  const reply = (message: TaskAnswer): void => port.postMessage(message);
  try {
    reply({
      call,
      data: await (type === 'sign' ? signer.sign(data) : timestamp!.timestamp(data)),
    });
  } catch (error) {
    const code = isImprintError(error) ? error.code : null;
    reply({ call, code, message: errorMessage(error) });
  }
}

function failure({ code, message, usage }: Extract<TaskResult, { ok: false }>): Error {
  if (code !== null) return new WorkError({ code, message });
  if (usage) return new ServiceError({ code: 'REQUEST_INVALID', message });
  return new Error(message);
}

/** What became of a task that has no answer: piscina tells it by the messages of its errors alone. */
function lost(
  error: unknown,
  { timedOut, gaveUp, seconds }: { timedOut: boolean; gaveUp: boolean; seconds: number },
): Error {
  if (timedOut) {
    return new ServiceError({
      code: 'WORK_TIMEOUT',
      message: `the work was stopped after ${seconds} s`,
    });
  }
  if (gaveUp) return new ServiceError({ code: 'CANCELLED', message: 'the client went away' });
  const message = errorMessage(error);
  if ((Object(error) as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new ServiceError({
      code: 'WORKER_LOST',
      message: 'the work took more memory than a worker has',
      cause: error,
    });
  }
  if (/terminat|worker/i.test(message)) {
    return new ServiceError({
      code: 'WORKER_LOST',
      message: 'the worker ended before the work was done',
      cause: error,
    });
  }
  return error instanceof Error ? error : new Error(message);
}
