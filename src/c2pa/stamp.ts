/** Taking the timestamp while a claim is signed: what happens when the authority does not answer. */
import { errorMessage, isImprintError, printable } from '../core/index.js';
import { C2paError } from './errors.js';
import type { TimestampSource } from './timestamp.js';

/** The token for a digest; null when there is none and that is allowed. */
export type Stamp = (digest: Uint8Array) => Promise<Uint8Array | null>;

/**
 * @param warnings gets a line when an optional source fails.
 * @throws C2paError C2PA_TIMESTAMP, through the stamp, when a source fails that is not optional.
 */
export function createStamp(source: TimestampSource, warnings: string[]): Stamp {
  return async (digest) => {
    try {
      return await source.timestamp(digest);
    } catch (cause) {
      const message = printable(errorMessage(cause), 500);
      if (source.optional === true) {
        warnings.push(
          `signed without a timestamp, so the signature stops counting when its certificate expires: ${message}`,
        );
        return null;
      }
      if (isImprintError(cause)) throw cause;
      throw new C2paError({
        code: 'C2PA_TIMESTAMP',
        message: `no timestamp could be taken: ${message}`,
        cause,
      });
    }
  };
}
