/** The verdict in one or two sentences. */
import type { Evidence } from '../evidence.js';
import type { Clash } from '../report.js';
import type { Decision } from './precedence.js';

export function summarise({ state, deciding, ai }: Decision, clashes: readonly Clash[]): string {
  const because = deciding === null ? '' : `: ${deciding.finding}`;
  const conflict =
    clashes.length === 0
      ? ''
      : ' Some of the evidence disagrees, so read it before relying on this.';
  switch (state) {
    case 'ai-generated':
      return `Made by generative AI${because}.${conflict}`;
    case 'ai-edited':
      return `Edited with generative AI${because}.${conflict}`;
    case 'likely-ai':
      return `Probably made by generative AI${because}${caveat(deciding)}.${conflict}`;
    case 'inconclusive':
      return `Inconclusive${because}.${conflict}`;
    case 'camera-captured':
      return `Signed as captured by a camera${because}.${conflict}`;
    case 'no-ai-evidence':
      return ai === null
        ? `No evidence of generative AI was found. That does not show that a camera made it.${conflict}`
        : `Nothing but a hint of generative AI was found, and hints do not decide.${conflict}`;
  }
}

function caveat(deciding: Evidence | null): string {
  if (deciding?.layer === 'metadata') return ' (unsigned)';
  return deciding?.layer === 'classifier' ? ' (pixels alone, which never confirm)' : '';
}
