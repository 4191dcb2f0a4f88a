/**
 * `npm test`: everything that CI runs. The checks that only read the sources run side by side, each with its output in
 * one piece; the tests come last and have the machine to themselves.
 */
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';

const CHECKS = [
  ['Layers hold and no import runs in a circle', 'tools/layers.mjs'],
  ['Lint finds nothing', 'node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'],
  ['dist/ builds from src', 'tools/build.mjs'],
  [
    'Types hold in src, test, bench and examples',
    'node_modules/typescript-7/bin/tsc',
    '-p',
    'tsconfig.test.json',
    '--noEmit',
  ],
  [
    'Source is formatted',
    'node_modules/prettier/bin/prettier.cjs',
    '--check',
    '--log-level',
    'warn',
    '.',
  ],
];
const TESTS = ['Tests pass', 'node_modules/vitest/vitest.mjs', 'run'];
const AT_ONCE = 2;

/** Exit status of one step; its output is shown as it comes (`live`), or when it is over. */
function run([title, script, ...args], live) {
  const started = Date.now();
  if (live) console.log(`\n== ${title}`);
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], {
      stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
    });
    const output = [];
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (piece) => output.push(piece));
    child.on('close', (status) => {
      if (!live) process.stdout.write(`\n== ${title}\n${Buffer.concat(output)}`);
      console.log(`   ${((Date.now() - started) / 1000).toFixed(1)} s`);
      if (status !== 0) console.error(`failed: ${title}`);
      resolve(status ?? 1);
    });
  });
}

async function checksPass() {
  const waiting = [...CHECKS];
  let passed = true;
  const worker = async () => {
    for (let step = waiting.shift(); step && passed; step = waiting.shift())
      if ((await run(step, false)) !== 0) passed = false;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return passed;
}

process.exitCode = (await checksPass()) ? await run(TESTS, true) : 1;
