/** Rules about the private key that should go with the chain. */
import type { KeyObject } from 'node:crypto';
import type { ParsedCertificate } from '../certificate.js';
import type { CertificateRule } from '../rule.js';

const KEY_SPEC = 'RFC 5958 §2';

function isKeyOf(key: KeyObject, { x509 }: ParsedCertificate): boolean {
  try {
    return x509.checkPrivateKey(key);
  } catch {
    return false;
  }
}

export const PRIVATE_KEY_RULES: readonly CertificateRule[] = [
  {
    id: 'private-key-encrypted',
    level: 'error',
    title: 'The private key needs a passphrase',
    spec: KEY_SPEC,
    fix: 'Give the passphrase in IMPRINT_KEY_PASSPHRASE (in the library: `passphrase`).',
    check: ({ key }) =>
      key?.state === 'encrypted'
        ? [{ certificate: null, message: 'the key is encrypted and no passphrase was given' }]
        : [],
  },
  {
    id: 'private-key-unreadable',
    level: 'error',
    title: 'The private key cannot be read',
    spec: KEY_SPEC,
    fix: 'Give a PEM private key (PKCS#8, SEC 1 or PKCS#1), and the right passphrase if it is encrypted; `openssl pkey -in key.pem -noout` says whether it is one.',
    check: ({ key }) =>
      key?.state === 'unreadable' ? [{ certificate: null, message: key.reason }] : [],
  },
  {
    id: 'private-key-mismatch',
    level: 'error',
    title: 'The private key is not that of the signing certificate',
    spec: 'RFC 5280 §4.1.2.7',
    fix: 'Find the key that the request was made with; `openssl x509 -in leaf.pem -noout -pubkey` and `openssl pkey -in key.pem -pubout` must print the same.',
    check: ({ key, leaf, certificates }) => {
      if (key?.state !== 'usable' || leaf === undefined || isKeyOf(key.key, leaf)) return [];
      const owner = certificates.find((certificate) => isKeyOf(key.key, certificate));
      const message =
        owner === undefined
          ? 'the key belongs to none of the certificates'
          : `the key belongs to certificate ${owner.position}`;
      return [{ certificate: leaf.position, message }];
    },
  },
];
