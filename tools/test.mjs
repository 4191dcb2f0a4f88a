/** `npm test`: everything that CI runs, in the order that fails fastest. */
import { spawnSync } from 'node:child_process';

const STEPS = [
  ['Layers hold and no import runs in a circle', 'node', ['tools/layers.mjs']],
  [
    'Source is formatted',
    'npx',
    ['--no-install', 'prettier', '--check', '--log-level', 'warn', '.'],
  ],
  ['dist/ builds from src', 'node', ['tools/build.mjs']],
  [
    'Types hold in src, test, bench and examples',
    'npx',
    ['tsc', '-p', 'tsconfig.test.json', '--noEmit'],
  ],
  ['Lint finds nothing', 'npx', ['--no-install', 'eslint', '.', '--max-warnings', '0']],
  ['Tests pass', 'npx', ['--no-install', 'vitest', 'run']],
];

for (const [title, command, args] of STEPS) {
  const started = Date.now();
  console.log(`\n== ${title}`);
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  console.log(`   ${((Date.now() - started) / 1000).toFixed(1)} s`);
  if (status !== 0) {
    console.error(`failed: ${title}`);
    process.exit(1);
  }
}
