/** A timestamp token that was kept beside what it stamps (RFC 3161 section 2.2). */
import { assertBytes, errorMessage } from '../core/index.js';
import { C2paError } from './errors.js';
import { SHA256 } from './timestamp-response.js';
import { readTimestampToken } from './timestamp-token.js';

export interface VerifiedTimestamp {
  /** By the authority's clock. */
  time: Date;
  /** DER; the authority's own first, then whatever else the token carries. Whether they are trusted is not looked at. */
  certificates: Uint8Array[];
}

/**
 * That `token` is signed by a certificate for timestamps and stamps `digest`.
 *
 * @param token TimeStampToken, DER ContentInfo.
 * @param digest SHA-256, 32 bytes.
 * @throws C2paError C2PA_TIMESTAMP
 */
export function verifyTimestampToken(token: Uint8Array, digest: Uint8Array): VerifiedTimestamp {
  assertBytes(digest, 'digest', 32);
  const refused = (message: string, cause?: unknown): C2paError =>
    new C2paError({ code: 'C2PA_TIMESTAMP', message, cause });
  let read;
  try {
    read = readTimestampToken(token);
  } catch (cause) {
    throw refused(errorMessage(cause), cause);
  }
  if (read.hashAlgorithm !== SHA256 || Buffer.compare(read.digest, digest) !== 0) {
    throw refused('the token stamps something else');
  }
  return { time: read.time, certificates: read.certificates };
}
