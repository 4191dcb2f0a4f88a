/** A finding for tests of fusion, with what does not matter filled in. */
import type { Evidence } from '../../src/detect/index.js';

export function evidence(partial: Partial<Evidence>): Evidence {
  return {
    id: 'metadata.test',
    layer: 'metadata',
    finding: 'found',
    strength: 'declared',
    claim: 'ai-generated',
    llr: 4,
    spoofable: true,
    where: 'test',
    explain: 'because',
    ...partial,
  };
}
