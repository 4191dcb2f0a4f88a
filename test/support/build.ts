/** Runs once before the tests: the built command line must be that of the sources. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const runner = fileURLToPath(new URL('../../tools/run.mjs', import.meta.url));

export function setup(): void {
  const { status, stderr } = spawnSync(process.execPath, [runner, '--version'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the command line does not build:\n${stderr}`);
}
