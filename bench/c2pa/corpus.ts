/** Every file of the corpus under no list, the published ones and the test roots: what c2pa-rs says, and what we say. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorMessage } from '../../src/core/index.js';
import { withEngine } from '../../src/c2pa/engine.js';
import type { CredentialsReport, TrustList } from '../../src/c2pa/index.js';
import { loadPublishedList, readCredentials, toTrustList } from '../../src/c2pa/index.js';
import { asArray, asObject } from '../../src/c2pa/json.js';
import { readSettings } from '../../src/c2pa/settings.js';
import { bundledTrustDir } from '../../src/c2pa/trust/store.js';
import { sniffFormat } from '../../src/image/index.js';

export const CORPUS_DIR = fileURLToPath(new URL('../../../shared/assets/c2pa/', import.meta.url));
export const haveCorpus = existsSync(CORPUS_DIR);
/** Certificates of the files run out one after the other; the table is about one day. */
export const CORPUS_TIME = new Date('2026-11-25T00:00:00Z');
export const LIST_NAMES = ['none', 'official', 'interim', 'test'] as const;
export type ListName = (typeof LIST_NAMES)[number];

/** What the engine says without any of our reading: its state and its codes, or why it refuses. */
export interface EngineWord {
  state: string | null;
  success: string[];
  failure: string[];
  refusal: string | null;
}

export interface CorpusRow {
  file: string;
  readings: Record<ListName, { engine: EngineWord; report: CredentialsReport }>;
}

async function listsByName(): Promise<Record<ListName, TrustList[]>> {
  // Only the snapshot of the package, so that the table does not depend on who makes it.
  const published = async (name: 'official' | 'interim'): Promise<TrustList> =>
    toTrustList(await loadPublishedList(name, bundledTrustDir()));
  const test = readFileSync(join(CORPUS_DIR, 'c2pa-rs/trust/test_cert_root_bundle.pem'), 'utf8');
  return {
    none: [],
    official: [await published('official')],
    interim: [await published('interim')],
    test: [{ name: 'test', anchorsPem: test }],
  };
}

function engineWord(bytes: Uint8Array, mime: string, lists: TrustList[]): Promise<EngineWord> {
  return withEngine(
    async ({ Reader }) => {
      try {
        const reader = await Reader.fromBytes(mime, bytes, readSettings({ lists }));
        const store = asObject(JSON.parse(reader.json()) as unknown);
        reader.free();
        const results = asObject(store['validation_results']);
        const parts = [
          asObject(results['activeManifest']),
          ...asArray(results['ingredientDeltas']).map((delta) =>
            asObject(asObject(delta)['validationDeltas']),
          ),
        ];
        const codes = (kind: string): string[] =>
          parts.flatMap((part) =>
            asArray(part[kind]).map((entry) => String(asObject(entry)['code'])),
          );
        const state = String(store['validation_state']);
        return { state, success: codes('success'), failure: codes('failure'), refusal: null };
      } catch (error) {
        return { state: null, success: [], failure: [], refusal: errorMessage(error) };
      }
    },
    { now: CORPUS_TIME },
  );
}

/** Images of the corpus, by folder and name. */
export function corpusFiles(): string[] {
  return ['c2pa-rs', 'example-assets'].flatMap((folder) =>
    readdirSync(join(CORPUS_DIR, folder))
      .filter((name) => /\.(jpe?g|png|tiff?|webp|avif|heic|svg)$/i.test(name))
      .sort()
      .map((name) => `${folder}/${name}`),
  );
}

export async function readCorpus(files = corpusFiles()): Promise<CorpusRow[]> {
  const lists = await listsByName();
  const rows: CorpusRow[] = [];
  for (const file of files) {
    const bytes = new Uint8Array(readFileSync(join(CORPUS_DIR, file)));
    const mime = sniffFormat(bytes)?.mime ?? 'application/octet-stream';
    const readings = {} as CorpusRow['readings'];
    for (const name of LIST_NAMES) {
      // What the engine refuses it refuses before it asks whom to believe.
      if (name !== 'none' && readings.none.engine.refusal !== null) {
        readings[name] = readings.none;
        continue;
      }
      readings[name] = {
        engine: await engineWord(bytes, mime, lists[name]),
        report: await readCredentials(bytes, mime, {
          trust: { lists: lists[name] },
          validationTime: CORPUS_TIME,
        }),
      };
    }
    rows.push({ file, readings });
  }
  return rows;
}
