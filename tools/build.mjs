/**
 * `npm run build`: type-check src and write dist/, from nothing. The modules are bundled into few files, since a
 * command that opens six hundred takes twice as long to start; types stay one file a module. The new dist/ is made
 * beside the old one and renamed into place, so a command line that runs meanwhile keeps its files.
 */
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const fresh = `${root}dist.${process.pid}.new`;
const stale = `${root}dist.${process.pid}.old`;

/** What is opened by name: the library, the commands, and the files of worker threads. */
const ENTRIES = [
  'index.ts',
  'cli/main.ts',
  'cli/verify.ts',
  'check/worker.ts',
  'provenance/batch/worker.ts',
  'service/worker.ts',
];

function compile(project, out, ...options) {
  const compiler = `${root}node_modules/typescript/bin/tsc`;
  return new Promise((resolve) => {
    spawn(process.execPath, [compiler, '-p', `${root}${project}`, '--outDir', out, ...options], {
      stdio: ['ignore', 'inherit', 'inherit'],
    }).on('close', (status) => resolve(status ?? 1));
  });
}

/** Packages of so many small modules that loading them takes longer than what they are loaded for. */
const BUNDLED = /^kysely$/;

/** Every other package stays where npm puts it. */
const packages = {
  name: 'packages',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind, importer }) => {
      if (kind === 'entry-point' || BUNDLED.test(path)) return undefined;
      return importer.includes('/node_modules/') ? undefined : { path, external: true };
    });
  },
};

function bundle(out) {
  return build({
    entryPoints: ENTRIES.map((name) => `${root}src/${name}`),
    outbase: `${root}src`,
    outdir: out,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    plugins: [packages],
    sourcemap: true,
    // Errors are named after their class.
    keepNames: true,
    logLevel: 'warning',
  });
}

// The page runs in browsers and has a project of its own.
const statuses = await Promise.all([
  compile('tsconfig.json', fresh, '--emitDeclarationOnly', '--sourceMap', 'false'),
  compile('web/tsconfig.json', `${fresh}/web`),
  bundle(fresh).then(
    () => 0,
    () => 1,
  ),
]);
const status = Math.max(...statuses);
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
