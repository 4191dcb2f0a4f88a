/** Output formats of marked images and what each is saved with. */
import type { EncodeOptions, ImageFormat } from '../image/index.js';

export const OUTPUT_FORMATS = ['png', 'jpeg', 'webp', 'avif', 'tiff'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

export const OUTPUT_MIME: Record<OutputFormat, string> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  avif: 'image/avif',
  tiff: 'image/tiff',
};

/** High by default: the mark survives far less, but nobody wants to lose quality unasked. */
const DEFAULT_QUALITY: Partial<Record<OutputFormat, number>> = { jpeg: 92, webp: 90, avif: 75 };

export function isOutputFormat(value: string): value is OutputFormat {
  return (OUTPUT_FORMATS as readonly string[]).includes(value);
}

/** Where `format` can be written it is kept; else PNG, which loses nothing. */
export function outputFormatFor(format: ImageFormat): OutputFormat {
  return isOutputFormat(format) ? format : 'png';
}

export function encodeOptionsFor(
  format: OutputFormat,
  quality: number | undefined,
): Pick<EncodeOptions, 'format' | 'quality'> {
  const chosen = quality ?? DEFAULT_QUALITY[format];
  return chosen === undefined ? { format } : { format, quality: chosen };
}
