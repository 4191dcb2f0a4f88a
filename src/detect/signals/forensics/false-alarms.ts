/**
 * Numbers of false alarms after Desolneux, Moisan and Morel: tests made, times the probability that chance
 * gives as much in one of them. Decimal logarithms, since the numbers themselves underflow.
 */

/** No logarithm in a report is below this; -300 and -3000 mean the same to a reader. */
const LEAST_LOG10 = -300;

/**
 * Upper bound by Chernoff's inequality for at least `k` successes among `n` independent ones of
 * probability `p`: P <= exp(-n KL(k/n || p)).
 */
export function binomialLog10(tests: number, n: number, k: number, p: number): number {
  const rate = k / n;
  if (!(n > 0) || rate <= p) return Math.log10(Math.max(1, tests));
  const divergence =
    rate * Math.log(rate / p) + (rate < 1 ? (1 - rate) * Math.log((1 - rate) / (1 - p)) : 0);
  return bounded(Math.log10(tests) - (n * divergence) / Math.LN10);
}

/** For a quantity whose tail is exp(-x), such as the normalised power of a spectral line in noise. */
export function exponentialLog10(tests: number, x: number): number {
  return bounded(Math.log10(Math.max(1, tests)) - x / Math.LN10);
}

function bounded(log10: number): number {
  return Number(Math.max(LEAST_LOG10, log10).toFixed(1));
}

/** `1 in a million` in the words that findings use. */
export function shownFalseAlarms(log10: number): string {
  return log10 <= LEAST_LOG10 ? 'below 1e-300' : `1e${Math.floor(log10)}`;
}
