/** Identifiers, basic constraints and extensions in general, C2PA 2.4 section 14.5.1. */
import { EXTENSION, KNOWN_EXTENSIONS } from '../oids.js';
import { hasExtension, isBare, isCritical } from '../certificate.js';
import type { CertificateRule } from '../rule.js';
import { AUTHORITIES, eachOf, ON_PATH } from '../rule.js';

const PROFILE = 'C2PA 2.4 §14.5.1';
const CA_LINES = '`basicConstraints=critical,CA:true` and `keyUsage=critical,keyCertSign,cRLSign`';

export const EXTENSION_RULES: readonly CertificateRule[] = [
  {
    id: 'aki-missing',
    level: 'error',
    title: 'The authority key identifier is missing',
    spec: `${PROFILE}, RFC 5280 §4.2.1.1`,
    fix: 'Have it issued with `authorityKeyIdentifier=keyid`.',
    check: eachOf(ON_PATH, (certificate) =>
      certificate.selfIssued ||
      isBare(certificate) ||
      hasExtension(certificate, EXTENSION.authorityKeyIdentifier)
        ? null
        : 'every certificate that is not self-signed must say which key issued it',
    ),
  },
  {
    id: 'ski-missing-ca',
    level: 'error',
    title: 'A CA has no subject key identifier',
    spec: `${PROFILE}, RFC 5280 §4.2.1.2`,
    fix: 'Have the CA certificate issued with `subjectKeyIdentifier=hash`.',
    check: eachOf(AUTHORITIES, (certificate) =>
      isBare(certificate) || hasExtension(certificate, EXTENSION.subjectKeyIdentifier)
        ? null
        : 'subjectKeyIdentifier is missing',
    ),
  },
  {
    id: 'ski-missing-leaf',
    level: 'warning',
    title: 'The signing certificate has no subject key identifier',
    spec: `${PROFILE}, RFC 5280 §4.2.1.2`,
    fix: 'Have it issued with `subjectKeyIdentifier=hash`.',
    check: eachOf(['leaf'], (certificate) =>
      isBare(certificate) || hasExtension(certificate, EXTENSION.subjectKeyIdentifier)
        ? null
        : 'subjectKeyIdentifier should be present',
    ),
  },
  {
    id: 'basic-constraints-not-critical',
    level: 'error',
    title: 'The basic constraints of a CA are not critical',
    spec: 'RFC 5280 §4.2.1.9',
    fix: `Have the CA certificate issued with ${CA_LINES}.`,
    check: eachOf(AUTHORITIES, (certificate) =>
      certificate.isCa && !isCritical(certificate, EXTENSION.basicConstraints)
        ? 'basicConstraints must be marked as critical in a CA'
        : null,
    ),
  },
  {
    id: 'extension-critical-unknown',
    level: 'error',
    title: 'An unknown extension is critical',
    spec: 'RFC 5280 §4.2',
    fix: 'Have it issued without this extension or with it not critical: validators must refuse what they do not know.',
    check: eachOf(ON_PATH, ({ extensions }) => {
      const unknown = extensions.filter(
        ({ oid, critical }) => critical && !KNOWN_EXTENSIONS.has(oid),
      );
      return unknown.length === 0 ? null : unknown.map(({ oid }) => oid).join(', ');
    }),
  },
  {
    id: 'extension-twice',
    level: 'error',
    title: 'An extension stands twice',
    spec: 'RFC 5280 §4.2',
    fix: 'Have it issued with each extension once; a section included twice in ext.cnf does this.',
    check: eachOf(ON_PATH, ({ extensions }) => {
      const oids = extensions.map(({ oid }) => oid);
      const twice = oids.filter((oid, index) => oids.indexOf(oid) !== index);
      return twice.length === 0 ? null : [...new Set(twice)].join(', ');
    }),
  },
  {
    id: 'extension-unreadable',
    level: 'error',
    title: 'An extension cannot be read',
    spec: 'RFC 5280 §4.2.1',
    fix: 'Have it issued again; what openssl says: `openssl x509 -in chain.pem -noout -text`.',
    check: eachOf(ON_PATH, ({ facts: { unreadable } }) =>
      unreadable.length === 0 ? null : unreadable.join(', '),
    ),
  },
];
