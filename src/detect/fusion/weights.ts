/** What each kind of evidence may add to the log-odds, whatever it claims for itself. */
import type { EvidenceLayer, EvidenceStrength } from '../evidence.js';

/**
 * Natural-log likelihood ratio beyond which no single finding of a strength counts. A classifier held to 1 % false
 * positives that finds 45 % is worth ln(0.45 / 0.01) = 3.8, and no score of it can be worth more on a new generator;
 * a hint is worth a look.
 */
export const MAX_LLR: Record<EvidenceStrength, number> = {
  cryptographic: 12,
  structural: 8,
  declared: 5,
  statistical: 4,
  hint: 1,
};

/**
 * Credentials, metadata, marks and registry entries are written by one hand in one go: that all of them say the same
 * is hardly more likely when it is true than when it is forged. The strongest of such a group counts in full, the
 * others by `REPEATED`. What the pixels say does not depend on what was written.
 */
export const GROUP: Record<EvidenceLayer, 'stated' | 'pixels'> = {
  credentials: 'stated',
  watermark: 'stated',
  metadata: 'stated',
  registry: 'stated',
  classifier: 'pixels',
  forensics: 'pixels',
};
export const REPEATED = 0.5;

/** Evidence that other evidence speaks against counts by this share. */
export const DOUBTED = 0.5;

/**
 * How much of the log-odds opposed evidence of equal weight takes away, on top of cancelling out: at 0.5, evidence of
 * 7 against evidence of 1 leaves 5.6 instead of 6.
 */
export const DISPUTE = 0.5;

/** No score is printed beyond 1 in 10,000 either way: no evidence here proves more. */
export const MAX_LOG_ODDS = Math.log(10_000);
