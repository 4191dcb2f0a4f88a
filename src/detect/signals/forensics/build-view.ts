/** `ForensicView` from the bytes of a file and its decoded picture. */
import type { DecodedImage, ImageLimits } from '../../../image/index.js';
import { isSrgbProfile } from '../../../image/index.js';
import { blockSpectra } from './block-dct.js';
import { mainGrid } from './main-grid.js';
import type { JpegFacts } from './jpeg-facts.js';
import { readJpegFacts } from './jpeg-facts.js';
import { phaseSpectrum, roughPlane } from './phase-fold.js';
import { analysisWindow, channelPlane, lumaPlane } from './plane.js';
import { readThumbnail } from './thumbnail.js';
import type { FileGrid, ForensicView } from './view.js';
import { gridVotes } from './zero-votes.js';

export async function buildForensicView(
  bytes: Uint8Array,
  image: DecodedImage,
  limits: Partial<ImageLimits> = {},
): Promise<ForensicView> {
  const { pixels, format, orientation } = image;
  const window = analysisWindow(pixels.width, pixels.height);
  const luma = lumaPlane(pixels, window);
  const jpeg = format === 'jpeg' ? attempt(() => readJpegFacts(bytes, limits)) : null;
  const fileGrid = jpeg && gridOfFile(orientation, pixels.width, pixels.height);
  const votes = once(() => gridVotes(luma));
  const grid = once((): { x: number; y: number } => {
    const voted = fileGrid === null ? mainGrid(votes()) : null;
    return fileGrid ?? voted ?? { x: 0, y: 0 };
  });
  return {
    format,
    pixels,
    jpeg,
    fileGrid,
    exactSamples:
      image.bitDepth === 8 &&
      (image.colourSpace === 'srgb' || image.colourSpace === 'b-w') &&
      (image.iccProfile === null || isSrgbProfile(image.iccProfile)),
    otherBlockCodec:
      format === 'avif' || format === 'heif' || (format === 'webp' && isLossyWebp(bytes)),
    thumbnail: image.exif === null ? null : await readThumbnail(image.exif, orientation),
    luma,
    votes,
    aligned: once(() => blockSpectra(luma, grid().x, grid().y)),
    shifted: once(() => blockSpectra(luma, grid().x + 4, grid().y + 4)),
    lumaPhases: once(() => phaseSpectrum(roughPlane(luma))),
    greenPhases: once(() => phaseSpectrum(roughPlane(channelPlane(pixels, window, 1)))),
  };
}

/** A flip moves the origin to what the size leaves over; EXIF orientations 5 to 8 swap the axes. */
export function gridOfFile(orientation: number, width: number, height: number): FileGrid {
  const fromRight = [2, 3, 6, 7].includes(orientation);
  const fromBottom = [3, 4, 7, 8].includes(orientation);
  return {
    x: fromRight ? width % 8 : 0,
    y: fromBottom ? height % 8 : 0,
    transposed: orientation >= 5,
  };
}

/** RFC 9649 §2.5: the bitstream chunk of lossy pictures is `VP8 `, of lossless ones `VP8L`. */
function isLossyWebp(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1 << 16));
  return head.includes('VP8 ') && !head.includes('VP8L');
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

function attempt(read: () => JpegFacts | null): JpegFacts | null {
  try {
    return read();
  } catch {
    return null;
  }
}
