/** Whether a chain of certificates leads to somebody who is believed. */
import { X509Certificate } from 'node:crypto';
import type { CertificatePurpose } from '../../provenance/index.js';
import { inspectCertificateChain } from '../../provenance/index.js';

/** A token carries its certificates as a set (RFC 5652 section 5.1), so their order says nothing. */
const ORDER_RULE = 'chain-order';

/**
 * The profile's rules for C2PA certificates, at `time`.
 *
 * @param anchorsPem CAs that are believed; without any nobody is.
 * @param chain DER, the certificate that signed first.
 */
export function leadsTo(
  anchorsPem: string | undefined,
  chain: readonly Uint8Array[],
  time: Date,
  purpose: CertificatePurpose,
): boolean {
  if (anchorsPem === undefined) return false;
  const pem = chain.map((der) => new X509Certificate(der).toString()).join('\n');
  const { certificates, findings } = inspectCertificateChain(pem, {
    trust: anchorsPem,
    time,
    purpose,
  });
  // The leaf is found by what it is. Unless that is the one that signed, a stranger borrows a trusted chain.
  const leaf = certificates.find(({ role }) => role === 'leaf');
  return (
    leaf?.position === 1 &&
    !findings.some(
      ({ level, rule }) => level === 'error' && !(purpose === 'timestamp' && rule === ORDER_RULE),
    )
  );
}

/** The subject in one line. Not escaped. */
export const certificateName = (der: Uint8Array): string =>
  new X509Certificate(der).subject.split('\n').join(', ');
