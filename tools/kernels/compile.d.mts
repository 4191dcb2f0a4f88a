/** WebAssembly of tools/kernels. */
export function compileKernels(): Promise<Uint8Array>;
