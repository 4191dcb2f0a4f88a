/** Make a file ready for the engine, where its container needs it; coded pictures are never touched. */
import { endOfBoxes, isBareJxl, withoutRiffChunks, wrapJxl } from '../image/index.js';
import type { CredentialFormat } from './formats.js';

export interface PreparedImage {
  bytes: Uint8Array;
  /** What was done, for people. */
  warnings: string[];
}

const ISO_MEDIA = /avif|hei[cf]/;

/**
 * @param embed whether the manifest goes into the file; if not, an earlier one must not stay there.
 * @throws ImageError for a WebP that is none.
 */
export function prepareImage(
  bytes: Uint8Array,
  mime: CredentialFormat,
  embed: boolean,
): PreparedImage {
  if (mime === 'image/jxl' && isBareJxl(bytes)) {
    const warnings = ['the bare JPEG XL codestream was put into a container, unchanged'];
    return { bytes: wrapJxl(bytes), warnings };
  }
  // c2pa-rs 0.91 takes the old manifest out of every other format by itself.
  if (mime === 'image/webp' && !embed) {
    return { bytes: withoutRiffChunks(bytes, 'C2PA'), warnings: [] };
  }
  const whole = withoutTail(bytes, mime);
  const lost = bytes.length - whole.length;
  const warnings = lost > 0 ? [`${lost} bytes behind the picture were left out`] : [];
  return { bytes: whole, warnings };
}

/** The engine takes bytes behind the last box of ISO media for a broken box. */
export function withoutTail(bytes: Uint8Array, mime: string): Uint8Array {
  return ISO_MEDIA.test(mime) ? bytes.subarray(0, endOfBoxes(bytes)) : bytes;
}
