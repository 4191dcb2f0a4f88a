/** Where files are written, and that none of them is a file that the same call reads. */
import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { printable } from '../core/index.js';
import { UsageError } from './exit.js';

/** A path and the option or argument that gave it, for the message. */
export interface NamedPath {
  path: string;
  name: string;
}

/** As in Linux; beyond it a chain of links counts as a loop. */
const MAX_LINKS = 40;

/**
 * Where `path` really leads, once it is known that a regular file may be written there. Asked before
 * the work begins, so that a mistake costs nothing.
 *
 * @param option that named the path, for the message.
 * @throws UsageError for standard output, a folder, a device or a pipe, or links that lead nowhere.
 */
export async function outputTarget(path: string, option = '--output'): Promise<string> {
  if (path === '-' || path === '') throw new UsageError(`${option} expected a file name`);
  if (path.endsWith('/')) throw new UsageError(`${path} is a folder; ${option} expected a file`);
  const info = await stat(path).catch(() => null);
  if (info?.isDirectory() === true) {
    throw new UsageError(`${path} is a folder; ${option} expected a file`);
  }
  if (info !== null && !info.isFile()) throw new UsageError(`${path} is no regular file`);
  // A link is followed, as other tools do; renaming over it would replace the link itself.
  return info === null ? endOfLinks(path) : realpath(path);
}

/** A link whose file is not there yet is followed as well: that file is then made, as a shell's `>` does. */
async function endOfLinks(path: string): Promise<string> {
  let end = path;
  for (let i = 0; i < MAX_LINKS; i++) {
    const info = await lstat(end).catch(() => null);
    if (info?.isSymbolicLink() !== true) return end;
    // Relative to where the link really lies, which may be behind a linked folder.
    end = resolve(await realpath(dirname(end)), await readlink(end));
  }
  throw new UsageError(`${path} is a link that leads nowhere`);
}

/**
 * Nothing that a call reads may be written over by it, under whatever name: through links, linked folders and hard
 * links. Nor may two of its outputs be one file.
 *
 * @throws UsageError
 */
export async function keepInputs(
  targets: readonly NamedPath[],
  inputs: readonly NamedPath[],
): Promise<void> {
  const taken = new Map<string, NamedPath & { written: boolean }>();
  for (const input of inputs) taken.set(await identity(input.path), { ...input, written: false });
  for (const target of targets) {
    const id = await identity(await outputTarget(target.path, target.name));
    const other = taken.get(id);
    if (other !== undefined) {
      const what = other.written ? `${other.name} is written to` : `is read as ${other.name}`;
      throw new UsageError(
        `${target.name} would write over ${printable(other.path)}, which ${what}`,
      );
    }
    taken.set(id, { ...target, written: true });
  }
}

/** Whether two paths name one file. */
export async function isSameFile(a: string, b: string): Promise<boolean> {
  return (await identity(a)) === (await identity(b));
}

/** The file itself where there is one, else the place where it would be made. */
async function identity(path: string): Promise<string> {
  // bigint: some file systems number their files beyond 2^53.
  const info = await stat(path, { bigint: true }).catch(() => null);
  if (info !== null) return `${info.dev}:${info.ino}`;
  const whole = resolve(path);
  return join(await realParent(dirname(whole)), basename(whole));
}

/** The real path of a folder of which the last parts may not be there yet. */
async function realParent(folder: string): Promise<string> {
  const real = await realpath(folder).catch(() => null);
  if (real !== null || dirname(folder) === folder) return real ?? folder;
  return join(await realParent(dirname(folder)), basename(folder));
}
