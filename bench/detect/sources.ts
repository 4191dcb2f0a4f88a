/** The sources of training/classifier/sources.json and their files, in an order that is always the same. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTextEntries } from '../../src/image/index.js';
import { sha256 } from '../watermark/hash.js';

export interface Source {
  readonly name: string;
  /** 1 = synthetic. */
  readonly label: 0 | 1;
  readonly kind: string;
  readonly split: 'train' | 'development' | 'test';
  readonly licence: string;
  readonly origin: string;
  readonly folder: string | null;
  readonly match?: string;
  readonly exclude?: string;
  /** Keyword that a picture's text must have. */
  readonly text?: string;
  /** Both sides are multiples of this. */
  readonly multiple?: number;
  /** Its licence allows showing pictures in docs/. */
  readonly show?: boolean;
}

export function readSources(): Source[] {
  return JSON.parse(readFileSync('training/classifier/sources.json', 'utf8')) as Source[];
}

/** Paths below the source's folder, shuffled by their hash. */
export function filesOf(source: Source, data: string): string[] {
  if (source.folder === null) return [];
  const root = join(data, source.folder);
  const match = new RegExp(source.match ?? '');
  const exclude = new RegExp(source.exclude ?? '$^');
  const key = new Map<string, string>();
  for (const entry of readdirSync(root, { recursive: true })) {
    const name = String(entry).replaceAll('\\', '/');
    if (/\.(png|jpe?g|webp)$/i.test(name) && match.test(name) && !exclude.test(name)) {
      key.set(name, sha256(`${source.name}\n${name}`));
    }
  }
  return [...key.keys()].sort((a, b) => (key.get(a)! < key.get(b)! ? -1 : 1));
}

/** What only the bytes can tell: an embedded workflow, a generator's size. */
export function isWanted(
  source: Source,
  bytes: Uint8Array,
  size: { width: number; height: number },
): boolean {
  const { text, multiple = 1 } = source;
  if (size.width % multiple !== 0 || size.height % multiple !== 0) return false;
  return text === undefined || readTextEntries(bytes).some(({ keyword }) => keyword === text);
}
