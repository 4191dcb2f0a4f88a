/** A published list as it is kept: one JSON file, checked as strictly as if it had just been fetched. */
import { errorMessage, sha256Hex } from '../../core/index.js';
import { C2paError } from '../errors.js';
import { asArray, asObject } from '../json.js';
import type { TrustList } from '../settings.js';
import { checkTrust, readAnchors } from './check.js';
import type { PublishedListName } from './published.js';

export interface SavedSource {
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface SavedList {
  readonly schemaVersion: 1;
  readonly name: PublishedListName;
  /** When its publisher issued it, RFC 3339. */
  readonly date: string;
  /** When its publisher promises the next one, RFC 3339; null without a promise. */
  readonly nextUpdate: string | null;
  /** When it was fetched, RFC 3339. */
  readonly fetched: string;
  readonly sources: readonly SavedSource[];
  /** Of `anchorsPem` as UTF-8. */
  readonly sha256: string;
  readonly certificates: number;
  readonly keyUsages: readonly string[];
  readonly anchorsPem: string;
}

/** @throws C2paError C2PA_TRUST_LIST when the text is no such list, or not as it was written. */
export function parseSavedList(text: string, name: PublishedListName, where: string): SavedList {
  try {
    const saved = asObject(JSON.parse(text) as unknown);
    const anchorsPem = string(saved, 'anchorsPem');
    if (saved['schemaVersion'] !== 1) throw new Error('it has another schema version');
    if (saved['name'] !== name) throw new Error('it is another list');
    if (sha256Hex(Buffer.from(anchorsPem)) !== saved['sha256']) {
      throw new Error('its certificates do not have the hash that was written beside them');
    }
    const list: SavedList = {
      schemaVersion: 1,
      name,
      date: time(saved, 'date'),
      nextUpdate: saved['nextUpdate'] === null ? null : time(saved, 'nextUpdate'),
      fetched: time(saved, 'fetched'),
      sources: asArray(saved['sources'])
        .map(asObject)
        .map((source) => ({
          url: string(source, 'url'),
          sha256: string(source, 'sha256'),
          bytes: Number(source['bytes']),
        })),
      sha256: string(saved, 'sha256'),
      certificates: readAnchors(name, anchorsPem).length,
      keyUsages: asArray(saved['keyUsages']).map(String),
      anchorsPem,
    };
    checkTrust({ lists: [toTrustList(list)] });
    return list;
  } catch (cause) {
    throw new C2paError({
      code: 'C2PA_TRUST_LIST',
      message: `the ${name} trust list in ${where} cannot be used: ${errorMessage(cause)}; \`imprint trust update\` replaces it`,
      cause,
    });
  }
}

export function toTrustList({ name, date, sha256, keyUsages, anchorsPem }: SavedList): TrustList {
  return { name, date, sha256, keyUsages, anchorsPem };
}

function string(value: Readonly<Record<string, unknown>>, key: string): string {
  const text = value[key];
  if (typeof text !== 'string') throw new Error(`"${key}" is missing`);
  return text;
}

function time(value: Readonly<Record<string, unknown>>, key: string): string {
  const text = string(value, key);
  if (Number.isNaN(Date.parse(text))) throw new Error(`"${key}" is no time`);
  return text;
}
