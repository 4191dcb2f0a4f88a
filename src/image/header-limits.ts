/** What the header of a picture asks for, against what it may: judged before anything is decoded. */
import { ImageError } from './errors.js';
import type { ImageLimits } from './limits.js';
import type { Metadata } from './sharp-engine.js';

/** @throws ImageError IMAGE_TOO_MANY_PIXELS, IMAGE_CONTAINER_LIMIT for too many pages. */
export function checkHeader(meta: Metadata, pages: number, limits: ImageLimits): void {
  const height = meta.pageHeight ?? meta.height;
  const longest = Math.max(meta.width, height);
  if (longest > limits.maxSide || meta.width * height > limits.maxPixels) {
    throw new ImageError({
      code: 'IMAGE_TOO_MANY_PIXELS',
      message:
        `image: ${meta.width}x${height} exceeds the limit of ` +
        `${limits.maxPixels} pixels or ${limits.maxSide} on a side`,
    });
  }
  if (pages > limits.maxPages) {
    throw new ImageError({
      code: 'IMAGE_CONTAINER_LIMIT',
      message: `image: ${pages} pages, more than the limit of ${limits.maxPages}`,
    });
  }
}

/**
 * Pixels times scans of a JPEG. Each scan goes over all of them, however few bytes it has, and the decoder asks for the time only when all
 * are read. Encoders write some ten to twenty scans; at the limit they take two seconds.
 */
const MAX_SCANNED_PIXELS = 1e10;

/** @throws ImageError IMAGE_CONTAINER_LIMIT. */
export function checkScans(meta: Metadata, scans: number): void {
  if (scans * meta.width * meta.height <= MAX_SCANNED_PIXELS) return;
  throw new ImageError({
    code: 'IMAGE_CONTAINER_LIMIT',
    message: `image: ${scans} scans of ${meta.width}x${meta.height}, more than the limit of ${MAX_SCANNED_PIXELS} pixels in all`,
  });
}
