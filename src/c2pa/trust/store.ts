/** Where published lists are kept: what the user downloaded, else the snapshot in this package. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packagePath } from '../../core/index.js';
import type { PublishedListName } from './published.js';
import type { SavedList } from './saved.js';
import { parseSavedList } from './saved.js';

export interface StoredList extends SavedList {
  /** `bundled`: the snapshot in this package. */
  readonly origin: 'bundled' | 'downloaded';
  readonly path: string;
}

/** The snapshots in this package. */
export function bundledTrustDir(): string {
  return packagePath('trust');
}

const fileIn = (dir: string, name: PublishedListName): string => join(dir, `${name}.json`);

/**
 * The list `name`. Of a downloaded one and the snapshot of this package the one issued later counts, so
 * that an old download does not outlive an update of the package.
 *
 * @param dir the user's folder of downloaded lists; need not exist.
 * @throws C2paError C2PA_TRUST_LIST when the file there is damaged; it is never passed over in silence.
 */
export async function loadPublishedList(name: PublishedListName, dir: string): Promise<StoredList> {
  const bundledPath = fileIn(bundledTrustDir(), name);
  const bundled: StoredList = {
    ...parseSavedList(await readFile(bundledPath, 'utf8'), name, bundledPath),
    origin: 'bundled',
    path: bundledPath,
  };
  const path = fileIn(dir, name);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (text === null) return bundled;
  const downloaded: StoredList = {
    ...parseSavedList(text, name, path),
    origin: 'downloaded',
    path,
  };
  return Date.parse(downloaded.date) >= Date.parse(bundled.date) ? downloaded : bundled;
}

/** Write `list` whole or not at all. @returns the path. */
export async function savePublishedList(list: SavedList, dir: string): Promise<string> {
  await mkdir(dir, { recursive: true });
  const path = fileIn(dir, list.name);
  const partial = `${path}.${randomBytes(6).toString('hex')}.partial`;
  try {
    await writeFile(partial, `${JSON.stringify(list, null, 2)}\n`, { flag: 'wx' });
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  return path;
}
