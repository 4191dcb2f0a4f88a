/**
 * What evidence would change a verdict. Nothing here is boilerplate: each entry is tried out on the evidence at hand
 * and named only when the state comes out another, with that state.
 */
import type { CredentialsReport } from '../../c2pa/index.js';
import type { Evidence, EvidenceLayer } from '../evidence.js';
import type { VerdictState } from '../report.js';
import type { Decision } from './precedence.js';
import { claimsAi } from './precedence.js';

/** What is known about the inspection beside its evidence. */
export interface FuseContext {
  credentials?: Pick<CredentialsReport, 'presence' | 'integrity' | 'validationState'> & {
    signer: Pick<NonNullable<CredentialsReport['signer']>, 'status'> | null;
  };
  /** False when the pixels could not be decoded, so that neither marks nor artefacts were looked for. */
  pixelsRead?: boolean;
  /** Fields of metadata in the file; 0 says that it is not as a camera or generator wrote it. */
  metadataFields?: number;
}

/** How a state is named in prose. */
export const STATE_WORDS: Record<VerdictState, string> = {
  'ai-generated': 'AI-generated',
  'ai-edited': 'AI-edited',
  'likely-ai': 'likely AI',
  inconclusive: 'inconclusive',
  'no-ai-evidence': 'no AI evidence',
  'camera-captured': 'camera-captured',
};

/** Entries beyond these would not be read. */
const MAX_ENTRIES = 4;

const imagined = (partial: Pick<Evidence, 'layer' | 'strength' | 'claim' | 'llr'>): Evidence => ({
  id: `${partial.layer}.imagined`,
  finding: '',
  spoofable: false,
  where: '',
  explain: '',
  ...partial,
});

/** Evidence that may exist elsewhere, for any image. */
const ADDITIONS: readonly { what: string; item: Evidence }[] = [
  {
    what: 'intact credentials of a camera, by a signer on a trust list',
    item: imagined({
      layer: 'credentials',
      strength: 'cryptographic',
      claim: 'camera-captured',
      llr: -12,
    }),
  },
  {
    what: 'intact credentials of a generator, by a signer on a trust list',
    item: imagined({
      layer: 'credentials',
      strength: 'cryptographic',
      claim: 'ai-generated',
      llr: 12,
    }),
  },
  {
    what: "a generator's watermark, read with its secret key or by its own detector",
    item: imagined({
      layer: 'watermark',
      strength: 'cryptographic',
      claim: 'ai-generated',
      llr: 12,
    }),
  },
];

const copied = ({ where }: Evidence): string => `proof that ${where} was copied from another image`;

/** How a finding that can be forged would turn out to be. */
const FORGED: Partial<Record<EvidenceLayer, (item: Evidence) => string>> = {
  credentials: () => 'proof that the signer of the credentials states what is not so',
  watermark: () => 'proof that the watermark was put into another image on purpose',
};

/** @param decideFor the state for a list of evidence, as the verdict's own was found. */
export function wouldChange(
  evidence: readonly Evidence[],
  { state, deciding }: Pick<Decision, 'state' | 'deciding'>,
  decideFor: (evidence: readonly Evidence[]) => VerdictState,
  context: FuseContext = {},
): string[] {
  const entries: string[] = [];
  const add = (what: string, then: VerdictState): void => {
    if (then !== state) entries.push(`${what} (then: ${STATE_WORDS[then]})`);
  };
  entries.push(...unread(context, state));

  const { credentials } = context;
  if (credentials?.integrity === 'intact' && credentials.signer?.status === 'untrusted') {
    add('a trust list that names the signer of the credentials', decideFor(evidence.map(vouched)));
  }
  if (deciding?.strength === 'statistical') {
    entries.push('an earlier, larger or less compressed copy, on which the pixels say more');
  } else if (deciding !== null && deciding.spoofable && claimsAi(deciding)) {
    // Only what can be forged is worth showing to be forged.
    const rest = evidence.filter((item) => item !== deciding);
    add(FORGED[deciding.layer]?.(deciding) ?? copied(deciding), decideFor(rest));
  }
  for (const { what, item } of ADDITIONS) add(what, decideFor([...evidence, item]));
  return entries.slice(0, MAX_ENTRIES);
}

/** What this inspection could have read and did not: what it holds is unknown, so no state is named. */
function unread(
  { credentials, pixelsRead, metadataFields }: FuseContext,
  state: VerdictState,
): string[] {
  const entries: string[] = [];
  if (credentials?.presence === 'remote' && credentials.validationState === null) {
    entries.push('the credentials that the file keeps elsewhere, which were not fetched');
  }
  if (pixelsRead === false) entries.push('the pixels, which could not be decoded');
  const open = state === 'no-ai-evidence' || state === 'inconclusive' || state === 'likely-ai';
  if (open && credentials?.integrity === 'altered') {
    entries.push('the file as it was signed, which its credentials would match');
  } else if (open && credentials?.presence === 'absent' && metadataFields === 0) {
    entries.push('the original file: this one has neither credentials nor metadata left');
  }
  return entries;
}

/** The same credentials, had their signer been listed. */
function vouched(item: Evidence): Evidence {
  return item.layer === 'credentials' ? { ...item, strength: 'cryptographic' } : item;
}
