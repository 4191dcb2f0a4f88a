/** `npm run -s imprint -- <args>`: the command line from a checkout, built first when src changed. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const entry = join(root, 'dist/cli/main.js');

function newestSource() {
  const names = ['src', 'web'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((name) =>
      join(root, folder, String(name)),
    ),
  );
  return Math.max(...[...names, join(root, 'tsconfig.json')].map((name) => statSync(name).mtimeMs));
}

if (!existsSync(entry) || statSync(entry).mtimeMs < newestSource()) {
  // The build's own output would spoil a piped --json, so it goes to stderr.
  const build = spawnSync(process.execPath, [join(root, 'tools/build.mjs')], {
    stdio: ['ignore', process.stderr, process.stderr],
  });
  if (build.status !== 0) process.exit(1);
}
const run = spawnSync(process.execPath, [entry, ...process.argv.slice(2)], {
  stdio: 'inherit',
  // npm changes to the package's folder; paths are meant from where the user stands.
  cwd: process.env.INIT_CWD ?? process.cwd(),
});
process.exit(run.status ?? 1);
