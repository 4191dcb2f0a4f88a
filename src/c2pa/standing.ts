/** Who signed, and what that is worth: the engine's codes, the timestamp and the stapled revocation together. */
import type { SignerStatus, Status } from './codes.js';
import { codesIn, signerStatus } from './codes.js';
import { asArray, asObject, asText } from './json.js';
import type { JsonObject } from './json.js';
import type { Revocation } from './ocsp.js';
import { NOT_STAPLED, readRevocation } from './ocsp.js';
import type { SignatureBox } from './signature-box.js';

export interface CredentialsSigner {
  status: SignerStatus;
  /** Distinguished name of the certificate, `CN=..., O=...`; null when it cannot be read. */
  subject: string | null;
  issuer: string | null;
  /** Name of the trust list that vouches for it, null unless trusted. */
  list: string | null;
  /** When that list was issued, RFC 3339; null where its user does not say. */
  listDate: string | null;
  /** When a timestamp authority saw the signature, ISO 8601; null without one that was validated. */
  timestamp: string | null;
  /** Whether that authority is on a trust list: anybody can run one that is merely well formed. */
  timestampTrusted: boolean;
  /** What the certificate's issuer says in the file itself (OCSP staple); nothing is asked of a network. */
  revocation: Revocation;
}

interface SignedBy {
  /** `WasmReader.crJson()`, which alone shows certificates. */
  crJson: JsonObject;
  activeLabel: string;
  /** What stands beside the signature; null when it cannot be read. */
  signature: SignatureBox | null;
}

/** For claims of version 1 c2pa-rs calls every authority trusted ("legacy"), on a list or not. */
const trustsAuthority = ({ code, explanation }: Status): boolean =>
  code === 'timeStamp.trusted' && explanation?.startsWith('legacy ') !== true;

/** Who signed the active manifest, by what the engine found about it. */
export function signerOf(
  { crJson, activeLabel, signature: box }: SignedBy,
  successes: readonly Status[],
  failure: readonly string[],
): CredentialsSigner | null {
  const manifests = asArray(crJson['manifests'], Infinity).map(asObject);
  const manifest = manifests.find((entry) => entry['label'] === activeLabel) ?? manifests[0];
  if (manifest === undefined) return null;
  const signature = asObject(manifest['signature']);
  const certificate = asObject(signature['certificateInfo']);
  const success = codesIn(successes);
  const stamped = success.includes('timeStamp.validated');
  const timestamp = stamped ? asText(asObject(signature['timeStampInfo'])['timestamp']) : null;
  return {
    status: signerStatus(success, failure),
    subject: distinguishedName(certificate['subject']),
    issuer: distinguishedName(certificate['issuer']),
    list: null,
    listDate: null,
    timestamp,
    timestampTrusted: timestamp !== null && successes.some(trustsAuthority),
    revocation: box === null ? NOT_STAPLED : readRevocation(box.chain, box.ocspResponses),
  };
}

/**
 * What the engine does not hold against a signer, and time does: a timestamp of the future, and a stapled
 * revocation. Each is added to `failures`. Never makes a signer better.
 */
export function standing(
  signer: CredentialsSigner,
  at: Date,
  failures: Status[],
): CredentialsSigner {
  const { timestamp, timestampTrusted, revocation } = signer;
  const where = 'c2pa.signature';
  let { status } = signer;
  let vouched = timestampTrusted;
  if (timestamp !== null && Date.parse(timestamp) > at.getTime()) {
    const explanation = `the timestamp ${timestamp} is later than the time of validation`;
    failures.unshift({ code: 'timeStamp.outsideValidity', where, explanation });
    vouched = false;
    if (status === 'trusted') status = 'untrusted';
  }
  const revoked =
    revocation.status === 'revoked' &&
    !(vouched && Date.parse(timestamp!) < Date.parse(revocation.revokedAt ?? ''));
  if (revoked && status !== 'revoked') {
    const explanation = `the issuer revoked the certificate on ${revocation.revokedAt}`;
    failures.unshift({ code: 'signingCredential.ocsp.revoked', where, explanation });
    status = 'revoked';
  }
  return { ...signer, status, timestampTrusted: vouched };
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
