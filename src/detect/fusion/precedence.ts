/** Evidence -> state, by precedence: no pile of weak findings outranks a strong one (docs/architecture.md). */
import type { Evidence, EvidenceStrength } from '../evidence.js';
import { STRENGTH_RANK } from '../evidence.js';
import type { VerdictState } from '../report.js';
import { compareEvidence } from './order.js';

export interface Decision {
  state: VerdictState;
  /** What the state rests on; null when it rests on nothing. */
  deciding: Evidence | null;
  /** The strongest finding on either side, hints included. */
  ai: Evidence | null;
  camera: Evidence | null;
}

export const claimsAi = ({ claim }: Evidence): boolean =>
  claim === 'ai-generated' || claim === 'ai-edited';

/** @param doubted findings that others contradict: they may suggest, but they no longer confirm. */
export function decide(evidence: readonly Evidence[], doubted: ReadonlySet<Evidence>): Decision {
  const standing = (item: Evidence): EvidenceStrength =>
    doubted.has(item) && STRENGTH_RANK[item.strength] < STRENGTH_RANK.declared
      ? 'declared'
      : item.strength;
  const rank = (item: Evidence): number => STRENGTH_RANK[standing(item)];
  const bestOf = (test: (item: Evidence) => boolean): Evidence | null =>
    evidence.filter(test).sort((a, b) => rank(a) - rank(b) || compareEvidence(a, b))[0] ?? null;

  const ai = bestOf(claimsAi);
  const camera = bestOf(({ claim }) => claim === 'camera-captured');
  const found = (state: VerdictState, deciding: Evidence | null): Decision => ({
    state,
    deciding,
    ai,
    camera,
  });

  // Hints are listed and never decide.
  const strongAi = ai !== null && standing(ai) !== 'hint' ? ai : null;
  const strongCamera = camera !== null && standing(camera) !== 'hint' ? camera : null;
  const signedCapture = strongCamera !== null && standing(strongCamera) === 'cryptographic';

  if (strongAi === null) {
    if (signedCapture) return found('camera-captured', strongCamera);
    const abstaining = bestOf(({ abstains, strength }) => abstains === true && strength !== 'hint');
    return abstaining === null ? found('no-ai-evidence', null) : found('inconclusive', abstaining);
  }
  if (strongCamera !== null) {
    // A signed capture outranks what pixels look like, but not what somebody wrote: there somebody is wrong, and
    // nothing here says who. The same goes for any other claim of a camera that ranks as high.
    if (signedCapture && standing(strongAi) === 'statistical') {
      return found('camera-captured', strongCamera);
    }
    if (rank(strongCamera) <= rank(strongAi) || signedCapture)
      return found('inconclusive', strongAi);
  }
  switch (standing(strongAi)) {
    case 'cryptographic':
    case 'structural':
      return found(strongAi.claim === 'ai-edited' ? 'ai-edited' : 'ai-generated', strongAi);
    // Pixels alone never confirm, and neither does a statement that nobody vouches for.
    case 'declared':
    case 'statistical':
    case 'hint':
      return found('likely-ai', strongAi);
  }
}
