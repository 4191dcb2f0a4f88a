/**
 * How much of its finest detail a file can still hold: calibration differs by it. JPEG quality comes from the
 * quantisation tables, so a file that was saved again with a high quality counts as what it says, not as what it was.
 */
import type { DecodedImage } from '../../../image/index.js';
import { readRiffChunks } from '../../../image/index.js';
import { nearestIjgQuality } from '../forensics/ijg.js';
import { lumaTable, readJpegFacts } from '../forensics/jpeg-facts.js';

export const QUALITY_BINS = [
  'jpeg-0-60',
  'jpeg-60-85',
  'jpeg-85-100',
  'lossy',
  'lossless',
] as const;
export type QualityBin = (typeof QUALITY_BINS)[number];

/** Bin of a file; `bytes` are looked at only for the tables of a JPEG and the kind of a WebP. */
export function qualityBin(
  bytes: Uint8Array,
  { format }: Pick<DecodedImage, 'format'>,
): QualityBin {
  switch (format) {
    case 'jpeg':
      return jpegBin(bytes);
    case 'webp':
      return readRiffChunks(bytes).some(({ type }) => type === 'VP8L') ? 'lossless' : 'lossy';
    case 'avif':
    case 'heif':
      return 'lossy';
    case 'png':
    case 'tiff':
    case 'gif':
    case 'svg':
    case 'jxl':
      return 'lossless';
  }
}

function jpegBin(bytes: Uint8Array): QualityBin {
  const facts = readJpegFacts(bytes);
  // Tables that cannot be read: the middle, where most of the web is.
  if (facts === null) return 'jpeg-60-85';
  const quality = nearestIjgQuality(lumaTable(facts));
  return quality < 60 ? 'jpeg-0-60' : quality < 85 ? 'jpeg-60-85' : 'jpeg-85-100';
}
