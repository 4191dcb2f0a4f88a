/** COSE_Sign1 over a claim (RFC 9052 section 4.2; C2PA 2.4 sections 13.2 and 14.5). */
import { createHash, X509Certificate } from 'node:crypto';
import { encode, Tag } from 'cbor2';
import type { Signer, SigningAlgorithm } from './signer.js';
import { algorithmFor } from './signers/identity.js';
import { assertSignature } from './signers/raw-signature.js';
import type { Stamp } from './stamp.js';
import type { TimestampSource } from './timestamp.js';

/** COSE algorithm identifiers, RFC 9053 and RFC 8230. */
const COSE_ALGORITHM = {
  es256: -7,
  es384: -35,
  es512: -36,
  ps256: -37,
  ps384: -38,
  ps512: -39,
  ed25519: -8,
} satisfies Record<SigningAlgorithm, number>;

const HEADER_ALG = 1;
/** RFC 9360 section 2. */
const HEADER_X5CHAIN = 33;
const TAG_COSE_SIGN1 = 18;
/** Public authorities send their whole chain: DigiCert's token has some 6 kB. */
const DEFAULT_TOKEN_BYTES = 10_000;

/** cbor2 writes a Buffer by its toJSON(), as a map; a byte string wants a plain Uint8Array. */
const plainBytes = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

/** Bytes that the engine reserves for the signature box; the rest is padded. */
export function reserveSize(signer: Signer, timestamp?: TimestampSource): number {
  const chain = signer.chain.reduce((sum, certificate) => sum + certificate.length + 8, 0);
  const token = timestamp === undefined ? 0 : (timestamp.maxTokenBytes ?? DEFAULT_TOKEN_BYTES);
  // 512 bytes of RSA-4096 signature at most, the rest is CBOR around it.
  return 1024 + chain + token;
}

/**
 * @param claim the CBOR of the claim, which the signature covers detached.
 * @param size the exact length of the result (a `pad` header fills it up).
 * @throws C2paError C2PA_KEY when the signer's algorithm is not one of its certificate's key,
 *   C2PA_SIGNATURE when it answers no signature by that key; RangeError when the signature does not
 *   fit into `size`.
 */
export async function signClaim(
  claim: Uint8Array,
  options: { signer: Signer; stamp?: Stamp | undefined; size: number },
): Promise<Uint8Array> {
  const { signer, stamp, size } = options;
  const chain = signer.chain.map(plainBytes);
  const { publicKey } = new X509Certificate(chain[0]!);
  algorithmFor(publicKey, signer.algorithm);
  const protectedHeader = encode(
    new Map<number, unknown>([
      [HEADER_ALG, COSE_ALGORITHM[signer.algorithm]],
      [HEADER_X5CHAIN, chain.length === 1 ? chain[0] : chain],
    ]),
  );
  const empty = new Uint8Array(0);
  const toSign = encode(['Signature1', protectedHeader, empty, claim]);
  const signature = plainBytes(await signer.sign(toSign));
  // Before the authority is asked: a wrong signature is not worth a timestamp.
  assertSignature(signer.algorithm, publicKey, toSign, signature);
  const unprotected = new Map<string, unknown>();
  if (stamp !== undefined) {
    // sigTst2 (C2PA 2.4 section 10.3.2.5): what is stamped is the signature, not the claim.
    const stamped = encode(['CounterSignature', protectedHeader, empty, encode(signature)]);
    const digest = createHash('sha256').update(stamped).digest();
    const token = await stamp(plainBytes(digest));
    if (token !== null) unprotected.set('sigTst2', { tstTokens: [{ val: plainBytes(token) }] });
  }
  const build = (padding: number, second?: number): Uint8Array => {
    unprotected.set('pad', new Uint8Array(padding));
    if (second !== undefined) unprotected.set('pad2', new Uint8Array(second));
    return encode(new Tag(TAG_COSE_SIGN1, [protectedHeader, unprotected, null, signature]));
  };
  return padTo(size, build);
}

/** A length can fall between two CBOR length forms, which one pad cannot hit; a second one then does. */
function padTo(size: number, build: (padding: number, second?: number) => Uint8Array): Uint8Array {
  const spare = size - build(0).length;
  if (spare < 0) throw new RangeError(`signature needs ${-spare} bytes more than were reserved`);
  for (const overhead of [0, 1, 2, 4]) {
    if (spare < overhead) continue;
    const attempt = build(spare - overhead);
    if (attempt.length === size) return attempt;
  }
  const base = build(0, 0).length;
  for (let second = 1; second < 16; second++) {
    for (const overhead of [0, 1, 2, 4]) {
      const padding = size - base - second - overhead;
      if (padding < 0) continue;
      const attempt = build(padding, second);
      if (attempt.length === size) return attempt;
    }
  }
  throw new RangeError('signature cannot be padded to the reserved size');
}
