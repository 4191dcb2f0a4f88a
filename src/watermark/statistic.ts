/**
 * The false-positive bound. For any image and any fixed soft values L, a codeword c multiplied by a
 * random sign mask s makes x = sum(L_i c_i s_i) / |L| a Rademacher sum, so P(x >= t) <= exp(-t^2/2)
 * (Hoeffding 1963). Union over codewords (2^k) and over the hypotheses whose data signs are looked at.
 */

/** The smallest x whose bound is at most `falsePositive`. */
export function requiredStatistic(bits: number, hypotheses: number, falsePositive: number): number {
  return Math.sqrt(2 * (bits * Math.LN2 + Math.log(hypotheses) - Math.log(falsePositive)));
}

/** Natural logarithm of the bound, at most 0. */
export function logPValueBound(statistic: number, bits: number, hypotheses: number): number {
  if (!(statistic > 0)) return 0;
  return Math.min(0, bits * Math.LN2 + Math.log(hypotheses) - (statistic * statistic) / 2);
}

/**
 * Ways of seeing one image (turned, cut, scaled) whose data signs a search may look at: the bound counts
 * all of them, so that stopping early needs no correction. search.ts stays below.
 */
export const MAX_VIEWS = 128;
