/** From what the engine found to the `credentials` part of the report. */
import type { Claim, DeclaredSoftBinding } from './claim.js';
import { readClaim, readSoftBindings } from './claim.js';
import type { Status } from './codes.js';
import { breaksIntegrity, codesIn, statuses } from './codes.js';
import type { JsonObject } from './json.js';
import { asArray, asObject, asText, boundedCopy } from './json.js';
import type { SignatureBox } from './signature-box.js';
import type { CredentialsSigner } from './standing.js';
import { signerOf, standing } from './standing.js';

export type CredentialsPresence =
  'embedded' | 'remote' | 'sidecar' | 'recovered' | 'absent' | 'malformed';

/** A trust list that the file was judged by. */
export interface ListInUse {
  name: string;
  date: string | null;
  sha256: string;
}

export interface CredentialsCodes {
  success: string[];
  informational: string[];
  failure: string[];
}

export interface CredentialsReport {
  presence: CredentialsPresence;
  /** Whether what was signed is unchanged; says nothing about who signed. */
  integrity: 'intact' | 'altered' | 'unknown';
  signer: CredentialsSigner | null;
  claim: Claim | null;
  softBindings: DeclaredSoftBinding[];
  /** Where the file says its manifest lies, when it was not fetched. */
  remoteUrl?: string;
  /** Codes of the active manifest, then of ingredients where they differ from what was recorded. */
  codes: CredentialsCodes;
  /** The failures with the engine's own words, for people. */
  failures: { code: string; where: string | null; explanation: string | null }[];
  /** c2pa-rs's own word: `Trusted`, `Valid` or `Invalid`; null when nothing was validated. */
  validationState: string | null;
  /** Why a manifest could not be read (`malformed`), or not be compared with the image (`sidecar`). */
  problem?: string;
  engine: string;
  /** The trust lists in use, in the order in which they were asked. */
  trustLists: ListInUse[];
  /** The manifest store as c2pa-rs shows it, bounded; null when there is none. */
  store: JsonObject | null;
}

const MAX_CODES = 2000;

/** The report of a file in which the engine found no manifest that it could validate. */
export function emptyReport(
  presence: CredentialsPresence,
  engine: string,
  more: { remoteUrl?: string; problem?: string } = {},
): CredentialsReport {
  return {
    presence,
    integrity: 'unknown',
    signer: null,
    claim: null,
    softBindings: [],
    codes: { success: [], informational: [], failure: [] },
    failures: [],
    validationState: null,
    engine,
    trustLists: [],
    store: null,
    ...more,
  };
}

export interface EngineFindings {
  presence: CredentialsPresence;
  /** `WasmReader.json()` */
  store: JsonObject;
  /** `WasmReader.crJson()`, which alone shows certificates. */
  crJson: JsonObject;
  engine: string;
  /** What stands beside the signature; null when it cannot be read. */
  signature: SignatureBox | null;
  /** When the file is judged. */
  at: Date;
}

/** @returns the report; `signer.list` and `trustLists` are filled by the caller, who knows the lists. */
export function reportOf(findings: EngineFindings): CredentialsReport {
  const { store, crJson, presence, at } = findings;
  const activeLabel = asText(store['active_manifest']) ?? '';
  const results = asObject(store['validation_results']);
  const active = asObject(results['activeManifest']);
  // All of them, however many: the failure of the last ingredient counts like that of the first.
  const deltas = asArray(results['ingredientDeltas'], Infinity).map((delta) =>
    asObject(asObject(delta)['validationDeltas']),
  );
  const collect = (kind: keyof CredentialsCodes): Status[] => [
    ...statuses(active[kind]),
    ...deltas.flatMap((delta) => statuses(delta[kind])),
  ];
  const failures = collect('failure');
  const successes = statuses(active['success']);
  const generator = asObject(crJson['jsonGenerator']);
  const validationState = asText(store['validation_state']);
  const integrity = integrityOf(codesIn(failures), codesIn(successes), validationState);
  const judged = signerOf(
    { crJson, activeLabel, signature: findings.signature },
    successes,
    codesIn(statuses(active['failure'])),
  );
  const signer = judged === null ? null : standing(judged, at, failures);

  return {
    presence,
    integrity,
    signer,
    claim: readClaim(store, activeLabel),
    softBindings: readSoftBindings(store, activeLabel),
    codes: {
      success: codesIn(collect('success')).slice(0, MAX_CODES),
      informational: codesIn(collect('informational')).slice(0, MAX_CODES),
      failure: codesIn(failures).slice(0, MAX_CODES),
    },
    failures: failures.slice(0, MAX_CODES),
    validationState,
    engine: `${findings.engine} (${asText(generator['name']) ?? 'c2pa-rs'} ${asText(generator['version']) ?? '?'})`,
    trustLists: [],
    store: boundedCopy(store) as JsonObject,
  };
}

/**
 * `intact` needs positive proof (the claim's signature and a hard binding that matches), never the
 * mere absence of complaints; and it is never better than the engine's own state, except where
 * only the signer's standing made that `Invalid`.
 */
function integrityOf(
  failure: readonly string[],
  success: readonly string[],
  state: string | null,
): CredentialsReport['integrity'] {
  if (failure.some(breaksIntegrity)) return 'altered';
  const signed = success.includes('claimSignature.validated');
  const bound = success.some((code) =>
    /^assertion\.(dataHash|bmffHash|boxesHash|collectionHash|multiAssetHash)\.match$/.test(code),
  );
  if (signed && bound) return 'intact';
  return state === 'Invalid' && failure.length === 0 ? 'altered' : 'unknown';
}
