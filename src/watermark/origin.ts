/**
 * What this package puts into the 64 payload bits: one byte that says where the image came from, and
 * 56 bits that identify the mark. The byte lets a stripped copy still say "generated"; it is worth as
 * much as the key is secret. Other issuers may fill all 64 bits as they like: then the byte reads
 * `unstated` or by chance (1 in 128) as one of the two others.
 */
import { assertBytes } from '../core/index.js';
import { assertPayload } from './payload.js';

/** `unstated`: marked here, made elsewhere, nothing claimed. */
export type PayloadOrigin = 'generated' | 'edited' | 'unstated';

const ORIGIN_BYTE: Record<PayloadOrigin, number> = {
  generated: 0xa1,
  edited: 0xa2,
  unstated: 0xa0,
};
const ID_BYTES = 7;

/**
 * @param digest at least 7 bytes, usually a SHA-256 of what identifies the image. 56 bits collide
 * with even odds after about 3 * 10^8 marks of one issuer.
 * @returns 16 lower-case hex characters.
 */
export function payloadFor(origin: PayloadOrigin, digest: Uint8Array): string {
  assertBytes(digest, 'digest');
  if (digest.length < ID_BYTES) {
    throw new RangeError(
      `"digest" expected at least ${ID_BYTES} bytes, got ${digest.length} bytes`,
    );
  }
  const bytes = [ORIGIN_BYTE[origin], ...digest.subarray(0, ID_BYTES)];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What a payload says about its image. */
export function payloadOrigin(payload: string): PayloadOrigin {
  assertPayload(payload);
  const byte = parseInt(payload.slice(0, 2), 16);
  if (byte === ORIGIN_BYTE.generated) return 'generated';
  return byte === ORIGIN_BYTE.edited ? 'edited' : 'unstated';
}
