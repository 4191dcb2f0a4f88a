/** Names of the object identifiers that certificates use, and which of them C2PA accepts. */
import { KEY_PURPOSE } from '../certificates.js';

/** Extensions, RFC 5280 section 4.2. */
export const EXTENSION = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
} as const;

/** A subject alternative name or a CRL distribution point may be critical without asking anything. */
export const KNOWN_EXTENSIONS: ReadonlySet<string> = new Set([
  ...Object.values(EXTENSION),
  '2.5.29.17',
  '2.5.29.31',
]);

export const ANY_PURPOSE = '2.5.29.37.0';

/** Purposes that make a certificate one for claim signatures, C2PA 2.4 section 14.4. */
export const SIGNING_PURPOSES: ReadonlySet<string> = new Set([
  KEY_PURPOSE.emailProtection,
  KEY_PURPOSE.documentSigning,
  KEY_PURPOSE.c2paClaimSigning,
  KEY_PURPOSE.microsoftC2paSigning,
]);

/** Purposes that stand alone or not at all, C2PA 2.4 section 14.5.1. */
export const EXCLUSIVE_PURPOSES: readonly string[] = [
  KEY_PURPOSE.timeStamping,
  KEY_PURPOSE.ocspSigning,
];

const PURPOSE_NAME: Readonly<Record<string, string>> = {
  [ANY_PURPOSE]: 'anyExtendedKeyUsage',
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  ...Object.fromEntries(Object.entries(KEY_PURPOSE).map(([name, oid]) => [oid, name])),
};

/** Such as `emailProtection`, or the number itself. */
export function purposeName(oid: string): string {
  return PURPOSE_NAME[oid] ?? oid;
}

/** Key algorithms of subjectPublicKeyInfo. */
export const KEY = {
  ec: '1.2.840.10045.2.1',
  rsa: '1.2.840.113549.1.1.1',
  rsaPss: '1.2.840.113549.1.1.10',
  ed25519: '1.3.101.112',
} as const;

const KEY_NAME: Readonly<Record<string, string>> = {
  [KEY.ec]: 'EC',
  [KEY.rsa]: 'RSA',
  [KEY.rsaPss]: 'RSA-PSS',
  [KEY.ed25519]: 'Ed25519',
  '1.3.101.110': 'X25519',
  '1.3.101.113': 'Ed448',
  '1.2.840.10040.4.1': 'DSA',
};

export function keyName(oid: string): string {
  return KEY_NAME[oid] ?? oid;
}

/** Curves of C2PA 2.4 section 14.5.1. */
export const GOOD_CURVES: Readonly<Record<string, string>> = {
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
};

const CURVE_NAME: Readonly<Record<string, string>> = {
  ...GOOD_CURVES,
  '1.3.132.0.10': 'secp256k1',
  '1.3.132.0.33': 'P-224',
  '1.2.840.10045.3.1.1': 'P-192',
  '1.3.36.3.3.2.8.1.1.7': 'brainpoolP256r1',
  '1.3.36.3.3.2.8.1.1.11': 'brainpoolP384r1',
  '1.3.36.3.3.2.8.1.1.13': 'brainpoolP512r1',
};

export function curveName(oid: string): string {
  return CURVE_NAME[oid] ?? oid;
}

export const RSASSA_PSS = '1.2.840.113549.1.1.10';

/** Signature algorithms: `good` are those of C2PA 2.4 section 14.5.1. */
const SIGNATURE: Readonly<Record<string, { name: string; kind: 'good' | 'weak' | 'other' }>> = {
  '1.2.840.10045.4.3.2': { name: 'ecdsa-with-SHA256', kind: 'good' },
  '1.2.840.10045.4.3.3': { name: 'ecdsa-with-SHA384', kind: 'good' },
  '1.2.840.10045.4.3.4': { name: 'ecdsa-with-SHA512', kind: 'good' },
  '1.2.840.113549.1.1.11': { name: 'sha256WithRSAEncryption', kind: 'good' },
  '1.2.840.113549.1.1.12': { name: 'sha384WithRSAEncryption', kind: 'good' },
  '1.2.840.113549.1.1.13': { name: 'sha512WithRSAEncryption', kind: 'good' },
  [RSASSA_PSS]: { name: 'RSASSA-PSS', kind: 'good' },
  '1.3.101.112': { name: 'Ed25519', kind: 'good' },
  '1.2.840.113549.1.1.2': { name: 'md2WithRSAEncryption', kind: 'weak' },
  '1.2.840.113549.1.1.4': { name: 'md5WithRSAEncryption', kind: 'weak' },
  '1.2.840.113549.1.1.5': { name: 'sha1WithRSAEncryption', kind: 'weak' },
  '1.3.14.3.2.29': { name: 'sha1WithRSA', kind: 'weak' },
  '1.2.840.10045.4.1': { name: 'ecdsa-with-SHA1', kind: 'weak' },
  '1.2.840.10040.4.3': { name: 'dsa-with-SHA1', kind: 'weak' },
  '1.3.101.113': { name: 'Ed448', kind: 'other' },
  '1.2.840.113549.1.1.14': { name: 'sha224WithRSAEncryption', kind: 'other' },
  '1.2.840.10045.4.3.1': { name: 'ecdsa-with-SHA224', kind: 'other' },
};

export function signatureOf(oid: string): { name: string; kind: 'good' | 'weak' | 'other' } {
  return SIGNATURE[oid] ?? { name: oid, kind: 'other' };
}

/** Hashes that RSASSA-PSS parameters may name. */
export const GOOD_HASHES: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
};
