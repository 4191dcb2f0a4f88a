/** Fetch a published list and check it before anything believes it. */
import type { X509Certificate } from 'node:crypto';
import type { Clock } from '../../core/index.js';
import { errorMessage, sha256Hex } from '../../core/index.js';
import { C2paError } from '../errors.js';
import type { GuardedFetch } from '../fetch.js';
import { asArray, asObject } from '../json.js';
import { checkTrust, readAnchors } from './check.js';
import type { PublishedFile, PublishedListName } from './published.js';
import { PUBLISHED } from './published.js';
import type { SavedList } from './saved.js';
import { toTrustList } from './saved.js';
import type { StoredList } from './store.js';
import { loadPublishedList, savePublishedList } from './store.js';

/** The official list has 40 to 70 kB a file; more than this is something else. */
const MAX_FILE_BYTES = 2 << 20;
/** Fewer anchors than this is a page that was cut or emptied by mistake, not a trust list. */
const MIN_CERTIFICATES = 3;

export interface FetchListOptions {
  fetch: GuardedFetch;
  clock: Clock;
  /** Folder URL that holds the files instead of the published address (a mirror). */
  base?: string;
}

/**
 * Download every file of the list `name` and check it: certificates can be read, are plausibly many, and are
 * those that the list's own index names.
 *
 * @throws C2paError C2PA_FETCH when a file cannot be had, C2PA_TRUST_LIST when what came is not the list.
 */
export async function fetchPublishedList(
  name: PublishedListName,
  { fetch, clock, base = PUBLISHED[name].base }: FetchListOptions,
): Promise<SavedList> {
  const folder = base.endsWith('/') ? base : `${base}/`;
  const files: FetchedFile[] = [];
  for (const file of PUBLISHED[name].files) {
    const url = new URL(file.name, folder).href;
    files.push({ ...file, url, bytes: await fetch(url, { maxBytes: MAX_FILE_BYTES }) });
  }
  try {
    return buildList(name, files, clock.now().toISOString());
  } catch (cause) {
    throw new C2paError({
      code: 'C2PA_TRUST_LIST',
      message: `what came from ${folder} is not the ${name} trust list: ${errorMessage(cause)}`,
      cause,
    });
  }
}

export interface FetchedFile extends PublishedFile {
  url: string;
  bytes: Uint8Array;
}

/** @throws Error saying what is wrong with the files. */
export function buildList(
  name: PublishedListName,
  files: readonly FetchedFile[],
  fetched: string,
): SavedList {
  const textOf = ({ name: file, bytes }: FetchedFile): string => {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch (cause) {
      throw new Error(`${file} is no text`, { cause });
    }
  };
  const anchors = new Map(
    files
      .filter(({ role }) => role === 'anchors')
      .map((file) => [file.name, readAnchors(file.name, textOf(file))]),
  );
  const indexes = files
    .filter(({ role }) => role === 'index')
    .map((file) => readIndex(file.name, textOf(file), anchors.get(file.of ?? '') ?? []));
  const pems = new Set([...anchors.values()].flat().map((certificate) => certificate.toString()));
  if (pems.size < MIN_CERTIFICATES) throw new Error(`it has ${pems.size} certificates only`);
  const anchorsPem = [...pems].join('');
  const list: SavedList = {
    schemaVersion: 1,
    name,
    date: latest(indexes.map(({ issued }) => issued)) ?? PUBLISHED[name].frozen ?? fetched,
    nextUpdate: earliest(indexes.map(({ nextUpdate }) => nextUpdate)),
    fetched,
    sources: files.map(({ url, bytes }) => ({
      url,
      sha256: sha256Hex(bytes),
      bytes: bytes.length,
    })),
    sha256: sha256Hex(Buffer.from(anchorsPem)),
    certificates: pems.size,
    keyUsages: files
      .filter(({ role }) => role === 'key-usages')
      .flatMap((file) => readKeyUsages(textOf(file))),
    anchorsPem,
  };
  checkTrust({ lists: [toTrustList(list)] });
  return list;
}

/** The dates of an index, once it names exactly the certificates of its PEM file. */
function readIndex(
  name: string,
  text: string,
  certificates: readonly X509Certificate[],
): { issued: string; nextUpdate: string } {
  const root = asObject(asObject(JSON.parse(text) as unknown)['LoTE']);
  const about = asObject(root['ListAndSchemeInformation']);
  const named = new Set(
    asArray(root['TrustedEntitiesList'])
      .flatMap((entity) => asArray(asObject(entity)['TrustedEntityServices']))
      .map((service) => asObject(asObject(service)['ServiceInformation']))
      .flatMap((service) =>
        asArray(asObject(service['ServiceDigitalIdentity'])['X509Certificates']),
      )
      .map((certificate) => String(asObject(certificate)['val'])),
  );
  const given = new Set(certificates.map(({ raw }) => raw.toString('base64')));
  if (named.size !== given.size || [...given].some((value) => !named.has(value))) {
    throw new Error(`${name} and its PEM file do not hold the same certificates`);
  }
  const time = (key: string): string => {
    const value = about[key];
    if (typeof value !== 'string' || Number.isNaN(Date.parse(value))) {
      throw new Error(`${name} has no ${key}`);
    }
    return value;
  };
  return { issued: time('ListIssueDateTime'), nextUpdate: time('NextUpdate') };
}

/** Lines that are no comment; whether they are OIDs is checked with the whole list. */
const readKeyUsages = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('//') && !line.startsWith('#'));

const byTime = (times: readonly string[]): string[] =>
  [...times].sort((a, b) => Date.parse(a) - Date.parse(b));
const latest = (times: readonly string[]): string | null => byTime(times).at(-1) ?? null;
const earliest = (times: readonly string[]): string | null => byTime(times)[0] ?? null;

/** As `fetchPublishedList`, compared with the list in use and written to `dir`. */
export async function updatePublishedList(
  name: PublishedListName,
  { dir, ...options }: FetchListOptions & { dir: string },
): Promise<{ list: StoredList; changed: boolean }> {
  const current = await loadPublishedList(name, dir).catch((error: unknown) => {
    // A damaged download is what an update is for.
    if (error instanceof C2paError) return null;
    throw error;
  });
  const list = await fetchPublishedList(name, options);
  const refuse = (why: string): never => {
    throw new C2paError({ code: 'C2PA_TRUST_LIST', message: `the ${name} trust list ${why}` });
  };
  if (current !== null && Date.parse(list.date) < Date.parse(current.date)) {
    refuse(`that was offered (${list.date}) is older than the one in use (${current.date})`);
  }
  if (current !== null && list.certificates * 2 < current.certificates) {
    refuse(
      `that was offered has ${list.certificates} certificates where the one in use has ${current.certificates}`,
    );
  }
  const path = await savePublishedList(list, dir);
  return {
    list: { ...list, origin: 'downloaded', path },
    changed: current?.sha256 !== list.sha256,
  };
}
