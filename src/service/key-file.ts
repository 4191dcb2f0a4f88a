/** API keys in a JSON file of the user's data folder, written whole and readable by its owner alone. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { errorMessage } from '../core/index.js';
import type { KeyStore, StoredKey } from './auth.js';
import { SCOPES } from './auth.js';
import { ServiceError } from './errors.js';

const storedKey = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  scopes: z.array(z.enum(SCOPES)),
  name: z.string().max(100),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
});
const keyFile = z.strictObject({ version: z.literal(1), keys: z.array(storedKey).max(10_000) });

/** A lock of a process that was killed ends after so long. */
const STALE_MS = 5000;

/** The keys of `path`; none when there is no such file. @throws ServiceError NOT_CONFIGURED */
export async function readKeyFile(path: string): Promise<StoredKey[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return [];
  try {
    return keyFile.parse(JSON.parse(text)).keys;
  } catch (cause) {
    throw new ServiceError({
      code: 'NOT_CONFIGURED',
      message: `${path} is no file of API keys: ${errorMessage(cause).split('\n')[0]}`,
    });
  }
}

/**
 * What `change` makes of the keys of `path`. One process at a time does it, so that no key is lost between reading
 * and writing.
 *
 * @throws ServiceError NOT_CONFIGURED for a file of something else, or one that another process holds for 10 s.
 */
export async function changeKeyFile(
  path: string,
  change: (keys: readonly StoredKey[]) => readonly StoredKey[],
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const { lock } = await import('proper-lockfile');
  const retries = { retries: 200, factor: 1, minTimeout: 25, maxTimeout: 75, randomize: true };
  // The file itself need not be there yet.
  const options = { realpath: false, stale: STALE_MS, retries, onCompromised: () => undefined };
  const release = await lock(path, options).catch((cause: unknown) => {
    const message = `${path} is changed by another process`;
    throw new ServiceError({ code: 'NOT_CONFIGURED', message, cause });
  });
  try {
    const before = await readKeyFile(path);
    const after = change(before);
    if (after !== before) await writeKeyFile(path, after);
  } finally {
    await release();
  }
}

export async function writeKeyFile(path: string, keys: readonly StoredKey[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${randomBytes(4).toString('hex')}.new`;
  try {
    const text = `${JSON.stringify({ version: 1, keys }, null, 2)}\n`;
    await writeFile(fresh, text, { flag: 'wx', mode: 0o600 });
    await chmod(fresh, 0o600);
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

/** Reads the file again when it has changed, at most once a second: new and revoked keys need no restart. */
export function createFileKeyStore(path: string): KeyStore {
  let known = new Map<string, StoredKey>();
  let version = '';
  let checkedAt = -Infinity;
  let checking: Promise<void> | undefined;

  async function refresh(): Promise<void> {
    const info = await stat(path).catch(() => null);
    const now = info === null ? 'none' : `${info.mtimeMs}/${info.size}/${info.ino}`;
    if (now !== version) {
      known = new Map((await readKeyFile(path)).map((key) => [key.id, key]));
      version = now;
    }
    checkedAt = performance.now();
  }

  return {
    async find(id) {
      if (performance.now() - checkedAt > 1000) {
        checking ??= refresh().finally(() => (checking = undefined));
        await checking;
      }
      return known.get(id) ?? null;
    },
  };
}
