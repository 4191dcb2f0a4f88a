/** Signatures as COSE carries them: made, brought into that form, and checked. */
import { constants, sign as signBytes, verify as verifyBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { decodeChildren, decodeDer, DER_TAG } from '../der.js';
import { C2paError } from '../errors.js';
import type { SigningAlgorithm } from '../signer.js';

/** The hash that each algorithm signs; Ed25519 takes the message itself. */
export const HASH = {
  es256: 'sha256',
  es384: 'sha384',
  es512: 'sha512',
  ps256: 'sha256',
  ps384: 'sha384',
  ps512: 'sha512',
  ed25519: null,
} satisfies Record<SigningAlgorithm, string | null>;

/** Bytes of r||s (RFC 9053 section 2.1). */
const ECDSA_BYTES: Partial<Record<SigningAlgorithm, number>> = { es256: 64, es384: 96, es512: 132 };

/** How node:crypto signs and verifies what COSE means by `algorithm`. */
function keyOptions(algorithm: SigningAlgorithm, key: KeyObject) {
  if (!algorithm.startsWith('ps')) return { key, dsaEncoding: 'ieee-p1363' as const };
  // RFC 8230 section 2: MGF1 with the same hash, salt as long as the hash.
  return {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  };
}

/** Sign in the form that COSE carries. */
export function signWithKey(
  algorithm: SigningAlgorithm,
  key: KeyObject,
  data: Uint8Array,
): Uint8Array {
  return new Uint8Array(signBytes(HASH[algorithm], data, keyOptions(algorithm, key)));
}

/**
 * What key services and `openssl dgst` answer for ECDSA is DER (RFC 3279 section 2.2.3); COSE wants
 * r||s. Raw signatures and those of other algorithms come back as they are.
 *
 * @throws C2paError C2PA_SIGNATURE when an ECDSA signature is neither raw nor DER.
 */
export function toRawSignature(algorithm: SigningAlgorithm, signature: Uint8Array): Uint8Array {
  const size = ECDSA_BYTES[algorithm];
  if (size === undefined || signature.length === size) return signature;
  const refuse = (): C2paError =>
    new C2paError({
      code: 'C2PA_SIGNATURE',
      message:
        `the signer's answer is no ${algorithm} signature: expected ${size} raw bytes or DER, ` +
        `got ${signature.length} bytes${textHint(signature)}`,
    });
  let parts;
  try {
    const sequence = decodeDer(signature);
    if (sequence.tag !== DER_TAG.sequence || sequence.raw.length !== signature.length) {
      throw refuse();
    }
    parts = decodeChildren(sequence.content, 2);
  } catch {
    throw refuse();
  }
  const raw = new Uint8Array(size);
  if (parts.length !== 2) throw refuse();
  for (const [index, { tag, content }] of parts.entries()) {
    const start = content.findIndex((byte) => byte !== 0);
    const number = start < 0 ? content.subarray(0, 0) : content.subarray(start);
    if (tag !== DER_TAG.integer || number.length > size / 2) throw refuse();
    raw.set(number, ((index + 1) * size) / 2 - number.length);
  }
  return raw;
}

/**
 * @param key public key of the signer's certificate.
 * @throws C2paError C2PA_SIGNATURE when `signature` is not that key's raw signature of `data`.
 */
export function assertSignature(
  algorithm: SigningAlgorithm,
  key: KeyObject,
  data: Uint8Array,
  signature: Uint8Array,
): void {
  if (verifyBytes(HASH[algorithm], data, keyOptions(algorithm, key), signature)) return;
  const form = algorithm.startsWith('ps')
    ? ' (RSASSA-PSS with a salt as long as the hash)'
    : algorithm === 'ed25519'
      ? ' (64 bytes, over the message and not its hash)'
      : ` (${ECDSA_BYTES[algorithm]} bytes r||s)`;
  throw new C2paError({
    code: 'C2PA_SIGNATURE',
    message:
      `the signer answered ${signature.length} bytes that are no ${algorithm} signature${form} by the ` +
      `key of the first certificate${textHint(signature)}; another key or another algorithm signed`,
  });
}

/** The commonest mistake of a signing script is to print base64 or a message. */
function textHint(bytes: Uint8Array): string {
  const text = /^[\t\n\r\x20-\x7e]+$/.test(Buffer.from(bytes).toString('latin1'));
  return text ? ', which look like text: the bytes of the signature itself are wanted' : '';
}
