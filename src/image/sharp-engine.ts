/** The one place that loads sharp, with the process-wide settings that a library may make. */
import sharp from 'sharp';
import type { Metadata, Sharp, SharpOptions } from 'sharp';
import { errorMessage, printable } from '../core/index.js';
import { ImageError } from './errors.js';
import type { ImageErrorCode } from './errors.js';

// Every picture is seen once: libvips' operation cache would only hold memory (and open files).
sharp.cache(false);

export { sharp };
export type { Metadata, Sharp, SharpOptions };

/**
 * What a libvips message means for the caller. The messages are its only interface; anything
 * unknown is `fallback`.
 */
export function toImageError(thrown: unknown, doing: string, fallback: ImageErrorCode): ImageError {
  if (thrown instanceof ImageError) return thrown;
  const message = errorMessage(thrown);
  let code = fallback;
  if (/timeout|timed out/i.test(message)) code = 'IMAGE_TIMEOUT';
  else if (/exceeds pixel limit|too many pixels|dimensions? too large/i.test(message)) {
    code = 'IMAGE_TOO_MANY_PIXELS';
  }
  return new ImageError({ code, message: `${doing}: ${printable(message, 300)}`, cause: thrown });
}
