/** Registry answers as the API words them. */
import type {
  Binding,
  Registry,
  RegistryMatch,
  RegistryRecord,
} from '../../../provenance/index.js';
import { WATERMARK_ALG } from '../../../provenance/index.js';
import { FINGERPRINT_ALG } from './common.js';

/** By the value as it was stored, and as the text that its base64 holds: manifests state it either way. */
export async function findBound(
  registry: Registry,
  asked: Binding,
  limit: number,
): Promise<RegistryRecord[]> {
  const direct = await registry.findByBinding(asked, limit);
  const bytes = Buffer.from(asked.value, 'base64');
  const text = bytes.toString('latin1');
  const canonical = bytes.toString('base64') === asked.value && /^[\x20-\x7e]+$/.test(text);
  if (!canonical) return direct;
  const decoded = await registry.findByBinding({ alg: asked.alg, value: text }, limit);
  return [...direct, ...decoded.filter(({ id }) => direct.every((other) => other.id !== id))].slice(
    0,
    limit,
  );
}

export function foundBy(wanted: string | undefined): (match: RegistryMatch) => boolean {
  if (wanted === undefined) return () => true;
  return ({ by }) =>
    (wanted === WATERMARK_ALG && by !== 'fingerprint') ||
    (wanted === FINGERPRINT_ALG && by !== 'watermark');
}

export function merge(
  matches: readonly RegistryMatch[],
  hinted: readonly RegistryRecord[],
  limit: number,
) {
  const own = matches.map(({ record, similarity }) => ({
    manifestId: record.id,
    ...(similarity === null ? {} : { similarityScore: Math.round(similarity) }),
  }));
  const more = hinted
    .filter(({ id }) => own.every(({ manifestId }) => manifestId !== id))
    .map(({ id }) => ({ manifestId: id }));
  return [...own, ...more].slice(0, limit);
}
