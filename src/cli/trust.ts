/** `--trust`, and the folder that downloaded lists are kept in. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PublishedListName, TrustList } from '../provenance/index.js';
import { loadPublishedList, PUBLISHED_LISTS, toTrustList } from '../provenance/index.js';
import { UsageError } from './exit.js';
import type { CliIo } from './io.js';
import { dataDir } from './io.js';
import { certificatesDir } from './issuer.js';

const MAX_PEM_BYTES = 4 << 20;

export function trustDir(env: CliIo['env']): string {
  return join(dataDir(env), 'trust');
}

export const isPublishedName = (name: string): name is PublishedListName =>
  (PUBLISHED_LISTS as readonly string[]).includes(name);

/** The CA of the development certificates as a list; null when there are none yet. Never makes keys. */
export async function developmentList(env: CliIo['env']): Promise<TrustList | null> {
  const anchorsPem = await readFile(join(certificatesDir(env), 'ca.pem'), 'utf8').catch(() => null);
  return anchorsPem === null ? null : { name: 'dev', anchorsPem };
}

/**
 * `official` and `interim` as downloaded or bundled, `dev` for the own development CA, else a PEM file with
 * anchors (`./official` for a file of that name).
 */
export async function trustLists(io: CliIo, names: readonly string[]): Promise<TrustList[]> {
  const lists: TrustList[] = [];
  for (const name of new Set(names)) {
    if (isPublishedName(name)) {
      lists.push(toTrustList(await loadPublishedList(name, trustDir(io.env))));
    } else if (name === 'dev') {
      const list = await developmentList(io.env);
      if (list === null) {
        throw new UsageError('there are no development certificates yet: run `imprint certs dev`');
      }
      lists.push(list);
    } else lists.push({ name, anchorsPem: await readPem(name) });
  }
  return lists;
}

async function readPem(path: string): Promise<string> {
  const info = await stat(path).catch(() => null);
  const text =
    info?.isFile() === true && info.size <= MAX_PEM_BYTES
      ? await readFile(path, 'utf8').catch(() => null)
      : null;
  if (text?.includes('-----BEGIN CERTIFICATE-----') !== true) {
    throw new UsageError(
      `--trust expected ${PUBLISHED_LISTS.join(', ')}, dev or a PEM file with certificates, got "${path}"`,
    );
  }
  return text;
}
