/** Evidence that disagrees, and which of it is thrown into doubt by that. */
import type { Evidence } from '../evidence.js';
import { STRENGTH_RANK } from '../evidence.js';
import type { Clash } from '../report.js';
import { compareEvidence } from './order.js';
import type { Decision } from './precedence.js';
import { claimsAi } from './precedence.js';

/** Findings that others contradict. Hints contradict too, but cast no doubt: they never decide. */
export function doubtedBy(evidence: readonly Evidence[]): Set<Evidence> {
  const ids = new Set(
    evidence.flatMap(({ contradicts, strength }) =>
      strength === 'hint' ? [] : (contradicts ?? []),
    ),
  );
  return new Set(evidence.filter(({ id }) => ids.has(id)));
}

export function findClashes(
  evidence: readonly Evidence[],
  { ai, camera }: Pick<Decision, 'ai' | 'camera'>,
): Clash[] {
  return [
    ...cameraAndAi(ai, camera),
    ...twoVendors(evidence),
    ...extent(evidence),
    ...contradictions(evidence),
  ];
}

function cameraAndAi(ai: Evidence | null, camera: Evidence | null): Clash[] {
  if (ai === null || camera === null) return [];
  // An AI-edited photograph has its camera's tags by right; only a signed capture contradicts it.
  if (ai.claim === 'ai-edited' && camera.strength === 'hint') return [];
  return [
    {
      id: 'clash.camera-and-ai',
      message: `${camera.finding}; but also: ${ai.finding}`,
      between: [camera.id, ai.id],
    },
  ];
}

/** Formats of one tool that others write as well, beside their own: they name no second tool. */
const SHARED_FORMATS = ['Stable Diffusion web UI'];

/** Both say AI, so the score stands; which tool it was is open, and one of the two was copied in. */
function twoVendors(evidence: readonly Evidence[]): Clash[] {
  const vendors = new Map<string, string>();
  for (const { vendor, id, strength } of inOrder(evidence)) {
    const own = STRENGTH_RANK[strength] <= STRENGTH_RANK.structural;
    if (vendor !== undefined && own && !vendors.has(vendor)) vendors.set(vendor, id);
  }
  if (vendors.size > 1) for (const shared of SHARED_FORMATS) vendors.delete(shared);
  if (vendors.size < 2) return [];
  return [
    {
      id: 'clash.two-vendors',
      message: `Marks of different tools: ${[...vendors.keys()].join(', ')}`,
      between: [...vendors.values()],
    },
  ];
}

/** Credentials that say "edited" against marks or metadata that say "made", or the other way round. */
function extent(evidence: readonly Evidence[]): Clash[] {
  const stated = inOrder(evidence).filter(
    (item) => claimsAi(item) && STRENGTH_RANK[item.strength] <= STRENGTH_RANK.declared,
  );
  const credentials = stated.find(({ layer }) => layer === 'credentials');
  const other = stated.find(
    ({ layer, claim }) => layer !== 'credentials' && claim !== credentials?.claim,
  );
  if (credentials === undefined || other === undefined) return [];
  return [
    {
      id: 'clash.extent',
      message: `${credentials.finding}; but also: ${other.finding}`,
      between: [credentials.id, other.id],
    },
  ];
}

/** Two facts that cannot both be about this image as it is; named after the finding that says so. */
function contradictions(evidence: readonly Evidence[]): Clash[] {
  return inOrder(evidence)
    .filter(({ contradicts }) => contradicts !== undefined)
    .map(({ id, finding, contradicts = [] }) => ({
      id: `clash.${id.slice(id.indexOf('.') + 1)}`,
      message: finding,
      between: [id, ...contradicts],
    }));
}

/** Strongest first. */
function inOrder(evidence: readonly Evidence[]): Evidence[] {
  return [...evidence].sort(
    (a, b) => STRENGTH_RANK[a.strength] - STRENGTH_RANK[b.strength] || compareEvidence(a, b),
  );
}
