/** Draws three pictures and tells processor seconds of one (a first one warms up) and the peak memory of this process. */
import { createGenerator } from '../../src/generate/index.js';
import { createModelStore, openFolder } from '../../src/onnx/index.js';

const PROMPT = 'a photo of a red apple on a blue table';

async function main(): Promise<void> {
  const [kind, dir, ...numbers] = process.argv.slice(2);
  const threads = Number(numbers.at(-1));
  const steps = Number(numbers.at(-2));
  const generator =
    kind === 'folder'
      ? createGenerator({ folder: openFolder(dir!, { threads }) })
      : createGenerator({ models: createModelStore({ dir: dir!, threads }) });
  const options =
    kind === 'folder'
      ? { steps, guidance: 5, size: Number(numbers[0]), scheduler: 'euler' }
      : { steps, guidance: 3.5 };
  await generator.generate(PROMPT, { ...options, seed: 0 });
  const start = process.cpuUsage();
  for (let seed = 1; seed < 4; seed++) await generator.generate(PROMPT, { ...options, seed });
  const { user, system } = process.cpuUsage(start);
  const bytes = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(`${JSON.stringify({ seconds: (user + system) / 3e6, bytes })}\n`);
}

await main();
