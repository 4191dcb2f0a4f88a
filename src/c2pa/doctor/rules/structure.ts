/** Version, serial number, validity and names, RFC 5280 section 4.1. */
import type { CertificateRule } from '../rule.js';
import { eachOf, NOT_ROOT, ON_PATH } from '../rule.js';

const MAX_SERIAL = 20;
const SERIAL_SPEC = 'RFC 5280 §4.1.2.2';
const SERIAL_FIX =
  'Have it issued again with a positive random serial number of at most 20 bytes (`-set_serial 0x$(openssl rand -hex 16)`).';
const LEAF_SUBJECT_FIX =
  'Have it issued with a subject such as `-subj "/C=DE/O=Example GmbH/CN=Example image signer"`.';

const day = (time: Date): string => time.toISOString().replace('.000', '');

export const STRUCTURE_RULES: readonly CertificateRule[] = [
  {
    id: 'version',
    level: 'error',
    title: 'The certificate is not X.509 version 3',
    spec: 'C2PA 2.4 §14.5.1, RFC 5280 §4.1.2.1',
    fix: 'Issue it with extensions: `openssl x509 -req -extfile ext.cnf ...` (without `-extfile`, older openssl makes version 1).',
    check: eachOf(ON_PATH, ({ version }) =>
      version === 3 ? null : `it is of version ${version}, which has no place for key usages`,
    ),
  },
  {
    id: 'serial-zero',
    level: 'error',
    title: 'The serial number is zero',
    spec: SERIAL_SPEC,
    fix: SERIAL_FIX,
    check: eachOf(ON_PATH, ({ serial }) =>
      serial.every((byte) => byte === 0) ? 'the serial number must be positive' : null,
    ),
  },
  {
    id: 'serial-negative',
    level: 'error',
    title: 'The serial number is negative',
    spec: SERIAL_SPEC,
    fix: SERIAL_FIX,
    check: eachOf(ON_PATH, ({ serial }) =>
      (serial[0] ?? 0) >= 0x80 ? 'its first bit is set, which makes it negative in DER' : null,
    ),
  },
  {
    id: 'serial-too-long',
    level: 'warning',
    title: 'The serial number is too long',
    spec: SERIAL_SPEC,
    fix: SERIAL_FIX,
    check: eachOf(ON_PATH, ({ serial }) =>
      serial.length > MAX_SERIAL ? `${serial.length} bytes, at most ${MAX_SERIAL}` : null,
    ),
  },
  {
    id: 'unique-id',
    level: 'error',
    title: 'The certificate has an issuer or subject unique identifier',
    spec: 'C2PA 2.4 §14.5.1, RFC 5280 §4.1.2.8',
    fix: 'Have it issued without issuerUniqueID and subjectUniqueID; today no usual tool writes them.',
    check: eachOf(ON_PATH, ({ hasUniqueIds }) =>
      hasUniqueIds ? 'issuerUniqueID or subjectUniqueID is present' : null,
    ),
  },
  {
    id: 'validity-order',
    level: 'error',
    title: 'The validity ends before it begins',
    spec: 'RFC 5280 §4.1.2.5',
    fix: 'Have it issued with notAfter later than notBefore (`-days 365`).',
    check: eachOf(ON_PATH, ({ notBefore, notAfter }) =>
      notAfter < notBefore ? `from ${day(notBefore)} to ${day(notAfter)}` : null,
    ),
  },
  {
    id: 'validity-expired',
    level: 'error',
    title: 'The certificate has expired',
    spec: 'RFC 5280 §4.1.2.5, §6.1.3',
    fix: 'Renew it. What was signed before keeps its worth only with a timestamp: sign with one.',
    check: eachOf(ON_PATH, ({ notBefore, notAfter }, { time }) =>
      notAfter < time && notAfter >= notBefore ? `it was valid until ${day(notAfter)}` : null,
    ),
  },
  {
    id: 'validity-not-yet',
    level: 'error',
    title: 'The certificate is not valid yet',
    spec: 'RFC 5280 §4.1.2.5, §6.1.3',
    fix: 'Wait, set the clock right, or have it issued with an earlier notBefore.',
    check: eachOf(ON_PATH, ({ notBefore, notAfter }, { time }) =>
      notBefore > time && notAfter >= notBefore ? `it is valid from ${day(notBefore)}` : null,
    ),
  },
  {
    id: 'subject-organization',
    level: 'warning',
    title: 'The subject has no organisation (O=)',
    spec: 'RFC 5280 §4.1.2.6; c2pa-rs gives O= as the issuer of a signature',
    fix: LEAF_SUBJECT_FIX,
    check: eachOf(['leaf'], ({ subject: { organization, text } }) =>
      organization === null
        ? `readers show the organisation as the signer; the subject is "${text}"`
        : null,
    ),
  },
  {
    id: 'subject-common-name',
    level: 'warning',
    title: 'The subject has no common name (CN=)',
    spec: 'RFC 5280 §4.1.2.6',
    fix: LEAF_SUBJECT_FIX,
    check: eachOf(NOT_ROOT, ({ subject: { commonName, text } }) =>
      commonName === null ? `the subject is "${text}"` : null,
    ),
  },
];
