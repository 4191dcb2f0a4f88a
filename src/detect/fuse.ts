/**
 * Evidence -> verdict. Log-odds add up; the state follows precedence, so that no pile of weak hints
 * outranks one strong observation (docs/architecture.md).
 */
import { assertNumber } from '../core/index.js';
import type { Evidence } from './evidence.js';
import { STRENGTH_RANK } from './evidence.js';
import type { Clash, Verdict, VerdictState } from './report.js';

export interface FuseOptions {
  /** Probability that an image is synthetic before looking at it, in 0.001..0.999. Default 0.5. */
  prior?: number;
}

/** No score is printed beyond this: no evidence here proves more. */
const MAX_LOG_ODDS = Math.log(10_000);
/** A conflict with evidence at least as strong shrinks the log-odds by this factor. */
const CLASH_FACTOR = 0.5;

/** Pure: the same evidence gives the same verdict. */
export function fuse(
  evidence: readonly Evidence[],
  options: FuseOptions = {},
): { verdict: Verdict; clashes: Clash[] } {
  const prior = options.prior ?? 0.5;
  assertNumber(prior, 'prior', 0.001, 0.999);

  const ai = bestOf(evidence, ({ claim }) => claim === 'ai-generated' || claim === 'ai-edited');
  const camera = bestOf(evidence, ({ claim }) => claim === 'camera-captured');
  const clashes = findClashes(evidence, ai, camera);
  const state = decide(ai, camera);

  const disputed = clashes.some(({ equal }) => equal);
  const sum = logOdds(evidence) * (disputed ? CLASH_FACTOR : 1);
  const posterior = Math.log(prior / (1 - prior)) + sum;
  const bounded = Math.min(MAX_LOG_ODDS, Math.max(-MAX_LOG_ODDS, posterior));
  const deciding =
    state === 'camera-captured' ? camera : state === 'no-ai-evidence' ? undefined : ai;

  return {
    verdict: {
      state,
      score: Number((1 / (1 + Math.exp(-bounded))).toFixed(4)),
      prior,
      strength: deciding?.strength ?? null,
      falsePositiveRate: deciding?.falsePositiveRate ?? null,
      summary: summarise(state, deciding, clashes.length),
      wouldChange: wouldChange(state, evidence),
    },
    clashes: clashes.map(({ id, message, between }) => ({ id, message, between })),
  };
}

/** Within one layer findings repeat one another, so only its strongest on each side counts. */
function logOdds(evidence: readonly Evidence[]): number {
  const byLayer = new Map<string, { up: number; down: number }>();
  for (const { layer, llr } of evidence) {
    const best = byLayer.get(layer) ?? { up: 0, down: 0 };
    best.up = Math.max(best.up, llr);
    best.down = Math.min(best.down, llr);
    byLayer.set(layer, best);
  }
  return [...byLayer.values()].reduce((sum, { up, down }) => sum + up + down, 0);
}

function bestOf(
  evidence: readonly Evidence[],
  test: (item: Evidence) => boolean,
): Evidence | undefined {
  return evidence
    .filter(test)
    .sort(
      (a, b) =>
        STRENGTH_RANK[a.strength] - STRENGTH_RANK[b.strength] || Math.abs(b.llr) - Math.abs(a.llr),
    )[0];
}

function decide(ai: Evidence | undefined, camera: Evidence | undefined): VerdictState {
  const cameraProved = camera?.strength === 'cryptographic';
  if (ai === undefined) return cameraProved ? 'camera-captured' : 'no-ai-evidence';
  // A trusted capture signature against any AI mark: somebody is wrong, and nothing here says who.
  if (cameraProved) return 'inconclusive';
  switch (ai.strength) {
    case 'cryptographic':
    case 'structural':
      return ai.claim === 'ai-edited' ? 'ai-edited' : 'ai-generated';
    // Pixels alone never confirm, and neither does a statement that nobody vouches for.
    case 'declared':
    case 'statistical':
      return 'likely-ai';
    case 'hint':
      return 'inconclusive';
  }
}

function findClashes(
  evidence: readonly Evidence[],
  ai: Evidence | undefined,
  camera: Evidence | undefined,
): (Clash & { equal: boolean })[] {
  const clashes: (Clash & { equal: boolean })[] = [];
  // An AI-edited photograph has its camera's tags by right; only a signed capture contradicts it.
  const ordinary = ai?.claim === 'ai-edited' && camera?.strength === 'hint';
  if (ai !== undefined && camera !== undefined && !ordinary) {
    clashes.push({
      id: 'clash.camera-and-ai',
      message: `${camera.finding}; but also: ${ai.finding}`,
      between: [camera.id, ai.id],
      equal: STRENGTH_RANK[camera.strength] <= STRENGTH_RANK[ai.strength],
    });
  }
  const vendors = new Map<string, string>();
  for (const { vendor, id, strength } of evidence) {
    if (vendor !== undefined && STRENGTH_RANK[strength] <= STRENGTH_RANK.structural) {
      if (!vendors.has(vendor)) vendors.set(vendor, id);
    }
  }
  if (vendors.size > 1) {
    clashes.push({
      id: 'clash.two-vendors',
      message: `Marks of different tools: ${[...vendors.keys()].join(', ')}`,
      between: [...vendors.values()],
      equal: true,
    });
  }
  const mismatch = evidence.find(({ id }) => id === 'watermark.binding-mismatch');
  if (mismatch !== undefined) {
    clashes.push({
      id: 'clash.binding-mismatch',
      message: mismatch.finding,
      between: [mismatch.id],
      equal: true,
    });
  }
  return clashes;
}

function summarise(state: VerdictState, deciding: Evidence | undefined, clashes: number): string {
  const because = deciding === undefined ? '' : `: ${deciding.finding}`;
  const conflict =
    clashes === 0 ? '' : ' Some of the evidence disagrees, so read it before relying on this.';
  switch (state) {
    case 'ai-generated':
      return `Made by generative AI${because}.${conflict}`;
    case 'ai-edited':
      return `Edited with generative AI${because}.${conflict}`;
    case 'likely-ai':
      return `Probably made by generative AI${because}${unsigned(deciding)}.${conflict}`;
    case 'inconclusive':
      return `Inconclusive${because}.${conflict}`;
    case 'camera-captured':
      return `Signed as captured by a camera${because}.${conflict}`;
    case 'no-ai-evidence':
      return 'No evidence of generative AI was found. That does not show that a camera made it.';
  }
}

function unsigned(deciding: Evidence | undefined): string {
  return deciding?.layer === 'metadata' ? ' (unsigned)' : '';
}

function wouldChange(state: VerdictState, evidence: readonly Evidence[]): string[] {
  const out: string[] = [];
  const has = (layer: Evidence['layer']): boolean => evidence.some((item) => item.layer === layer);
  if (state === 'ai-generated' || state === 'ai-edited' || state === 'likely-ai') {
    out.push('an original file with intact credentials of a camera');
  }
  if (state === 'likely-ai') out.push('credentials of the generator, signed by a trusted issuer');
  if (state === 'no-ai-evidence' || state === 'inconclusive') {
    if (!has('credentials')) {
      out.push('the original file: re-saving and uploading remove credentials and metadata');
    }
    out.push('a watermark of a generator, read with its key or by its own detector');
  }
  if (state === 'camera-captured') out.push('a watermark or label of a generator');
  return out;
}
