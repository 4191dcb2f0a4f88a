/**
 * Writes docs/ci-speed.md: `npm run bench:check`. `imprint check` as a process over 1,000 and 10,000 images: cold, warm,
 * and only what changed since the last commit. Wall and processor time, all threads included.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { ENGINES, ensureDevCertificates, signOnly } from '../../src/provenance/index.js';
import { aboutThisRun } from '../c2pa/machine.js';

const ENTRY = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const PAGE = fileURLToPath(new URL('../../docs/ci-speed.md', import.meta.url));
const SMALL = 1000;
const COPIES = 10;
/** One of so many is signed. */
const SIGNED_EVERY = 10;
const CHANGED = 10;
const RUNS = 3;
const [WIDTH, HEIGHT] = [640, 480];

interface Time {
  wall: number;
  cpu: number;
}

/** Noise over black: about as many bytes as a photograph of that size has. */
function picture(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 12 } as const;
  return sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#000', noise } })
    .jpeg({ quality: 85 })
    .toBuffer();
}

const nameOf = (copy: number, index: number): string =>
  `${copy}/${Math.floor(index / 100)}/${index}.jpg`;

/** `SMALL` different images, one of `SIGNED_EVERY` signed. @returns bytes of one, on average. */
async function makeTree(root: string): Promise<number> {
  const { signer, timestamp } = await ensureDevCertificates(join(root, '../certificates'));
  const bases = await Promise.all(Array.from({ length: 20 }, picture));
  let bytes = 0;
  for (let index = 0; index < SMALL; index++) {
    const base = bases[index % bases.length]!;
    // Behind the end of the image: another file to every hash, the same work to every reader.
    const image =
      index % SIGNED_EVERY === 0
        ? (await signOnly(base, { signer, timestamp })).bytes
        : Buffer.concat([base, Buffer.from(`<!-- ${index} -->`)]);
    bytes += image.length;
    const path = join(root, nameOf(0, index));
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, image);
  }
  return bytes / SMALL;
}

/** Each image of `from` under `COPIES` names. */
function multiply(from: string, to: string): void {
  for (let copy = 0; copy < COPIES; copy++) {
    for (let index = 0; index < SMALL; index++) {
      const path = join(to, nameOf(copy, index));
      mkdirSync(join(path, '..'), { recursive: true });
      linkSync(join(from, nameOf(0, index)), path);
    }
  }
}

function run(root: string, cache: string, more: readonly string[] = []): Time {
  const args = ['check', '--cache-dir', cache, ...more];
  const quoted = [process.execPath, ENTRY, ...args].map((arg) => `'${arg}'`).join(' ');
  const script = `TIMEFORMAT='%R %U %S'; time ${quoted} > /dev/null`;
  const { stderr, status } = spawnSync('bash', ['-c', script], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`exit code ${status}: ${stderr}`);
  const [wall, user, system] = stderr.trim().split('\n').at(-1)!.split(' ').map(Number);
  return { wall: wall!, cpu: user! + system! };
}

function median(times: readonly Time[]): Time {
  const middle = (pick: (time: Time) => number): number =>
    [...times].map(pick).sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
  return { wall: middle(({ wall }) => wall), cpu: middle(({ cpu }) => cpu) };
}

const repeat = (work: () => Time): Time => median(Array.from({ length: RUNS }, work));

function git(root: string, ...args: string[]): void {
  const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.org'];
  execFileSync('git', [...identity, ...args], { cwd: root, stdio: 'ignore' });
}

/** Commits the tree, then changes `CHANGED` of its files. */
function commitAndChange(root: string): void {
  git(root, 'init', '--quiet', '.');
  git(root, 'add', '-A');
  git(root, 'commit', '--quiet', '-m', 'images');
  for (let index = 0; index < CHANGED; index++) {
    // Not one that is signed: that would be altered then.
    const path = join(root, nameOf(0, SIGNED_EVERY * index + 1));
    const fresh = `${path}.fresh`;
    execFileSync('cp', [path, fresh]);
    appendFileSync(fresh, 'changed');
    execFileSync('mv', [fresh, path]);
  }
}

const work = mkdtempSync(join(tmpdir(), 'imprint-bench-'));
const rows: string[] = [];
const row = (files: string, what: string, time: Time, note: string): void => {
  rows.push(`| ${files} | ${what} | ${time.wall.toFixed(1)} | ${time.cpu.toFixed(1)} | ${note} |`);
  console.log(rows.at(-1));
};
let size: number;
try {
  const [small, large, cache] = ['small', 'large', 'cache'].map((name) => join(work, name));
  size = await makeTree(small!);
  multiply(small!, large!);
  const many = (COPIES * SMALL).toLocaleString('en');
  const cold = run(small!, cache!);
  row(SMALL.toLocaleString('en'), 'cold', cold, 'measured, 1 run');
  const ten = { wall: cold.wall * COPIES, cpu: cold.cpu * COPIES };
  row(many, 'cold', ten, `extrapolated: ${COPIES} times the line above`);
  for (const [files, root] of [
    [SMALL.toLocaleString('en'), small!],
    [many, large!],
  ] as const) {
    // The large tree has the contents of the small one, so its cache answers for both.
    const warm = repeat(() => run(root, cache!));
    row(files, 'warm', warm, `measured, median of ${RUNS}`);
    commitAndChange(root);
    const changed = repeat(() => run(root, cache!, ['--no-cache', '--changed-since', 'HEAD']));
    row(files, `changed only (${CHANGED})`, changed, `measured without a cache, median of ${RUNS}`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

const engine = Object.entries(ENGINES)
  .map(([name, version]) => `${name} ${version}`)
  .join(', ');
writeFileSync(
  PAGE,
  `# Speed of checks

\`imprint check\` as a process, over JPEGs of ${WIDTH}x${HEIGHT} (${Math.round(size / 1000)} kB on average), one of ${SIGNED_EVERY} signed, under the
policy \`recommended\`, with ${availableParallelism()} worker threads. Seconds; processor time is that of all threads. A policy that requires a
watermark adds the search of the pixels, about a second of a core per image that the cache does not know.

Made by \`npm run bench:check\`. ${aboutThisRun(engine)} Load of the machine meanwhile: ${loadavg()[1]!.toFixed(1)}.

| images | run | wall | processor | how |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

The 10,000 files have the contents of the 1,000, each under ten names. On a shared machine compare the processor times.
`,
);
