/** Output formats of marked images. */
import type { ImageFormat, OutputFormat } from '../image/index.js';
import { OUTPUT_FORMATS, sniffFormat } from '../image/index.js';

export const OUTPUT_MIME: Record<OutputFormat, string> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  avif: 'image/avif',
  tiff: 'image/tiff',
};

/** Where `format` can be written it is kept; else PNG, which loses nothing. */
export function outputFormatFor(format: ImageFormat): OutputFormat {
  return OUTPUT_FORMATS.find((output) => output === format) ?? 'png';
}

/** What `mark` writes for these bytes unless told otherwise; asked before they are decoded. */
export function defaultOutputFormat(bytes: Uint8Array): OutputFormat {
  const sniffed = sniffFormat(bytes);
  return sniffed === null ? 'png' : outputFormatFor(sniffed.format);
}
