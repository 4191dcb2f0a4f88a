/** Evidence -> natural-log odds that the image is synthetic, without the prior. */
import type { Evidence, EvidenceLayer } from '../evidence.js';
import { DISPUTE, DOUBTED, GROUP, MAX_LLR, REPEATED } from './weights.js';

/**
 * Both sides are added up apart and then set against each other. The result never falls when evidence for AI is
 * added and never rises when evidence against is, and it does not depend on the order.
 *
 * @param doubted findings that others contradict; they count by half.
 */
export function logOdds(evidence: readonly Evidence[], doubted: ReadonlySet<Evidence>): number {
  const weight = (item: Evidence): number => {
    const cap = MAX_LLR[item.strength];
    const llr = Math.min(cap, Math.max(-cap, item.llr));
    return doubted.has(item) ? llr * DOUBTED : llr;
  };
  const up = side(evidence, (item) => Math.max(0, weight(item)));
  const down = side(evidence, (item) => Math.max(0, -weight(item)));
  return settle(up, down);
}

/** Weight of all evidence on one side. */
function side(evidence: readonly Evidence[], weight: (item: Evidence) => number): number {
  // Within one layer findings repeat one another, so only its strongest counts.
  const byLayer = new Map<EvidenceLayer, number>();
  for (const item of evidence) {
    byLayer.set(item.layer, Math.max(byLayer.get(item.layer) ?? 0, weight(item)));
  }
  const groups = { stated: { best: 0, sum: 0 }, pixels: { best: 0, sum: 0 } };
  // Sorted: sums of floating-point numbers depend on their order.
  for (const [layer, value] of [...byLayer].sort((a, b) => b[1] - a[1])) {
    const group = groups[GROUP[layer]];
    group.best = Math.max(group.best, value);
    group.sum += value;
  }
  const total = ({ best, sum }: { best: number; sum: number }): number =>
    best + REPEATED * (sum - best);
  return total(groups.stated) + total(groups.pixels);
}

/** `up - down`, drawn towards nothing the closer the two are to each other. */
function settle(up: number, down: number): number {
  const more = Math.max(up, down);
  if (more === 0) return 0;
  return (up - down) * (1 - (DISPUTE * Math.min(up, down)) / more);
}
