/** What an output does not keep of the file that it was made from, in words for its user. */
import type { DecodedImage, OutputFormat } from '../image/index.js';
import { isSrgbProfile, readTextEntries } from '../image/index.js';

/** What no output keeps: all are 8-bit sRGB, of one frame, with EXIF and XMP alone. */
export function lossesOfInput(bytes: Uint8Array, image: DecodedImage): string[] {
  const losses = lossesOfPixels(image);
  if (image.iptc !== null) losses.push('IPTC-IIM records were not copied; XMP was');
  const texts = readTextEntries(bytes).filter(
    ({ source }) => source !== 'exif' && source !== 'xmp',
  );
  if (texts.length > 0) losses.push(`${texts.length} text entries of the file were not copied`);
  return losses;
}

export function lossesOfPixels(image: DecodedImage): string[] {
  const losses: string[] = [];
  if (image.bitDepth > 8) losses.push(`${image.bitDepth}-bit samples were rounded to 8 bits`);
  const otherProfile = image.iccProfile !== null && !isSrgbProfile(image.iccProfile);
  if (otherProfile || image.colourSpace === 'cmyk') losses.push('colours were converted to sRGB');
  if (image.pages > 1) losses.push(`only the first of ${image.pages} frames was kept`);
  return losses;
}

/** What an output of `format` cannot hold. */
export function lossesOfFormat(image: DecodedImage, format: OutputFormat): string[] {
  const losses: string[] = [];
  if (image.hasAlpha && format === 'jpeg') {
    losses.push('transparency was laid over white, since JPEG has none');
  }
  if (image.exif !== null && format === 'tiff') {
    losses.push('EXIF was not copied, since TIFF output takes none');
  }
  return losses;
}
