/** The part of the WebAssembly interface in use; TypeScript declares it in its DOM library only. */
export type WasmImports = Record<string, Record<string, unknown>>;

export interface WasmInstance {
  readonly exports: Record<string, unknown>;
}

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

export interface WasmInterface {
  compile(bytes: Uint8Array): Promise<object>;
  Instance: new (module: object, imports: WasmImports) => WasmInstance;
  readonly RuntimeError: new (message?: string) => Error;
}

export const wasmInterface = (globalThis as unknown as { WebAssembly: WasmInterface }).WebAssembly;
