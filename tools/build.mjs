/**
 * `npm run build`: type-check src and write dist/, from nothing. The modules are bundled into few files, since a
 * command that opens six hundred takes twice as long to start; types stay one file a module. The new dist/ is made
 * beside the old one and renamed into place, so a command line that runs meanwhile keeps its files.
 */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve, sep } from 'node:path';
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

/** By TypeScript 7, which takes a third of the time; the lint still reads types through the interface of version 6. */
function compile(project, out, ...options) {
  const compiler = `${root}node_modules/typescript-7/bin/tsc`;
  return new Promise((resolve) => {
    spawn(process.execPath, [compiler, '-p', `${root}${project}`, '--outDir', out, ...options], {
      stdio: ['ignore', 'inherit', 'inherit'],
    }).on('close', (status) => resolve(status ?? 1));
  });
}

/** Where npm puts packages. */
const modules = join(realpathSync(`${root}node_modules`), sep);

/** Packages of so many small modules that loading them takes longer than what they are loaded for. */
const BUNDLED = /^(kysely|cbor2|@adobe\/json-formula)$/;

/** Whether `require` opens a package, as its package.json tells. */
function isCommonJs(specifier) {
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  const file = join(modules, name, 'package.json');
  if (!existsSync(file)) return false;
  const { type, exports } = JSON.parse(readFileSync(file, 'utf8'));
  const conditions = JSON.stringify(exports ?? {});
  return (
    conditions.includes('"require"') || (type !== 'module' && !conditions.includes('"import"'))
  );
}

/**
 * Every other package stays where npm puts it. What is CommonJS is opened by `require`: to import it, Node looks
 * through its sources for the names that it exports, which takes a fifth of the time in which a command starts.
 */
const packages = {
  name: 'packages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind, importer }) => {
      if (kind === 'entry-point' || BUNDLED.test(path)) return undefined;
      if (importer.startsWith(modules)) return undefined;
      if (kind === 'import-statement' && isCommonJs(path)) return { path, namespace: 'required' };
      return { path, external: true };
    });
    onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/** The licences of the packages whose code is in the bundle, told by what went into it. */
function licencesOf({ inputs }) {
  const names = new Set();
  for (const input of Object.keys(inputs)) {
    const path = resolve(input);
    if (!path.startsWith(modules)) continue;
    const parts = path.slice(modules.length).split(sep);
    names.add(parts.slice(0, parts[0].startsWith('@') ? 2 : 1).join('/'));
  }
  return [...names].sort().map((name) => {
    const folder = join(modules, name);
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} comes without its licence`);
    return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
}

async function bundle(out) {
  const { metafile } = await build({
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
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
    },
    // Errors are named after their class.
    keepNames: true,
    logLevel: 'warning',
    metafile: true,
  });
  writeFileSync(join(out, 'THIRD-PARTY.txt'), licencesOf(metafile).join(`\n${'-'.repeat(80)}\n\n`));
}

// The page runs in browsers and has a project of its own.
const statuses = await Promise.all([
  compile('tsconfig.json', fresh, '--emitDeclarationOnly', '--sourceMap', 'false'),
  compile('web/tsconfig.json', `${fresh}/web`),
  bundle(fresh).then(
    () => 0,
    (error) => {
      console.error(error.message);
      return 1;
    },
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
