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

/** `SMALL` different images, one of `SIGNED_EVERY` signed; each hard-linked `copies` times. */
async function makeTree(root: string, copies: number): Promise<number> {
  const { signer, timestamp } = await ensureDevCertificates(join(root, '../certificates'));
  const bases = await Promise.all(Array.from({ length: 20 }, picture));
  let bytes = 0;
  for (let index = 0; index < SMALL; index++) {
    // Behind the end of the image: another file to every hash, the same work to every reader.
    const plain = Buffer.concat([bases[index % bases.length]!, Buffer.from(`<!-- ${index} -->`)]);
    const image =
      index % SIGNED_EVERY === 0
        ? (await signOnly(bases[index % bases.length]!, { signer, timestamp })).bytes
        : plain;
    bytes += image.length;
    for (let copy = 0; copy < copies; copy++) {
      const path = join(root, nameOf(copy, index));
      mkdirSync(join(path, '..'), { recursive: true });
      if (copy === 0) writeFileSync(path, image);
      else linkSync(join(root, nameOf(0, index)), path);
    }
  }
  return bytes / SMALL;
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
  for (let index = 1; index <= CHANGED; index++) {
    const path = join(root, nameOf(0, index));
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
let size = 0;
try {
  for (const copies of [1, COPIES]) {
    const root = join(work, `tree-${copies}`);
    const cache = join(work, `cache-${copies}`);
    mkdirSync(root);
    size = await makeTree(root, copies);
    const count = (copies * SMALL).toLocaleString('en');
    const cold = run(root, cache);
    if (copies === 1) {
      row(count, 'cold', cold, 'measured, 1 run');
      const ten = { wall: cold.wall * COPIES, cpu: cold.cpu * COPIES };
      row(
        (COPIES * SMALL).toLocaleString('en'),
        'cold',
        ten,
        `extrapolated: ${COPIES} times the line above`,
      );
    } else row(count, 'cold, each image 10 times', cold, 'measured, 1 run');
    row(
      count,
      'warm',
      repeat(() => run(root, cache)),
      `measured, median of ${RUNS}`,
    );
    commitAndChange(root);
    row(
      count,
      `changed only (${CHANGED} files)`,
      repeat(() => run(root, join(work, 'none'), ['--no-cache', '--changed-since', 'HEAD'])),
      `measured without a cache, median of ${RUNS}`,
    );
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
`,
);
