/** One order for evidence, so that a verdict does not depend on the order in which signals ran. */
import type { Evidence } from '../evidence.js';
import { STRENGTH_RANK } from '../evidence.js';

/** By weight, heaviest first, then in any fixed order of all that a verdict tells. How strength counts is the caller's business. */
export function compareEvidence(a: Evidence, b: Evidence): number {
  const byWeight = Math.abs(b.llr) - Math.abs(a.llr);
  if (byWeight !== 0) return byWeight;
  const [x, y] = [key(a), key(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

const key = (item: Evidence): string =>
  [
    STRENGTH_RANK[item.strength],
    item.id,
    item.finding,
    item.where,
    item.claim,
    item.falsePositiveRate,
    ...(item.contradicts ?? []),
  ].join('\0');
