/**
 * A signer whose key is elsewhere: a command, a service, a key store. The base of the adapters in this
 * folder, and all that one for another key store needs.
 */
import { createHash } from 'node:crypto';
import { errorMessage, isImprintError, printable } from '../../core/index.js';
import { C2paError } from '../errors.js';
import type { Signer, SigningAlgorithm } from '../signer.js';
import { algorithmFor, signingIdentity } from './identity.js';
import { HASH, toRawSignature } from './raw-signature.js';

export interface SigningRequest {
  algorithm: SigningAlgorithm;
  /** What is to be signed. */
  data: Uint8Array;
  /** The hash of `data` that `algorithm` signs, for key stores that take hashes; null for ed25519. */
  digest: Uint8Array | null;
}

export interface RemoteSignerOptions {
  /** PEM: the signer's own certificate first, then its issuers. A self-signed root is left out. */
  certificates: string;
  /** Default: what the certificate's key allows; for RSA ps256. */
  algorithm?: SigningAlgorithm;
  /**
   * The signature of `request.data`. ECDSA may come as DER or as raw r||s; PSS wants a salt as long
   * as the hash; Ed25519 signs the data and not a hash of it (RFC 8032 section 5.1).
   */
  sign(request: SigningRequest): Promise<Uint8Array>;
  /** As `Signer.ready`. */
  ready?(): Promise<void>;
}

/**
 * A signer that asks `options.sign`. Its answer is brought into the form that COSE carries.
 *
 * @throws C2paError C2PA_CERTIFICATE or C2PA_KEY (not the algorithm of the certificate's key); when
 *   signing, C2PA_SIGNER around whatever `options.sign` rejects with, and C2PA_SIGNATURE.
 */
export function createRemoteSigner(options: RemoteSignerOptions): Signer {
  const { leaf, chain } = signingIdentity(options.certificates);
  const algorithm = algorithmFor(leaf.publicKey, options.algorithm);
  const hash = HASH[algorithm];
  return {
    algorithm,
    chain,
    ...(options.ready === undefined ? {} : { ready: () => options.ready!() }),
    async sign(data) {
      const digest = hash === null ? null : new Uint8Array(createHash(hash).update(data).digest());
      let answer: Uint8Array;
      try {
        answer = new Uint8Array(await options.sign({ algorithm, data, digest }));
      } catch (cause) {
        if (isImprintError(cause)) throw cause;
        throw new C2paError({
          code: 'C2PA_SIGNER',
          message: `the signer failed: ${printable(errorMessage(cause), 500)}`,
          cause,
        });
      }
      return toRawSignature(algorithm, answer);
    },
  };
}
