/**
 * What the codes of C2PA 2.4 section 15 (validation results) mean for a report. Integrity and trust
 * are told apart: c2pa-rs says `Invalid` for a changed pixel and for an expired certificate alike.
 */

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
 * True when a failure leaves the signed content in doubt. Unknown codes count: a newer engine's
 * finding must not make a report more lenient. CAWG identity assertions (`cawg.*`) speak about
 * persons; their bytes are covered by the assertion hashes like all others.
 */
export function breaksIntegrity(code: string): boolean {
  return !TRUST_CODES.has(code) && !code.startsWith('cawg.');
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
