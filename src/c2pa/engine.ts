/**
 * The C2PA engine: c2pa-rs compiled to WebAssembly (@contentauth/c2pa-wasm), loaded on first use.
 * Nothing here reaches the network, and a call that pins the validation time runs alone.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type * as C2paGlue from '@contentauth/c2pa-wasm';
import { errorMessage } from '../core/index.js';
import { C2paError } from './errors.js';
import type { EngineHost } from './host.js';
import { instantiateHosted, isCrash } from './host.js';
import { createCallLock } from './lock.js';
import { wasmInterface } from './wasm-types.js';

type Glue = typeof C2paGlue;

export interface Engine {
  readonly Reader: Glue['WasmReader'];
  readonly Builder: Glue['WasmBuilder'];
  /** For reports: `c2pa-wasm 0.13.3`. */
  readonly version: string;
}

export interface EngineCallOptions {
  /** Judge certificates and timestamps at this time. Default: now. */
  now?: Date | undefined;
  /** Answer of the one remote manifest that may be "fetched". Default: none, the engine is offline. */
  remoteManifest?: Uint8Array | undefined;
}

interface LoadedEngine {
  engine: Engine;
  host: EngineHost;
  /**
   * Calls `tell` when engine code fails outside a call, at once if it has failed already: the instance is unusable from then
   * on. A promise of that would keep every answer that was ever raced against it.
   *
   * @returns stops listening.
   */
  onFailure: (tell: (error: unknown) => void) => () => void;
}

const require = createRequire(import.meta.url);
const PACKAGE = '@contentauth/c2pa-wasm';

/** One engine in the process: an instance costs 0.1 s and some 20 MB. */
const slot: { loading: Promise<LoadedEngine> | undefined; generation: number } = {
  loading: undefined,
  generation: 0,
};
const lock = createCallLock();

const offline = (request: Request): Promise<Response> =>
  Promise.reject(new Error(`the network is closed to the C2PA engine (${request.url})`));

async function load(generation: number): Promise<LoadedEngine> {
  try {
    const glueUrl = pathToFileURL(require.resolve(PACKAGE));
    // The glue keeps one instance per module; after a crash a fresh query string makes a fresh one.
    if (generation > 0) glueUrl.search = `?generation=${generation}`;
    const [glue, wasm, manifest] = await Promise.all([
      import(glueUrl.href) as Promise<Glue>,
      readFile(require.resolve(`${PACKAGE}/c2pa.wasm`)),
      readFile(require.resolve(`${PACKAGE}/package.json`), 'utf8'),
    ]);
    const { fail, onFailure } = createFailure();
    const host: EngineHost = { now: Date.now, fetch: offline, crashed: fail, lastMessage: '' };
    const module = await wasmInterface.compile(wasm);
    instantiateHosted(host, () => glue.initSync({ module: module as never }));
    const { version } = JSON.parse(manifest) as { version: string };
    const engine = {
      Reader: glue.WasmReader,
      Builder: glue.WasmBuilder,
      version: `c2pa-wasm ${version}`,
    };
    return { engine, host, onFailure };
  } catch (cause) {
    slot.loading = undefined;
    throw new C2paError({
      code: 'C2PA_ENGINE',
      message: `the C2PA engine could not be loaded: ${errorMessage(cause)}`,
      cause,
    });
  }
}

function createFailure(): {
  fail: (error: unknown) => void;
  onFailure: LoadedEngine['onFailure'];
} {
  let failed: { error: unknown } | undefined;
  const listeners = new Set<(error: unknown) => void>();
  return {
    fail: (error) => {
      failed ??= { error };
      for (const tell of listeners) tell(failed.error);
    },
    onFailure: (tell) => {
      if (failed !== undefined) tell(failed.error);
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
  };
}

/**
 * Run `work` on the engine. What the engine says about a file comes out as it threw it (a string or
 * an Error); only a crash of the engine itself becomes a C2paError, and the next call gets a new one.
 *
 * @throws C2paError C2PA_ENGINE when the engine cannot be loaded, C2PA_ENGINE_CRASHED when it traps.
 */
export async function withEngine<T>(
  work: (engine: Engine) => Promise<T>,
  options: EngineCallOptions = {},
): Promise<T> {
  const alone = options.now !== undefined || options.remoteManifest !== undefined;
  return lock.run(alone, async () => {
    slot.loading ??= load(slot.generation);
    const current = slot.loading;
    const { engine, host, onFailure } = await current;
    if (options.now !== undefined) {
      const pinned = options.now.getTime();
      host.now = () => pinned;
    }
    if (options.remoteManifest !== undefined) {
      const body = new Uint8Array(options.remoteManifest);
      host.fetch = (request) => {
        const response = new Response(body, { headers: { 'content-type': 'application/c2pa' } });
        // Read-only and empty on a response that came from no network; the engine parses it.
        Object.defineProperty(response, 'url', { value: request.url });
        return Promise.resolve(response);
      };
    }
    let forget = (): unknown => undefined;
    const crash = new Promise<never>((_resolve, reject) => {
      forget = onFailure((error) => reject(new EngineCrash(error)));
    });
    try {
      return await Promise.race([work(engine), crash]);
    } catch (error) {
      const crashed = error instanceof EngineCrash;
      if (!crashed && !isCrash(error)) throw error;
      if (slot.loading === current) {
        slot.loading = undefined;
        slot.generation++;
      }
      const cause = crashed ? error.cause : error;
      throw new C2paError({
        code: 'C2PA_ENGINE_CRASHED',
        message: `the C2PA engine crashed: ${host.lastMessage || errorMessage(cause)}`,
        cause,
      });
    } finally {
      forget();
      if (alone) {
        host.now = Date.now;
        host.fetch = offline;
      }
    }
  });
}

class EngineCrash extends Error {
  constructor(cause: unknown) {
    super('engine crash', { cause });
  }
}
