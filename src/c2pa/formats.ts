/** Image formats that carry Content Credentials through this engine (each was signed and read back). */
export const CREDENTIAL_FORMATS = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/avif',
  'image/heic',
  'image/heif',
  'image/tiff',
  'image/gif',
  'image/svg+xml',
  'image/jxl',
] as const;
export type CredentialFormat = (typeof CREDENTIAL_FORMATS)[number];

export function isCredentialFormat(mime: string): mime is CredentialFormat {
  return (CREDENTIAL_FORMATS as readonly string[]).includes(mime);
}

/**
 * Formats in which an update manifest breaks the hash of the one before it. In RIFF and TIFF the size of
 * the manifest also stands in a header that the earlier data hash covers; c2pa-rs 0.91 leaves out of
 * that hash the manifest alone. A full manifest is written there instead.
 */
const NO_UPDATE: readonly CredentialFormat[] = ['image/webp', 'image/tiff'];

/** Whether an update manifest can be written into files of this type. */
export const takesUpdate = (mime: CredentialFormat): boolean => !NO_UPDATE.includes(mime);
