/** Key usage and extended key usage, C2PA 2.4 section 14.5.1. */
import { KEY_PURPOSE } from '../../certificates.js';
import { hasExtension, isBare, isCritical } from '../certificate.js';
import type { ParsedCertificate } from '../certificate.js';
import {
  ANY_PURPOSE,
  EXCLUSIVE_PURPOSES,
  EXTENSION,
  purposeName,
  SIGNING_PURPOSES,
} from '../oids.js';
import type { CertificatePurpose, CertificateRule, Examination } from '../rule.js';
import { eachOf, ON_PATH } from '../rule.js';

const PROFILE = 'C2PA 2.4 §14.5.1';
const SIGN_LINES =
  '`keyUsage=critical,digitalSignature` and `extendedKeyUsage=1.3.6.1.4.1.62558.2.1,emailProtection`';
const STAMP_LINE = '`extendedKeyUsage=critical,timeStamping`';

/**
 * A leaf that is itself a CA, or that has no extensions because of its version, is told so once: its
 * key usages need not be told as well.
 */
function usageOf(
  judge: (certificate: ParsedCertificate, purpose: CertificatePurpose) => string | null,
) {
  return eachOf(['leaf'], (certificate, { purpose }: Examination) =>
    certificate.isCa || isBare(certificate) ? null : judge(certificate, purpose),
  );
}

const named = (oids: readonly string[]): string => oids.map(purposeName).join(', ');

const fits = (oids: readonly string[], purpose: CertificatePurpose): boolean =>
  purpose === 'sign'
    ? oids.some((oid) => SIGNING_PURPOSES.has(oid))
    : oids.includes(KEY_PURPOSE.timeStamping);

export const USAGE_RULES: readonly CertificateRule[] = [
  {
    id: 'key-usage-missing',
    level: 'error',
    title: 'The signing certificate has no key usage',
    spec: `${PROFILE}, RFC 5280 §4.2.1.3`,
    fix: `Have it issued with ${SIGN_LINES}.`,
    check: usageOf((certificate) =>
      hasExtension(certificate, EXTENSION.keyUsage) ? null : 'the extension keyUsage is missing',
    ),
  },
  {
    id: 'key-usage-no-signature',
    level: 'error',
    title: 'The key usage does not allow signing',
    spec: PROFILE,
    fix: `Have it issued with ${SIGN_LINES}.`,
    check: usageOf(({ facts: { keyUsage } }, purpose) => {
      if (keyUsage === null || keyUsage.has('digitalSignature')) return null;
      // RFC 3161 section 2.3 leaves a timestamp authority either.
      if (purpose === 'timestamp' && keyUsage.has('nonRepudiation')) return null;
      return `digitalSignature is missing from: ${[...keyUsage].join(', ') || 'nothing'}`;
    }),
  },
  {
    id: 'key-usage-cert-sign',
    level: 'error',
    title: 'The signing certificate may sign certificates',
    spec: PROFILE,
    fix: `Have it issued without keyCertSign: ${SIGN_LINES}.`,
    check: usageOf(({ facts: { keyUsage } }) =>
      keyUsage?.has('keyCertSign') === true ? 'keyCertSign belongs to a CA' : null,
    ),
  },
  {
    id: 'key-usage-not-critical',
    level: 'warning',
    title: 'The key usage is not critical',
    spec: `${PROFILE}, RFC 5280 §4.2.1.3`,
    fix: 'Have it issued with `keyUsage=critical,...`.',
    check: eachOf(ON_PATH, (certificate) =>
      hasExtension(certificate, EXTENSION.keyUsage) && !isCritical(certificate, EXTENSION.keyUsage)
        ? 'keyUsage should be marked as critical'
        : null,
    ),
  },
  {
    id: 'eku-missing',
    level: 'error',
    title: 'The signing certificate has no extended key usage',
    spec: `${PROFILE}, RFC 5280 §4.2.1.12`,
    fix: `Have it issued with ${SIGN_LINES}; a timestamp authority with ${STAMP_LINE}.`,
    check: usageOf((certificate) => {
      if (!hasExtension(certificate, EXTENSION.extendedKeyUsage)) return 'extKeyUsage is missing';
      return certificate.facts.purposes?.length === 0 ? 'extKeyUsage is empty' : null;
    }),
  },
  {
    id: 'eku-any',
    level: 'error',
    title: 'The extended key usage is "any"',
    spec: PROFILE,
    fix: `Have it issued with named purposes: ${SIGN_LINES}.`,
    check: usageOf(({ facts: { purposes } }) =>
      purposes?.includes(ANY_PURPOSE) === true ? 'anyExtendedKeyUsage must not be present' : null,
    ),
  },
  {
    id: 'eku-wrong-purpose',
    level: 'error',
    title: 'The extended key usage is for something else',
    spec: `${PROFILE}, §14.4`,
    fix: `A signer needs C2PA claim signing (1.3.6.1.4.1.62558.2.1), documentSigning or emailProtection; a timestamp authority needs ${STAMP_LINE}. A certificate for TLS or code signing cannot be used.`,
    check: usageOf(({ facts: { purposes } }, purpose) => {
      if (purposes === null || purposes.length === 0 || purposes.includes(ANY_PURPOSE)) return null;
      return fits(purposes, purpose) ? null : `it is for ${named(purposes)}`;
    }),
  },
  {
    id: 'eku-not-alone',
    level: 'error',
    title: 'timeStamping or OCSPSigning stands beside another purpose',
    spec: PROFILE,
    fix: `Have two certificates issued: one to sign, one with ${STAMP_LINE} alone.`,
    check: usageOf(({ facts: { purposes } }, purpose) => {
      if (purposes === null || purposes.length < 2 || !fits(purposes, purpose)) return null;
      return purposes.some((oid) => EXCLUSIVE_PURPOSES.includes(oid))
        ? `it is for ${named(purposes)}`
        : null;
    }),
  },
  {
    id: 'eku-stamp-not-critical',
    level: 'error',
    title: 'The purpose timeStamping is not critical',
    spec: 'RFC 3161 §2.3',
    fix: `Have it issued with ${STAMP_LINE}.`,
    check: usageOf((certificate) =>
      certificate.facts.purposes?.length === 1 &&
      certificate.facts.purposes[0] === KEY_PURPOSE.timeStamping &&
      !isCritical(certificate, EXTENSION.extendedKeyUsage)
        ? 'extKeyUsage must be marked as critical in a timestamp authority'
        : null,
    ),
  },
];
