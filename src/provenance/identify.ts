/** What tells one marked image from another: the digest that a payload is cut from. */
import { createHash, createHmac } from 'node:crypto';
import type { WatermarkKey } from '../watermark/index.js';
import { PUBLIC_KEY } from '../watermark/index.js';

/** Apart from the labels under which the key draws the signs of the carriers. */
const LABEL = 'imprint.payload.1\0';

/**
 * Under a secret key HMAC-SHA-256 (RFC 2104) with that key: the payload in a published copy then tells
 * nothing to who has not the key. Under the public key SHA-256: whoever holds `content`, or guesses it, can confirm that
 * a copy was made from it (SECURITY.md).
 *
 * @param content the input file, or everything that decided a generated image.
 * @returns 32 bytes.
 */
export function markDigest(key: WatermarkKey, content: Uint8Array | string): Uint8Array {
  // By the secret, not the id: it is the secret that is public.
  if (Buffer.compare(key.secret, PUBLIC_KEY.secret) === 0) {
    return createHash('sha256').update(content).digest();
  }
  return createHmac('sha256', key.secret).update(LABEL).update(content).digest();
}
