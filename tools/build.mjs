/** `npm run build`: type-check src and write dist/, from nothing. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
rmSync(`${root}dist`, { recursive: true, force: true });
const tsc = `${root}node_modules/typescript/bin/tsc`;
const { status } = spawnSync(process.execPath, [tsc, '-p', `${root}tsconfig.json`], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
for (const bin of ['dist/cli/main.js', 'dist/cli/verify.js']) {
  if (existsSync(root + bin)) chmodSync(root + bin, 0o755);
}
process.exitCode = status ?? 1;
