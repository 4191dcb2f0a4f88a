/** Pixels of files that may be worth a word without them. */
import type { DecodedImage, ImageLimits } from '../image/index.js';
import { decodeImage, ImageError } from '../image/index.js';

/** Null for what is not decoded here (HEIC, JPEG XL, SVG) and for broken pixels. */
export async function decodeOrNull(
  bytes: Uint8Array,
  limits: Partial<ImageLimits> | undefined,
): Promise<DecodedImage | null> {
  try {
    return await decodeImage(bytes, limits);
  } catch (error) {
    if (error instanceof ImageError) return null;
    throw error;
  }
}
