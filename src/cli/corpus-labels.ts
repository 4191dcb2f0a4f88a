/** labels.jsonl of a corpus: one line a picture, appended as soon as the picture is whole. */
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { printable, sha256Hex } from '../core/index.js';
import { UsageError } from './exit.js';
import { writeWhole } from './write-whole.js';

export interface Label {
  /** From 1. */
  readonly n: number;
  readonly file: string;
  readonly family: string;
  readonly seed: number;
  readonly marked: boolean;
  /** Of the file, lower-case hex. */
  readonly sha256: string;
}

const NAME = 'labels.jsonl';
const BYTES_MAX = 64 << 20;

/**
 * The labels whose pictures are there and whole; other lines are taken out, so that their pictures are made again.
 *
 * @throws UsageError for a file that is no list of labels.
 */
export async function readLabels(folder: string): Promise<Map<number, Label>> {
  const path = join(folder, NAME);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (text.length > BYTES_MAX) throw new UsageError(`${printable(path)} is too long for labels`);
  const labels = new Map<number, Label>();
  // What follows the last line's end was being written when the run was killed.
  const lines = text.split('\n').slice(0, -1);
  for (const [i, line] of lines.entries()) {
    const label = parse(line);
    if (label === null) throw new UsageError(`${printable(path)}: line ${i + 1} is no label`);
    const bytes = await readFile(join(folder, label.file)).catch(() => null);
    if (bytes !== null && sha256Hex(bytes) === label.sha256) labels.set(label.n, label);
  }
  // One line a picture, and a whole last line to append behind.
  if (labels.size < lines.length || !(text === '' || text.endsWith('\n'))) {
    await writeWhole(path, [...labels.values()].map(lineOf).join(''));
  }
  return labels;
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
  const { n, file, family, seed, marked, sha256 } = value as Record<string, unknown>;
  if (!Number.isSafeInteger(n) || !Number.isSafeInteger(seed) || file !== `${String(n)}.png`) {
    return null;
  }
  if (typeof family !== 'string' || typeof marked !== 'boolean' || typeof sha256 !== 'string') {
    return null;
  }
  return { n: n as number, file, family, seed: seed as number, marked, sha256 };
}
