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
