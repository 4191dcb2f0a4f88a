/**
 * `npm run build`: type-check src and write dist/, from nothing. The new dist/ is made beside the old
 * one and renamed into place, so a command line that runs meanwhile keeps its files.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const fresh = `${root}dist.${process.pid}.new`;
const stale = `${root}dist.${process.pid}.old`;

function compile(project, out) {
  const compiler = `${root}node_modules/typescript/bin/tsc`;
  const { status } = spawnSync(
    process.execPath,
    [compiler, '-p', `${root}${project}`, '--outDir', out],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  return status ?? 1;
}

// The page runs in browsers and has a project of its own.
const status = compile('tsconfig.json', fresh) || compile('web/tsconfig.json', `${fresh}/web`);
if (status === 0) {
  for (const file of ['index.html', 'page.css'])
    copyFileSync(`${root}web/${file}`, `${fresh}/web/${file}`);
  for (const bin of ['cli/main.js', 'cli/verify.js']) chmodSync(`${fresh}/${bin}`, 0o755);
  try {
    if (existsSync(`${root}dist`)) renameSync(`${root}dist`, stale);
    renameSync(fresh, `${root}dist`);
  } catch (error) {
    // Another build of the same sources came first; its dist/ is as good.
    if (!existsSync(`${root}dist/cli/main.js`)) throw error;
  }
}
for (const folder of [fresh, stale]) rmSync(folder, { recursive: true, force: true });
process.exitCode = status;
