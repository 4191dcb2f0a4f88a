/** What the credentials of an input mean for signing over it. */
import type { CredentialsReport, DigitalSourceType } from '../c2pa/index.js';
import { readCredentials } from '../c2pa/index.js';
import { ProvenanceError } from './errors.js';

/**
 * Signing over an altered file must not wash it clean: the manifest records the failure, and the user is
 * told. Where the input's own credentials state its origin, a second statement would contradict them.
 *
 * @throws ProvenanceError MARK_SOURCE_STATED
 */
export async function judgeParent(
  bytes: Uint8Array,
  mime: string,
  source: DigitalSourceType | undefined,
): Promise<{ credentials: CredentialsReport; warnings: string[] }> {
  const credentials = await readCredentials(bytes, mime);
  if (source !== undefined && credentials.claim !== null) {
    throw new ProvenanceError({
      code: 'MARK_SOURCE_STATED',
      message:
        'the input carries credentials, which speak for its origin; a source is stated only for images without',
    });
  }
  return { credentials, warnings: brokenWarning(credentials, 'the input') };
}

export function brokenWarning({ presence, integrity }: CredentialsReport, whose: string): string[] {
  const broken = presence === 'malformed' || integrity === 'altered';
  return broken ? [`the credentials of ${whose} are broken; the new manifest records that`] : [];
}
