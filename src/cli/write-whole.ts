/** All of a file or nothing, and nothing left behind by a process that was killed while it wrote. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { outputTarget } from './targets.js';

/**
 * All of `bytes` under `path` or nothing: written beside it, synced, then renamed. A file that is replaced
 * hands down who may read it.
 */
export async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  const target = resolve(await outputTarget(path));
  const folder = dirname(target);
  await mkdir(folder, { recursive: true });
  await removeStale(target);
  const partial = join(folder, partialName(target, process.pid));
  const before = await stat(target).catch(() => null);
  try {
    const handle = await open(partial, 'wx', before === null ? 0o644 : 0o600);
    try {
      if (before !== null) await handle.chmod(before.mode & 0o777);
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/**
 * A short name of its own: the target's may already be as long as the file system allows. It says for which target,
 * and which process of which machine writes it.
 */
function partialName(target: string, pid: number): string {
  return `${partialPrefix(target)}${pid}-${randomBytes(4).toString('hex')}.partial`;
}

function partialPrefix(target: string): string {
  const whose = createHash('sha256')
    .update(`${hostname()}\0${basename(target)}`)
    .digest('hex');
  return `.imprint-${whose.slice(0, 12)}-`;
}

/**
 * No process can clean up after kill -9, so the next one that writes the same target does. A fixed name that is
 * written over would leave less, but two processes with one target would then write into each other's file.
 */
async function removeStale(target: string): Promise<void> {
  const prefix = partialPrefix(target);
  const folder = dirname(target);
  // A folder that may be written but not listed is no reason to fail.
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    const pid = /^(\d+)-[0-9a-f]{8}\.partial$/.exec(name.slice(prefix.length))?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process may not be signalled, but it runs.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
