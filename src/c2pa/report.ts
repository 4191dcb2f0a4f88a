/** From what the engine found to the `credentials` part of the report. */
import type { Claim, DeclaredSoftBinding } from './claim.js';
import { readClaim, readSoftBindings } from './claim.js';
import type { SignerStatus } from './codes.js';
import { breaksIntegrity, signerStatus } from './codes.js';
import type { JsonObject } from './json.js';
import { asArray, asObject, asText, boundedCopy } from './json.js';

export type CredentialsPresence =
  'embedded' | 'remote' | 'sidecar' | 'recovered' | 'absent' | 'malformed';

export interface CredentialsSigner {
  status: SignerStatus;
  /** Distinguished name of the certificate, `CN=..., O=...`; null when it cannot be read. */
  subject: string | null;
  issuer: string | null;
  /** Name of the trust list that vouches for it, null unless trusted. */
  list: string | null;
  /** When a timestamp authority saw the signature, ISO 8601; null without one that was validated. */
  timestamp: string | null;
  /** Whether that authority is on a trust list: anybody can run one that is merely well formed. */
  timestampTrusted: boolean;
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
  /** The manifest store as c2pa-rs shows it, bounded; null when there is none. */
  store: JsonObject | null;
}

const MAX_CODES = 2000;

interface Status {
  code: string;
  where: string | null;
  explanation: string | null;
}

function statuses(value: unknown): Status[] {
  return asArray(value)
    .map(asObject)
    .map((status) => ({
      code: asText(status['code']) ?? 'unknown',
      where: asText(status['url']),
      explanation: asText(status['explanation']),
    }));
}

/** RFC 4514 order as people read it: common name first. */
function distinguishedName(value: unknown): string | null {
  const parts = asObject(value);
  const order = ['CN', 'OU', 'O', 'L', 'ST', 'C'];
  const names = [...order, ...Object.keys(parts).filter((key) => !order.includes(key))];
  const text = names
    .flatMap((key) => {
      const part = asText(parts[key]);
      return part === null ? [] : [`${key}=${part}`];
    })
    .slice(0, 20);
  return text.length === 0 ? null : text.join(', ');
}

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
}

/** @returns the report; `signer.list` is filled by the caller, who knows the lists. */
export function reportOf(findings: EngineFindings): CredentialsReport {
  const { store, crJson, presence } = findings;
  const activeLabel = asText(store['active_manifest']) ?? '';
  const results = asObject(store['validation_results']);
  const active = asObject(results['activeManifest']);
  const deltas = asArray(results['ingredientDeltas']).map((delta) =>
    asObject(asObject(delta)['validationDeltas']),
  );
  const collect = (kind: keyof CredentialsCodes): Status[] =>
    [...statuses(active[kind]), ...deltas.flatMap((delta) => statuses(delta[kind]))].slice(
      0,
      MAX_CODES,
    );
  const failures = collect('failure');
  const codesOf = (list: readonly Status[]): string[] => list.map((status) => status.code);
  const successes = statuses(active['success']);
  const activeSuccess = codesOf(successes);
  const activeFailure = codesOf(statuses(active['failure']));
  const generator = asObject(crJson['jsonGenerator']);
  const validationState = asText(store['validation_state']);

  return {
    presence,
    integrity: integrityOf(codesOf(failures), activeSuccess, validationState),
    signer: signerOf(crJson, activeLabel, successes, activeFailure),
    claim: readClaim(store, activeLabel),
    softBindings: readSoftBindings(store, activeLabel),
    codes: {
      success: codesOf(collect('success')),
      informational: codesOf(collect('informational')),
      failure: codesOf(failures),
    },
    failures,
    validationState,
    engine: `${findings.engine} (${asText(generator['name']) ?? 'c2pa-rs'} ${asText(generator['version']) ?? '?'})`,
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

/** For claims of version 1 c2pa-rs calls every authority trusted ("legacy"), on a list or not. */
const trustsAuthority = ({ code, explanation }: Status): boolean =>
  code === 'timeStamp.trusted' && explanation?.startsWith('legacy ') !== true;

function signerOf(
  crJson: JsonObject,
  activeLabel: string,
  successes: readonly Status[],
  failure: readonly string[],
): CredentialsSigner | null {
  const manifests = asArray(crJson['manifests']).map(asObject);
  const manifest = manifests.find((entry) => entry['label'] === activeLabel) ?? manifests[0];
  if (manifest === undefined) return null;
  const signature = asObject(manifest['signature']);
  const certificate = asObject(signature['certificateInfo']);
  const success = successes.map((status) => status.code);
  const stamped = success.includes('timeStamp.validated');
  const timestamp = stamped ? asText(asObject(signature['timeStampInfo'])['timestamp']) : null;
  return {
    status: signerStatus(success, failure),
    subject: distinguishedName(certificate['subject']),
    issuer: distinguishedName(certificate['issuer']),
    list: null,
    timestamp,
    timestampTrusted: timestamp !== null && successes.some(trustsAuthority),
  };
}
