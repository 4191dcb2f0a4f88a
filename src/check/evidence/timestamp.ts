/** The time of a bundle: an RFC 3161 token over the file that holds the signature. */
import { createHash } from 'node:crypto';
import { errorMessage, printable } from '../../core/index.js';
import type { TimestampSource } from '../../provenance/index.js';
import { verifyTimestampToken } from '../../provenance/index.js';
import { certificateName, leadsTo } from './trusted.js';

const digestOf = (signature: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(signature).digest());

/** The token; where the source is optional and fails, why there is none. @throws C2paError C2PA_TIMESTAMP */
export async function stampSignature(
  signature: Uint8Array,
  source: TimestampSource,
): Promise<{ token: Uint8Array } | { missing: string }> {
  try {
    return { token: await source.timestamp(digestOf(signature)) };
  } catch (error) {
    if (source.optional !== true) throw error;
    return { missing: printable(errorMessage(error), 300) };
  }
}

export interface EvidenceTimestamp {
  /** RFC 3339, by the authority's clock. */
  time: string;
  authority: string;
  /** Whether the authority's chain ends in the anchors that were given. */
  trusted: boolean;
}

/** @throws C2paError C2PA_TIMESTAMP where `token` does not stamp `signature`. */
export function verifyStamp(
  token: Uint8Array,
  signature: Uint8Array,
  anchorsPem: string | undefined,
): EvidenceTimestamp {
  const { time, certificates } = verifyTimestampToken(token, digestOf(signature));
  return {
    time: time.toISOString(),
    authority: certificateName(certificates[0]!),
    trusted: leadsTo(anchorsPem, certificates, time, 'timestamp'),
  };
}
