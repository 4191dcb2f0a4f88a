/** What every signer begins with: a chain that may sign, and the algorithm its key allows. */
import type { KeyObject, X509Certificate } from 'node:crypto';
import { assertOneOf } from '../../core/index.js';
import { C2paError } from '../errors.js';
import { parseCertificates, SIGNING_ALGORITHMS } from '../signer.js';
import type { SigningAlgorithm } from '../signer.js';

export interface SigningIdentity {
  leaf: X509Certificate;
  /** DER, the leaf first, without a self-signed root. */
  chain: Uint8Array[];
}

/**
 * The chain of a PEM text as a signature carries it.
 *
 * @throws C2paError C2PA_CERTIFICATE when there is none, or the first one may not sign claims.
 */
export function signingIdentity(certificates: string): SigningIdentity {
  const all = parseCertificates(certificates);
  const chain = all.filter(
    (certificate, index) => index === 0 || certificate.subject !== certificate.issuer,
  );
  const leaf = chain[0]!;
  if (leaf.ca || leaf.subject === leaf.issuer) {
    const hint = all.some(({ ca }) => !ca)
      ? '; put the certificate of the signer itself first'
      : '';
    throw new C2paError({
      code: 'C2PA_CERTIFICATE',
      message: `the first certificate is self-signed or a CA: C2PA wants one issued by a CA${hint}`,
    });
  }
  return { leaf, chain: chain.map(({ raw }) => new Uint8Array(raw)) };
}

const CURVE_ALGORITHM: Readonly<Record<string, SigningAlgorithm>> = {
  prime256v1: 'es256',
  secp384r1: 'es384',
  secp521r1: 'es512',
};
/** C2PA 2.4 section 13.2.1: RSA keys of at least 2048 bits. */
const MIN_RSA_BITS = 2048;

/** The algorithms that a public or private key can sign with, the preferred one first. */
function algorithmsOf(key: KeyObject): SigningAlgorithm[] {
  const { namedCurve = '', modulusLength = 0, hashAlgorithm } = key.asymmetricKeyDetails ?? {};
  const kind = key.asymmetricKeyType;
  if (kind === 'ec') return [CURVE_ALGORITHM[namedCurve]].filter((name) => name !== undefined);
  if (kind === 'ed25519') return ['ed25519'];
  if ((kind !== 'rsa' && kind !== 'rsa-pss') || modulusLength < MIN_RSA_BITS) return [];
  const all: SigningAlgorithm[] = ['ps256', 'ps384', 'ps512'];
  // An RSASSA-PSS key may be bound to one hash (RFC 4055 section 3.1).
  return hashAlgorithm === undefined
    ? all
    : all.filter((name) => name.slice(2) === hashAlgorithm.slice(-3));
}

function describeKey(key: KeyObject): string {
  const { namedCurve, modulusLength, hashAlgorithm } = key.asymmetricKeyDetails ?? {};
  return [key.asymmetricKeyType, namedCurve, modulusLength, hashAlgorithm]
    .filter((part) => part !== undefined)
    .join(' ');
}

/** @throws C2paError C2PA_KEY when `key` cannot sign with `wanted`, or with any algorithm of C2PA. */
export function algorithmFor(
  key: KeyObject,
  wanted: SigningAlgorithm | undefined,
): SigningAlgorithm {
  if (wanted !== undefined) assertOneOf(wanted, 'algorithm', SIGNING_ALGORITHMS);
  const possible = algorithmsOf(key);
  const found = wanted === undefined ? possible[0] : possible.find((name) => name === wanted);
  if (found === undefined) {
    const advice =
      possible.length > 0
        ? `it signs with ${possible.join(', ')}`
        : 'C2PA takes P-256, P-384, P-521, RSA of 2048 bits or more, and Ed25519';
    throw new C2paError({
      code: 'C2PA_KEY',
      message: `a ${describeKey(key)} key cannot sign with ${wanted ?? 'any C2PA algorithm'}: ${advice}`,
    });
  }
  return found;
}
