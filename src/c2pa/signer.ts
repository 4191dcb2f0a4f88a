/** Who signs: the port, its algorithms, and certificates as PEM. What implements it is in signers/. */
import { X509Certificate } from 'node:crypto';
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
  /**
   * The raw COSE signature of `data`: for ECDSA r||s (RFC 9053 section 2.1), not DER. It is checked
   * against the first certificate before it goes into a file.
   */
  sign(data: Uint8Array): Promise<Uint8Array>;
  /**
   * Asked before long work: rejects when it is known already that nothing can be signed (a service that is
   * not there, a program that is not installed). Default: nothing is asked.
   */
  ready?(): Promise<void>;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
/** Longest PEM text, characters. */
export const MAX_PEM = 1 << 18;
const MAX_CHAIN = 10;

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
