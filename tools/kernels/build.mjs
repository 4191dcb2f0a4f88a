/**
 * `npm run kernels`: compile tools/kernels to WebAssembly and write src/core/kernels/module.ts. Run it after a change
 * there; a test compares what is committed with what the sources give.
 */
import { Buffer } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileKernels } from './compile.mjs';

const OUT = fileURLToPath(new URL('../../src/core/kernels/module.ts', import.meta.url));
const text = Buffer.from(await compileKernels()).toString('base64');
const lines = text.match(/.{1,96}/g).map((line) => `  '${line}',`);
writeFileSync(
  OUT,
  `/** Made by \`npm run kernels\` from tools/kernels; WebAssembly in base64. */\nexport const MODULE = [\n${lines.join('\n')}\n].join('');\n`,
);
