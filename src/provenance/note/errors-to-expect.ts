/** How often a verdict like this one errs, as far as anything is known about it. */
import type { Report } from '../../detect/index.js';

export function falsePositives({ verdict }: Report): string {
  const { state, strength, falsePositiveRate } = verdict;
  if (state === 'no-ai-evidence') {
    return 'not at stake: nothing was found. How often generated images pass as this is not known';
  }
  if (falsePositiveRate !== null) {
    return strength === 'statistical'
      ? `${percent(falsePositiveRate)} of real photographs get this answer (measured)`
      : `at most ${falsePositiveRate.toExponential(0)} by chance (proved); a mark that was put there on purpose is not chance`;
  }
  switch (strength) {
    case 'cryptographic':
      return 'as rare as a stolen key or a signer that states what is not so';
    case 'structural':
      return 'not by chance: only where it was copied in from another image';
    case 'declared':
      return 'wherever the statement is false: nobody vouches for it';
    case 'statistical':
    case 'hint':
    case null:
      return 'not measured';
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}
