/**
 * What was seen of a file, by its content and by all that bears on how it is seen. Lies outside the tree that is
 * checked: a pull request must not bring its own answers.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { errorMessage, printable, sha256Hex } from '../core/index.js';
import { ENGINES, TOOL } from '../provenance/index.js';
import type { InspectorSetup } from './inspector.js';
import { problemOf, readBytes, underPath } from './inspector.js';
import type { CheckFile, Inspected, InspectFile, InspectSettings, Problem } from './model.js';

/** Changes with what an entry holds. */
const CACHE_VERSION = 2;
const HEADER = `imprint-check-cache ${CACHE_VERSION}`;
const MAX_BYTES = 512 << 20;
/** Entries that no run has asked for in so many days are dropped. */
const MAX_UNUSED_DAYS = 60;
const DAY_MS = 86_400_000;

export interface CheckCache {
  get: (key: string) => Inspected | null;
  put: (key: string, value: Inspected) => void;
  /** The text to save, null when nothing has changed. */
  changed: () => string | null;
  stats: { hits: number; misses: number };
}

interface Entry {
  /** Days on which it was made and last asked for, `YYYY-MM-DD`. */
  made: string;
  used: string;
  /** Start of the SHA-256 of `json`: a cache that was damaged must not be believed. */
  sum: string;
  json: string;
}

/** An unreadable or foreign file is an empty cache: it costs time, nothing else. */
export async function openCache(path: string, today: string): Promise<CheckCache> {
  const info = await stat(path).catch(() => null);
  const text =
    info?.isFile() === true && info.size <= MAX_BYTES
      ? await readFile(path, 'utf8').catch(() => '')
      : '';
  return createCache(text, today);
}

export function createCache(text: string, today: string): CheckCache {
  const { entries, dropped } = parseEntries(text, today);
  let changed = dropped;
  const stats = { hits: 0, misses: 0 };
  return {
    stats,
    get(key) {
      const entry = entries.get(key);
      const value = entry === undefined ? null : parseValue(entry);
      if (entry === undefined || value === null || !holds(value, entry.made, today)) {
        stats.misses++;
        return null;
      }
      stats.hits++;
      if (entry.used !== today) {
        entry.used = today;
        changed = true;
      }
      return value;
    },
    put(key, value) {
      const json = JSON.stringify(value);
      entries.set(key, { made: today, used: today, sum: sumOf(json), json });
      changed = true;
    },
    changed() {
      if (!changed) return null;
      const lines = [...entries].map(([key, { made, used, sum, json }]) =>
        [key, made, used, sum, json].join('\t'),
      );
      return `${[HEADER, ...lines].join('\n')}\n`;
    },
  };
}

function parseEntries(
  text: string,
  today: string,
): { entries: Map<string, Entry>; dropped: boolean } {
  const entries = new Map<string, Entry>();
  const [header, ...lines] = text.split('\n');
  if (header !== HEADER) return { entries, dropped: false };
  const oldest = new Date(Date.parse(today) - MAX_UNUSED_DAYS * DAY_MS).toISOString().slice(0, 10);
  let dropped = false;
  for (const line of lines) {
    const [key, made, used, sum, json] = line.split('\t');
    // Lines are written whole, so the last part stands for all.
    if (json === undefined) continue;
    if (used! < oldest) dropped = true;
    else entries.set(key!, { made: made!, used: used!, sum: sum!, json });
  }
  return { entries, dropped };
}

const sumOf = (json: string): string => sha256Hex(Buffer.from(json)).slice(0, 16);

const parseValue = ({ sum, json }: Entry): Inspected | null =>
  sumOf(json) === sum ? (JSON.parse(json) as Inspected) : null;

/** A signature that only the certificate's own validity upholds may be worth less tomorrow. */
function holds(value: Inspected, made: string, today: string): boolean {
  if ('problem' in value) return true;
  const { signer } = value.report.credentials;
  return signer === null || signer.timestampTrusted || made === today;
}

/** Part of every key: engines, lists, keys and time. Texts of rubrics go in by what they say. */
export function setupKey({ trust, keys, at, rubrics }: InspectorSetup): string {
  const facts = {
    version: [CACHE_VERSION, TOOL.version, ENGINES],
    trust,
    keys: keys.map(({ id, secret }) => [id, sha256Hex(secret)]),
    at,
    rubrics,
  };
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

function entryKey(sha256: string, { watermark, rubric }: InspectSettings, setup: string): string {
  const text = JSON.stringify([sha256, watermark, rubric, setup]);
  return createHash('sha256').update(text).digest('hex');
}

/**
 * `inspect` behind a cache. The hash that is looked up must be that of the bytes that are then looked at, so this
 * is also where a file that changes meanwhile is noticed: once is tried again, twice is told.
 */
export function createCachedInspector(
  inspect: InspectFile,
  cache: CheckCache | null,
  setup: string,
): InspectFile {
  return async (file, settings) => {
    for (let attempt = 0; attempt < 2; attempt++) {
      const bytes = await readBytes(file).catch((error: unknown) => problemOf(error, file));
      if (!(bytes instanceof Uint8Array)) return { problem: bytes };
      const sha256 = sha256Hex(bytes);
      const key = entryKey(sha256, settings, setup);
      const known = cache?.get(key) ?? null;
      if (known !== null) return underPath(known, file.path);
      const seen = await inspect(file, settings);
      if ('problem' in seen) {
        if (seen.problem.kind !== 'unsupported') return seen;
        // What is wrong with these bytes will be wrong with them tomorrow.
        const broken = { problem: { ...seen.problem, sha256 } };
        cache?.put(key, broken);
        return broken;
      }
      if (seen.report.file.sha256 !== sha256) continue;
      cache?.put(key, seen);
      return seen;
    }
    return { problem: changing(file) };
  };
}

function changing({ path }: CheckFile): Problem {
  const message = `${printable(path)} changed while it was read`;
  return { kind: 'changing', message, code: 'CHECK_FILE_CHANGED' };
}

/** Why a cache could not be saved, in one line. */
export const cacheWarning = (error: unknown): string =>
  `the cache was not saved: ${printable(errorMessage(error), 300)}`;
