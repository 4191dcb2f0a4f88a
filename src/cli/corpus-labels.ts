/** labels.jsonl of a corpus: one line a picture, on the disk before its picture is. */
import { lstat, mkdir, open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { errorMessage, printable, sha256Hex } from '../core/index.js';
import { UsageError } from './exit.js';
import { writeWhole } from './write-whole.js';

export interface Label {
  /** From 1. */
  readonly n: number;
  readonly file: string;
  readonly family: string;
  /** Of families that draw from text. */
  readonly prompt?: string;
  readonly seed: number;
  readonly marked: boolean;
  /** Of the file, lower-case hex. */
  readonly sha256: string;
}

const NAME = 'labels.jsonl';
const BYTES_MAX = 64 << 20;
/** A lock that nobody renewed for so long was left by a killed process. */
const STALE_MS = 10_000;

/**
 * Run `work` while no other process works on `folder`, which is made when it is not there.
 *
 * @throws UsageError when it can be no folder of a corpus; Error while another process holds it.
 */
export async function holding<T>(folder: string, work: () => Promise<T>): Promise<T> {
  if (folder === '' || folder === '-') throw new UsageError('--out expected a folder');
  const info = await stat(folder).catch(() => lstat(folder).catch(() => null));
  if (info !== null && !info.isDirectory()) {
    throw new UsageError(`${printable(folder)} is no folder`);
  }
  await mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTDIR' && error.code !== 'EEXIST') throw error;
    throw new UsageError(`${printable(folder)} can be no folder: a part of its path is a file`);
  });
  await assertOwn(join(folder, NAME));
  const release = await lock(folder, {
    lockfilePath: join(folder, `${NAME}.lock`),
    stale: STALE_MS,
    update: STALE_MS / 3,
    retries: { retries: 12, factor: 1, minTimeout: 1000, maxTimeout: 1000 },
  }).catch((cause: unknown) => {
    const why = `another process works on it (${errorMessage(cause)})`;
    throw new Error(`${printable(folder)}: ${why}`, { cause });
  });
  try {
    return await work();
  } finally {
    await release();
  }
}

/** Whether there is something. Links are not followed: they lead out of the folder. @throws UsageError for what is no file. */
async function assertOwn(path: string): Promise<boolean> {
  const info = await lstat(path).catch(() => null);
  if (info !== null && !info.isFile())
    throw new UsageError(`${printable(path)} is no regular file`);
  return info !== null;
}

export interface Labels {
  /** By number; of a number with several lines the last. */
  readonly all: Map<number, Label>;
  /** Numbers whose picture is there and whole. */
  readonly whole: ReadonlySet<number>;
}

/** @throws UsageError for a file that is no list of labels. */
export async function readLabels(folder: string): Promise<Labels> {
  const path = join(folder, NAME);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (text.length > BYTES_MAX) throw new UsageError(`${printable(path)} is too long for labels`);
  const all = new Map<number, Label>();
  // What follows the last line's end was being written when the run was killed.
  const lines = text.split('\n').slice(0, -1);
  for (const [i, line] of lines.entries()) {
    const label = parse(line);
    if (label === null) throw new UsageError(`${printable(path)}: line ${i + 1} is no label`);
    all.set(label.n, label);
  }
  const whole = new Set<number>();
  for (const { n, file, sha256 } of all.values()) {
    if (!(await assertOwn(join(folder, file)))) continue;
    if (sha256Hex(await readFile(join(folder, file))) === sha256) whole.add(n);
  }
  // One line a picture, and a whole last line to append behind.
  if (all.size < lines.length || !(text === '' || text.endsWith('\n'))) {
    await writeLabels(folder, all);
  }
  return { all, whole };
}

/**
 * What is to be written may be written: a picture that no label names is somebody else's.
 *
 * @throws UsageError
 */
export async function assertFree(folder: string, count: number, { all }: Labels): Promise<void> {
  for (let n = 1; n <= count; n++) {
    const path = join(folder, `${n}.png`);
    if ((await assertOwn(path)) && !all.has(n)) {
      throw new UsageError(
        `${printable(path)} is there and no label names it: take it away, or name another folder`,
      );
    }
  }
}

/** In the order of the pictures, one line each. */
export function writeLabels(folder: string, labels: ReadonlyMap<number, Label>): Promise<void> {
  const sorted = [...labels.values()].sort((a, b) => a.n - b.n);
  return writeWhole(join(folder, NAME), sorted.map(lineOf).join(''));
}

/** On the disk when it returns. */
export async function appendLabel(folder: string, label: Label): Promise<void> {
  const handle = await open(join(folder, NAME), 'a');
  try {
    await handle.appendFile(lineOf(label));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const lineOf = (label: Label): string => `${JSON.stringify(label)}\n`;

function parse(line: string): Label | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { n, file, family, prompt, seed, marked, sha256 } = value as Record<string, unknown>;
  if (!Number.isSafeInteger(n) || !Number.isSafeInteger(seed) || file !== `${String(n)}.png`) {
    return null;
  }
  if (typeof family !== 'string' || typeof marked !== 'boolean' || typeof sha256 !== 'string') {
    return null;
  }
  if (prompt !== undefined && typeof prompt !== 'string') return null;
  const said = prompt === undefined ? {} : { prompt };
  return { n: n as number, file, family, ...said, seed: seed as number, marked, sha256 };
}
