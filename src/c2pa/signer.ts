/** Who signs: the port, and the signer that holds a PEM key in this process. */
import { constants, createPrivateKey, sign as signBytes, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { assertString, errorMessage } from '../core/index.js';
import { C2paError } from './errors.js';

/** COSE algorithms of C2PA 2.4 section 13.2, by their names in c2pa-rs. */
export const SIGNING_ALGORITHMS = [
  'es256',
  'es384',
  'es512',
  'ps256',
  'ps384',
  'ps512',
  'ed25519',
] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

export interface Signer {
  readonly algorithm: SigningAlgorithm;
  /** DER certificates: the signer's own first, then each one's issuer; the root stays out. */
  readonly chain: readonly Uint8Array[];
  /** The raw COSE signature of `data`: for ECDSA r||s (RFC 9053 section 2.1), not DER. */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

export interface PemSignerOptions {
  /** One or more certificates, the signer's own first. A self-signed root in it is left out. */
  certificates: string;
  /** PKCS#8, SEC 1 or PKCS#1. */
  privateKey: string;
  /** For an encrypted key. Default: none. */
  passphrase?: string;
  /** For an RSA key: which of ps256, ps384, ps512. Default: ps256. Other keys leave no choice. */
  algorithm?: SigningAlgorithm;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const MAX_PEM = 1 << 18;
const MAX_CHAIN = 10;

const HASH = {
  es256: 'sha256',
  es384: 'sha384',
  es512: 'sha512',
  ps256: 'sha256',
  ps384: 'sha384',
  ps512: 'sha512',
  ed25519: null,
} satisfies Record<SigningAlgorithm, string | null>;

const CURVE_ALGORITHM: Readonly<Record<string, SigningAlgorithm>> = {
  prime256v1: 'es256',
  secp384r1: 'es384',
  secp521r1: 'es512',
};

/** The certificates of a PEM text, in order. @throws C2paError C2PA_CERTIFICATE */
export function parseCertificates(pem: string): X509Certificate[] {
  assertString(pem, 'certificates', MAX_PEM);
  const blocks = pem.match(CERTIFICATE) ?? [];
  if (blocks.length === 0 || blocks.length > MAX_CHAIN) {
    throw new C2paError({
      code: 'C2PA_CERTIFICATE',
      message: `expected 1 to ${MAX_CHAIN} PEM certificates, found ${blocks.length}`,
    });
  }
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch (cause) {
      throw new C2paError({
        code: 'C2PA_CERTIFICATE',
        message: `certificate ${index + 1} cannot be read: ${errorMessage(cause)}`,
        cause,
      });
    }
  });
}

function readKey(pem: string, passphrase: string | undefined): KeyObject {
  assertString(pem, 'privateKey', MAX_PEM);
  try {
    return createPrivateKey(passphrase === undefined ? pem : { key: pem, passphrase });
  } catch (cause) {
    const encrypted = passphrase === undefined && pem.includes('ENCRYPTED');
    throw new C2paError({
      code: 'C2PA_KEY',
      message: encrypted
        ? 'the private key is encrypted: a passphrase is needed'
        : 'the private key cannot be read (wrong passphrase, or no PEM private key)',
      cause,
    });
  }
}

function algorithmOf(key: KeyObject, wanted: SigningAlgorithm | undefined): SigningAlgorithm {
  const type = key.asymmetricKeyType;
  let found: SigningAlgorithm | undefined;
  if (type === 'ec') found = CURVE_ALGORITHM[key.asymmetricKeyDetails?.namedCurve ?? ''];
  else if (type === 'ed25519') found = 'ed25519';
  else if (type === 'rsa' || type === 'rsa-pss') {
    found = wanted?.startsWith('ps') === true ? wanted : 'ps256';
  }
  if (found === undefined || (wanted !== undefined && wanted !== found)) {
    throw new C2paError({
      code: 'C2PA_KEY',
      message: `a ${type ?? 'symmetric'} key cannot sign with ${wanted ?? 'any C2PA algorithm'}`,
    });
  }
  return found;
}

/**
 * A signer from PEM texts.
 *
 * @throws C2paError C2PA_CERTIFICATE (unreadable, only a root) or C2PA_KEY (unreadable, not the
 *   certificate's, unsupported kind).
 */
export function createPemSigner(options: PemSignerOptions): Signer {
  const certificates = parseCertificates(options.certificates);
  const key = readKey(options.privateKey, options.passphrase);
  const algorithm = algorithmOf(key, options.algorithm);
  const chain = certificates.filter(
    (certificate, index) => index === 0 || certificate.subject !== certificate.issuer,
  );
  const leaf = chain[0]!;
  if (leaf.ca || leaf.subject === leaf.issuer) {
    throw new C2paError({
      code: 'C2PA_CERTIFICATE',
      message: 'the first certificate is self-signed or a CA: C2PA wants one issued by a CA',
    });
  }
  if (!leaf.checkPrivateKey(key)) {
    throw new C2paError({
      code: 'C2PA_KEY',
      message: 'the private key does not belong to the first certificate',
    });
  }
  return {
    algorithm,
    chain: chain.map((certificate) => new Uint8Array(certificate.raw)),
    sign: (data) => Promise.resolve(signWithKey(algorithm, key, data)),
  };
}

/** Sign in the form that COSE carries. */
export function signWithKey(
  algorithm: SigningAlgorithm,
  key: KeyObject,
  data: Uint8Array,
): Uint8Array {
  if (algorithm.startsWith('ps')) {
    // RFC 8230 section 2: MGF1 with the same hash, salt as long as the hash.
    const pss = {
      key,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    };
    return new Uint8Array(signBytes(HASH[algorithm], data, pss));
  }
  return new Uint8Array(signBytes(HASH[algorithm], data, { key, dsaEncoding: 'ieee-p1363' }));
}
