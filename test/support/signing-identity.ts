/** A certificate with its key for each algorithm, and ways to sign that are not the package's own. */
import { constants, createSign, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { IssuedCertificate, KeyKind, SigningAlgorithm } from '../../src/c2pa/index.js';
import { issueCertificate } from '../../src/c2pa/index.js';
import { systemClock } from '../../src/core/index.js';

export const KEY_KIND = {
  es256: 'p256',
  es384: 'p384',
  es512: 'p521',
  ps256: 'rsa',
  ps384: 'rsa',
  ps512: 'rsa',
  ed25519: 'ed25519',
} satisfies Record<SigningAlgorithm, KeyKind>;

const common = { organization: 'Test', clock: systemClock, days: 30 } as const;
export const testCa = issueCertificate({ ...common, name: 'Test CA', role: 'ca' });

const made = new Map<KeyKind, IssuedCertificate>();

/** A signer's certificate under `testCa`, the same one at each call. */
export function identityFor(algorithm: SigningAlgorithm): IssuedCertificate {
  const keyKind = KEY_KIND[algorithm];
  let found = made.get(keyKind);
  if (found === undefined) {
    found = issueCertificate({
      ...common,
      name: `Test ${keyKind}`,
      role: 'signer',
      issuer: testCa,
      keyKind,
    });
    made.set(keyKind, found);
  }
  return found;
}

/** What key stores and `openssl dgst` answer: DER for ECDSA. */
export function signAsKeyStore(
  algorithm: SigningAlgorithm,
  key: KeyObject,
  data: Uint8Array,
): Uint8Array {
  if (algorithm === 'ed25519') return new Uint8Array(sign(null, data, key));
  const signer = createSign(`sha${algorithm.slice(2)}`).update(data);
  if (algorithm.startsWith('es')) return new Uint8Array(signer.sign(key));
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return new Uint8Array(
    signer.sign({ key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }),
  );
}
