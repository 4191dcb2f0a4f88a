/** One thread of the pool: the library, loaded once, for one task after another (piscina's worker file). */
import { workerData } from 'node:worker_threads';
import { errorMessage, isImprintError } from '../core/index.js';
import type { Inspector, Issuer, Registry } from '../provenance/index.js';
import {
  createGenerator,
  createGuardedFetch,
  createInspector,
  createModelStore,
  generateMarked,
  heatmapPicture,
  mark,
  openRegistry,
  recover,
  TURBO_PIPELINE,
} from '../provenance/index.js';
import type { VerifyAnswer, VerifyRequest } from './engine.js';
import { WorkError } from './errors.js';
import type {
  Task,
  TaskAnswer,
  TaskMessage,
  TaskResult,
  WorkerSettings,
} from './worker-messages.js';

const settings = workerData as WorkerSettings;
const models = createModelStore({ threads: settings.modelThreads });
let opening: Promise<{ registry: Registry | null; inspector: Inspector }> | undefined;
/** The bundled pipelines share the models that they have in common. */
const generators = {
  full: createGenerator({ models }),
  turbo: createGenerator({ models, pipeline: TURBO_PIPELINE }),
};

/** Opened by the first task and again after a failure, so that a database that is late does not end the thread. */
function opened(): NonNullable<typeof opening> {
  opening ??= openParts().catch((error: unknown) => {
    opening = undefined;
    throw error;
  });
  return opening;
}

async function openParts(): Promise<{ registry: Registry | null; inspector: Inspector }> {
  const registry = settings.registry === null ? null : await openRegistry(settings.registry);
  const inspector = createInspector({
    trust: settings.trust,
    keys: settings.keys,
    limits: settings.limits,
    search: settings.search,
    models,
    ...(registry === null ? {} : { registry }),
    ...(settings.fetchRemote ? { fetchRemote: createGuardedFetch() } : {}),
  });
  return { registry, inspector };
}

/** @returns a value or what was thrown: an error's class and code do not survive the way to the other thread. */
export async function runTask(task: Task): Promise<TaskResult> {
  const { port } = task;
  const say = (message: TaskMessage): void => port.postMessage(message);
  try {
    say({ type: 'start' });
    return { ok: true, value: await workOn(task, say) };
  } catch (error) {
    return {
      ok: false,
      code: isImprintError(error) ? error.code : null,
      message: errorMessage(error),
      // The library's argument checks have one message form; what they refuse came with the request.
      usage: /^"[\w.]+" expected /.test(errorMessage(error)),
    };
  } finally {
    port.close();
  }
}

async function workOn(task: Task, say: (message: TaskMessage) => void): Promise<unknown> {
  switch (task.kind) {
    case 'warm-up':
      await opened();
      return null;
    case 'recover': {
      const { registry } = await opened();
      if (registry === null) throw notConfigured('this server has no registry');
      const { keys, trust, limits } = settings;
      return recover(task.bytes, registry, { limit: task.limit, keys, trust, limits });
    }
    case 'verify':
      return verify(task.request);
    case 'crjson':
      return (await opened()).inspector.crJson(task.request.bytes, besides(task.request));
    case 'mark': {
      const { limits } = settings;
      return mark(task.bytes, await issuerVia(task, say), { ...task.settings, limits });
    }
    case 'generate': {
      const { size, count, turbo = false, ...others } = task.settings;
      const generator = turbo ? generators.turbo : generators.full;
      const given = Object.entries({ ...others, size, count }).filter(([, v]) => v !== undefined);
      return generateMarked(generator, task.prompt, await issuerVia(task, say), {
        ...Object.fromEntries(given),
        onProgress: (progress) => say({ type: 'progress', progress }),
      });
    }
  }
}

async function verify(request: VerifyRequest): Promise<VerifyAnswer> {
  const { bytes, name, heatmap = false } = request;
  const { inspector } = await opened();
  const report = await inspector.inspect(bytes, {
    ...(name === undefined ? {} : { path: name }),
    ...besides(request),
  });
  const { keys, limits } = settings;
  const picture = heatmap ? await heatmapPicture(bytes, report, { keys, limits }) : null;
  return { report, heatmap: picture };
}

const besides = ({ manifest }: VerifyRequest): { manifestData?: Uint8Array } =>
  manifest === undefined ? {} : { manifestData: manifest };

/** An issuer whose signer and timestamp source are the main thread's. */
async function issuerVia({ port }: Task, say: (message: TaskMessage) => void): Promise<Issuer> {
  const { signing } = settings;
  if (signing === null) throw notConfigured('this server marks nothing');
  const { registry } = await opened();
  let calls = 0;
  const waiting = new Map<number, (answer: TaskAnswer) => void>();
  port.on('message', (answer: TaskAnswer) => waiting.get(answer.call)?.(answer));
  const ask = (type: 'sign' | 'timestamp', data: Uint8Array): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      const call = ++calls;
      waiting.set(call, (answer) => {
        if ('data' in answer) resolve(answer.data);
        else if (answer.code === null) reject(new Error(answer.message));
        else reject(new WorkError({ code: answer.code, message: answer.message }));
      });
      say({ type, call, data });
    });
  const { algorithm, chain, key, timestamp } = signing;
  return {
    signer: { algorithm, chain, sign: (data) => ask('sign', data) },
    ...(timestamp === null
      ? {}
      : { timestamp: { ...timestamp, timestamp: (digest) => ask('timestamp', digest) } }),
    ...(key === null ? {} : { key }),
    ...(registry === null ? {} : { registry }),
  };
}

const notConfigured = (message: string): WorkError =>
  new WorkError({ code: 'NOT_CONFIGURED', message });
