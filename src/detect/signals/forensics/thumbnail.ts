/** The thumbnail in an EXIF block (second image file directory, Exif 2.32 §4.5.6), and how it compares. */
import type { Pixels } from '../../../image/index.js';
import { createPixels, decodeImage } from '../../../image/index.js';
import { readThumbnailBytes } from './thumbnail-bytes.js';

const MAX_SIDE = 1024;

/** Decoded and turned as the picture is; null when there is none that can be decoded. */
export async function readThumbnail(exif: Uint8Array, orientation: number): Promise<Pixels | null> {
  const bytes = readThumbnailBytes(exif);
  if (bytes === null) return null;
  try {
    const { pixels, orientation: own } = await decodeImage(bytes, {
      maxSide: MAX_SIDE,
      maxPixels: MAX_SIDE * MAX_SIDE,
      timeoutSeconds: 5,
    });
    // A thumbnail with an orientation of its own has been turned by the decoder.
    return own === 1 ? turned(pixels, orientation) : pixels;
  } catch {
    return null;
  }
}

/** `pixels` after EXIF orientation 1..8. */
export function turned(pixels: Pixels, orientation: number): Pixels {
  if (orientation <= 1 || orientation > 8) return pixels;
  const { data, width, height, channels } = pixels;
  const swapped = orientation >= 5;
  const out = createPixels(swapped ? height : width, swapped ? width : height, channels);
  const fromRight = [2, 3, 6, 7].includes(orientation);
  const fromBottom = [3, 4, 7, 8].includes(orientation);
  for (let y = 0, to = 0; y < out.height; y++) {
    for (let x = 0; x < out.width; x++, to += channels) {
      const across = fromRight ? out.width - 1 - x : x;
      const down = fromBottom ? out.height - 1 - y : y;
      const from = (swapped ? across * width + down : down * width + across) * channels;
      for (let c = 0; c < channels; c++) out.data[to + c] = data[from + c]!;
    }
  }
  return out;
}
