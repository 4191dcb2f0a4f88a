/** Evidence -> verdict and clashes. Log-odds add up; the state follows precedence (docs/architecture.md). */
import { assertNumber } from '../../core/index.js';
import type { Evidence } from '../evidence.js';
import type { Clash, Verdict } from '../report.js';
import { doubtedBy, findClashes } from './clashes.js';
import { logOdds } from './log-odds.js';
import { decide } from './precedence.js';
import { summarise } from './summary.js';
import { MAX_LOG_ODDS } from './weights.js';
import type { FuseContext } from './would-change.js';
import { wouldChange } from './would-change.js';

export interface FuseOptions {
  /** Probability that an image is synthetic before looking at it, in 0.001..0.999. Default 0.5. */
  prior?: number;
  /** What else is known; only `wouldChange` asks. Default: nothing. */
  context?: FuseContext;
}

/** @throws TypeError or RangeError unless it is a number in 0.001..0.999: certainty leaves nothing to evidence. */
export function assertPrior(prior: number): void {
  assertNumber(prior, 'prior', 0.001, 0.999);
}

/** Pure: the same evidence, in whatever order, gives the same verdict. */
export function fuse(
  evidence: readonly Evidence[],
  options: FuseOptions = {},
): { verdict: Verdict; clashes: Clash[] } {
  const prior = options.prior ?? 0.5;
  assertPrior(prior);

  const doubted = doubtedBy(evidence);
  const decision = decide(evidence, doubted);
  const clashes = findClashes(evidence, decision);
  const posterior = Math.log(prior / (1 - prior)) + logOdds(evidence, doubted);
  const bounded = Math.min(MAX_LOG_ODDS, Math.max(-MAX_LOG_ODDS, posterior));
  const { state, deciding } = decision;

  return {
    verdict: {
      state,
      score: Number((1 / (1 + Math.exp(-bounded))).toFixed(4)),
      prior,
      strength: deciding?.strength ?? null,
      falsePositiveRate: deciding?.falsePositiveRate ?? null,
      summary: summarise(decision, clashes),
      wouldChange: wouldChange(
        evidence,
        decision,
        (list) => decide(list, doubtedBy(list)).state,
        options.context,
      ),
    },
    clashes,
  };
}
