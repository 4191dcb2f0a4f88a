/**
 * What the codes of C2PA 2.4 section 15 (validation results) mean for a report. Integrity and trust
 * are told apart: c2pa-rs says `Invalid` for a changed pixel and for an expired certificate alike.
 */
import { asArray, asObject, asText } from './json.js';

/** One result of a validation. */
export interface Status {
  code: string;
  /** JUMBF URI of what it is about. */
  where: string | null;
  explanation: string | null;
}

/** All results in a list of the engine's, however long. */
export function statuses(value: unknown): Status[] {
  return asArray(value, Infinity)
    .map(asObject)
    .map((status) => ({
      code: asText(status['code']) ?? 'unknown',
      where: asText(status['url']),
      explanation: asText(status['explanation']),
    }));
}

export const codesIn = (list: readonly Status[]): string[] => list.map(({ code }) => code);

/** Failures about who signed and when, not about what was signed. */
const TRUST_CODES = new Set([
  'signingCredential.untrusted',
  'signingCredential.invalid',
  'signingCredential.revoked',
  'signingCredential.expired',
  'signingCredential.ocsp.revoked',
  'signingCredential.ocsp.unknown',
  'signingCredential.ocsp.inaccessible',
  'signingCredential.ocsp.skipped',
  'claimSignature.outsideValidity',
  'timeStamp.untrusted',
  'timeStamp.outsideValidity',
  'timeStamp.mismatch',
  'timeStamp.malformed',
  'timeStamp.credentialInvalid',
]);

/**
 * Failures of CAWG identity assertions that say a person's identity is not vouched for (or cannot be
 * looked up offline); their bytes are covered by the claim's hashes like all others.
 */
const IDENTITY_NOT_VOUCHED =
  /^cawg\..*(did_unavailable|untrusted|expired|revoked|ocsp\.[a-zA-Z]+)$/;

/**
 * True when a failure leaves the signed content in doubt. Unknown codes count: a newer engine's
 * finding must not make a report more lenient.
 */
export function breaksIntegrity(code: string): boolean {
  return !TRUST_CODES.has(code) && !IDENTITY_NOT_VOUCHED.test(code);
}

/** True for codes of C2PA 2.4 section 15.2.1 (success), which older ingredients list among failures. */
export function reportsSuccess(code: string): boolean {
  return /\.(match|validated|trusted|accessible|insideValidity|notRevoked)$/.test(code);
}

export type SignerStatus = 'trusted' | 'untrusted' | 'expired' | 'revoked' | 'invalid';

/** The signer's standing from the codes of the active manifest; the gravest wins. */
export function signerStatus(success: readonly string[], failure: readonly string[]): SignerStatus {
  const failed = new Set(failure);
  if (failed.has('signingCredential.revoked') || failed.has('signingCredential.ocsp.revoked')) {
    return 'revoked';
  }
  if (failed.has('signingCredential.invalid')) return 'invalid';
  if (failed.has('signingCredential.expired') || failed.has('claimSignature.outsideValidity')) {
    return 'expired';
  }
  if (failed.has('signingCredential.untrusted')) return 'untrusted';
  return success.includes('signingCredential.trusted') ? 'trusted' : 'untrusted';
}
