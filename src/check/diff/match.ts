/** Which file after a step is which file before it: by path, by content, then by looks. */
import type { Fingerprint } from '../../provenance/index.js';
import { decodeImage, fingerprintOf } from '../../provenance/index.js';
import { mapConcurrent } from '../concurrent.js';
import { readBytes } from '../inspector.js';
import type { ChangeSummary, CheckFile, Inspected } from '../model.js';

export interface Looked {
  file: CheckFile;
  inspected: Inspected;
}

export interface Pair {
  before: Looked | null;
  after: Looked | null;
  matched: ChangeSummary['matched'];
}

/** The looks of a file; null where it cannot be shown. A port, so that tests need no pictures. */
export type FingerprintFile = (file: CheckFile) => Promise<Fingerprint | null>;

/** Of 256 bits; what PDQ's authors take for the same picture. */
const MAX_DISTANCE = 31;
/** Below it a hash says little (a plain surface, a gradient). */
const MIN_QUALITY = 50;
const AT_A_TIME = 4;

export const fingerprintFile: FingerprintFile = async (file) => {
  try {
    return await fingerprintOf((await decodeImage(await readBytes(file))).pixels);
  } catch {
    // What cannot be read is told by other rules; it only resembles nothing.
    return null;
  }
};

/**
 * Every file after a step gets at most one file before it; one file before may have become several (sizes,
 * formats). Files that are only in one of the two come alone.
 */
export async function matchFiles(
  before: readonly Looked[],
  after: readonly Looked[],
  fingerprint: FingerprintFile,
): Promise<Pair[]> {
  const byPath = new Map(before.map((one) => [one.file.path, one]));
  const bySha = new Map(before.map((one) => [shaOf(one), one]));
  bySha.delete(null);
  const pairs: Pair[] = [];
  const left: Looked[] = [];
  for (const one of after) {
    const named = byPath.get(one.file.path);
    const same = bySha.get(shaOf(one));
    if (named !== undefined) pairs.push({ before: named, after: one, matched: 'path' });
    else if (same !== undefined) pairs.push({ before: same, after: one, matched: 'content' });
    else left.push(one);
  }
  const alike = await nearest(left, before, fingerprint);
  for (const [index, one] of left.entries()) {
    const found = alike[index] ?? null;
    pairs.push({ before: found, after: one, matched: found === null ? null : 'fingerprint' });
  }
  const used = new Set(pairs.map((pair) => pair.before));
  const gone = before.filter((one) => !used.has(one));
  return [...pairs, ...gone.map((one): Pair => ({ before: one, after: null, matched: null }))];
}

const shaOf = ({ inspected }: Looked): string | null =>
  'report' in inspected ? inspected.report.file.sha256 : null;

async function nearest(
  wanted: readonly Looked[],
  among: readonly Looked[],
  fingerprint: FingerprintFile,
): Promise<(Looked | null)[]> {
  if (wanted.length === 0 || among.length === 0) return [];
  const wordsOf = async ({ file, inspected }: Looked): Promise<Uint32Array | null> => {
    const seen = 'report' in inspected ? await fingerprint(file) : null;
    return seen === null || seen.quality < MIN_QUALITY ? null : toWords(seen.hash);
  };
  const candidates = await mapConcurrent(among, AT_A_TIME, wordsOf);
  return mapConcurrent(wanted, AT_A_TIME, async (one) => {
    const words = await wordsOf(one);
    if (words === null) return null;
    let best: Looked | null = null;
    let least = MAX_DISTANCE + 1;
    for (const [index, other] of candidates.entries()) {
      const distance = other === null ? Infinity : hamming(words, other);
      if (distance < least) {
        least = distance;
        best = among[index]!;
      }
    }
    return best;
  });
}

function toWords(hash: string): Uint32Array {
  return Uint32Array.from({ length: hash.length / 8 }, (_, index) =>
    Number.parseInt(hash.slice(8 * index, 8 * index + 8), 16),
  );
}

function hamming(a: Uint32Array, b: Uint32Array): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) {
    let bits = a[i]! ^ b[i]!;
    // Bits counted in parallel (Hacker's Delight, section 5-1).
    bits -= (bits >>> 1) & 0x55555555;
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
    count += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}
