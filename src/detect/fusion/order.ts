/** One order for evidence, so that a verdict does not depend on the order in which signals ran. */
import type { Evidence } from '../evidence.js';

/** By weight, heaviest first, then in any fixed order. Strength is the caller's business. */
export function compareEvidence(a: Evidence, b: Evidence): number {
  const byWeight = Math.abs(b.llr) - Math.abs(a.llr);
  if (byWeight !== 0) return byWeight;
  const [x, y] = [key(a), key(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

const key = ({ id, finding, where, claim, contradicts = [] }: Evidence): string =>
  [id, finding, where, claim, ...contradicts].join('\0');
