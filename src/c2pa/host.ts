/**
 * What the WASM engine sees of the world. wasm-bindgen's glue reaches for `globalThis.fetch`, `Date`,
 * `FileReaderSync`, `console.error` and `queueMicrotask`; patching those globals around asynchronous
 * calls would leak into whatever else runs meanwhile. So the import object itself is rewritten once,
 * while the instance is made: the engine gets our clock, our network (none, by default) and our
 * in-memory blobs, and no global changes for longer than one synchronous statement.
 */

import { wasmInterface } from './wasm-types.js';
import type { WasmImports, WasmInstance, WasmMemory } from './wasm-types.js';

/** One engine call's view of the outside. Fields are swapped by the engine's lock, never by two calls. */
export interface EngineHost {
  /** Time in milliseconds since 1970 that certificates are judged at. */
  now: () => number;
  /** The only way out. Rejects unless a caller supplied the bytes beforehand. */
  fetch: (request: Request) => Promise<Response>;
  /** Called with whatever escaped from engine code that runs outside a call (a panic in a task). */
  crashed: (error: unknown) => void;
  /** The last text the engine printed, which after a panic says why. */
  lastMessage: string;
}

type ImportFunction = (...args: never[]) => unknown;
type ImportTable = Record<string, ImportFunction>;

/** In-memory stand-in for a DOM Blob that can be read synchronously, as the engine wants it. */
export class MemoryBlob {
  readonly size: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.size = bytes.length;
  }

  slice(start = 0, end = this.size): MemoryBlob {
    return new MemoryBlob(this.#bytes.subarray(start, end));
  }

  /** A copy: the engine reads an ArrayBuffer from its first byte to its last. */
  toArrayBuffer(): ArrayBuffer {
    return new Uint8Array(this.#bytes).buffer;
  }
}

const SYNC_READER = { readAsArrayBuffer: (blob: MemoryBlob) => blob.toArrayBuffer() };
const MAX_MESSAGE = 2000;

type Closure = (...args: unknown[]) => unknown;

/** A trap or a blown stack leaves Rust's memory in an unknown state. */
export function isCrash(error: unknown): boolean {
  return error instanceof wasmInterface.RuntimeError || error instanceof RangeError;
}

/**
 * Wrap an engine closure that runs as a task of its own: there, an exception would reach no caller
 * but the process. The engine's tasks report errors by value, so whatever they throw is a crash.
 */
function contained(host: EngineHost, closure: Closure): Closure {
  return (...args) => {
    try {
      return closure(...args);
    } catch (error) {
      host.crashed(error);
      return undefined;
    }
  };
}

/** Replacements by the name that wasm-bindgen gives an import, without its trailing hash. */
function replacements(host: EngineHost, memory: () => WasmMemory): ImportTable {
  const text = new TextDecoder();
  return {
    __wbg_now: () => host.now(),
    __wbg_new_0: () => new Date(host.now()),
    __wbg_queueMicrotask: (first: unknown) => {
      // One import of this name fetches the function to see that it exists, the other calls it.
      if (typeof first !== 'function') return queueMicrotask;
      queueMicrotask(contained(host, first as Closure));
      return undefined;
    },
    __wbg_then: (promise: Promise<unknown>, ok: Closure, bad?: Closure) =>
      promise.then(contained(host, ok), bad && contained(host, bad)),
    __wbg_fetch: (first: unknown, second?: unknown) =>
      host.fetch((second === undefined ? first : second) as Request),
    __wbg_error: (pointer: number, length: number) => {
      const bytes = new Uint8Array(memory().buffer, pointer, Math.min(length, MAX_MESSAGE));
      host.lastMessage = text.decode(bytes);
    },
    __wbg_size: (blob: MemoryBlob) => blob.size,
    __wbg_slice: (blob: MemoryBlob, start: number, end: number) => blob.slice(start, end),
    __wbg_readAsArrayBuffer: (_reader: never, blob: MemoryBlob) => blob.toArrayBuffer(),
  };
}

/**
 * Make the engine's instance with its imports rewritten.
 *
 * @param start runs the glue's `initSync`; it must call `new WebAssembly.Instance` exactly once.
 * @throws Error when the glue does not have the imports that must be replaced (another version).
 */
export function instantiateHosted(host: EngineHost, start: () => void): void {
  const Original = wasmInterface.Instance;
  let instance: WasmInstance | undefined;
  const memory = (): WasmMemory => instance?.exports['memory'] as WasmMemory;

  function Hosted(module: object, imports: WasmImports): WasmInstance {
    instance = new Original(module, rewrite(imports, replacements(host, memory)));
    return instance;
  }
  wasmInterface.Instance = Hosted as unknown as typeof Original;
  try {
    start();
  } finally {
    wasmInterface.Instance = Original;
  }
  if (instance === undefined) throw new Error('the engine was not instantiated synchronously');
}

function rewrite(imports: WasmImports, own: ImportTable): WasmImports {
  const missing = new Set([...Object.keys(own), 'FileReaderSync']);
  const out: WasmImports = {};
  for (const [moduleName, table] of Object.entries(imports)) {
    const copy: Record<string, unknown> = { ...table };
    for (const [name, value] of Object.entries(table)) {
      const base = name.replace(/_[0-9a-f]{8,}$/, '');
      const replacement = own[base];
      if (replacement !== undefined) {
        copy[name] = replacement;
        missing.delete(base);
      } else if (String(value).includes('new FileReaderSync')) {
        copy[name] = () => SYNC_READER;
        missing.delete('FileReaderSync');
      }
    }
    out[moduleName] = copy;
  }
  if (missing.size > 0) throw new Error(`the engine lacks imports: ${[...missing].join(', ')}`);
  return out;
}
