/** An image -> the manifests that the registry associates with it. */
import { softBindingValue } from '../detect/index.js';
import type { Fingerprint } from '../image/index.js';
import type { NearRecord, Registry, RegistryRecord } from '../registry/index.js';
import { WATERMARK_ALG } from '../watermark/index.js';
import type { FoundBy } from './similarity.js';
import { distanceTo, similarityOf, statementOf } from './similarity.js';

export interface RegistryMatch {
  by: FoundBy;
  /** The only thing that a registry can say. */
  association: 'associated';
  record: RegistryRecord;
  /** Differing bits of 256 between the fingerprints; null where there is nothing to compare. */
  distance: number | null;
  /** 0..100, the share of equal bits; null as `distance`. */
  similarity: number | null;
  /** What that means, in one sentence. */
  statement: string;
}

export interface Sought {
  /** Of the file. */
  sha256: string;
  /** What was read from the pixels; null for none. */
  payload: string | null;
  /** The fingerprint first upright, then in the seven other positions; empty where there are no pixels. */
  variants: readonly Fingerprint[];
}

export interface LookupOptions {
  /** At most this many, 1..100. Default 10. */
  limit?: number;
  /** How many bits a fingerprint may differ, 0..31. Default 31. */
  radius?: number;
}

const MIN_QUALITY = 50;

/** The file itself, else its watermark, else its fingerprint: each only when what is stronger found nothing. */
export async function lookUp(
  registry: Registry,
  sought: Sought,
  { limit = 10, radius = 31 }: LookupOptions = {},
): Promise<RegistryMatch[]> {
  const { sha256, payload, variants } = sought;
  const same = await registry.findByAsset(sha256, limit);
  if (same.length > 0) return same.map((record) => matchOf('file', record, variants));
  if (payload !== null) {
    const binding = { alg: WATERMARK_ALG, value: softBindingValue(payload) };
    const bound = await registry.findByBinding(binding, limit);
    if (bound.length > 0) {
      return bound
        .map((record) => matchOf('watermark', record, variants))
        .sort((a, b) => (a.distance ?? 256) - (b.distance ?? 256));
    }
  }
  return (await nearest(registry, variants, { limit, radius })).map(({ record }) =>
    matchOf('fingerprint', record, variants),
  );
}

/** Upright first: it is what most copies are, and the others cost seven times as much. */
async function nearest(
  registry: Registry,
  variants: readonly Fingerprint[],
  options: Required<LookupOptions>,
): Promise<NearRecord[]> {
  const [upright, ...others] = variants;
  if (upright === undefined || upright.quality < MIN_QUALITY) return [];
  const found = await registry.findNearest(upright.hash, options);
  if (found.length > 0) return found;
  const all: NearRecord[] = [];
  for (const { hash } of others) all.push(...(await registry.findNearest(hash, options)));
  all.sort((a, b) => a.distance - b.distance);
  // A picture that is its own mirror image is found in several positions.
  const first = all.filter(
    ({ record }, i) => all.findIndex((other) => other.record.id === record.id) === i,
  );
  return first.slice(0, options.limit);
}

function matchOf(
  by: FoundBy,
  record: RegistryRecord,
  variants: readonly Fingerprint[],
): RegistryMatch {
  const distance = distanceTo(record.fingerprint, variants);
  return {
    by,
    association: 'associated',
    record,
    distance,
    similarity: distance === null ? null : similarityOf(distance),
    statement: statementOf(by, distance),
  };
}
