/** WebAssembly of tools/kernels: no runtime, memory given by the caller. The same bytes wherever it runs. */
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

/** The runtime named `stub` is AssemblyScript's smallest: nothing is allocated, so nothing is collected. */
const OPTIONS = ['--runtime', 'stub', '--enable', 'simd', '--importMemory', '-O3', '--noAssert'];

/** @returns {Promise<Uint8Array>} */
export async function compileKernels() {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  let binary;
  const { error, stderr } = await asc.main(
    ['index.ts', '--baseDir', folder, '--outFile', 'kernels.wasm', ...OPTIONS],
    { writeFile: (_name, contents) => void (binary = contents) },
  );
  if (error) throw new Error(stderr.toString(), { cause: error });
  return binary;
}
