/** EXIF thumbnails: of camera files as they are, of the same blocks on other pictures, and on cropped ones. */
import type { Measured } from '../../src/detect/signals/forensics/observation.js';
import { cropPixels, encodeImage, flattenPixels } from '../../src/image/index.js';
import { measureFile } from './measure.js';
import type { FileEntry } from './pictures.js';
import { readBytes, tryDecode } from './pictures.js';

const ONLY = new Set(['forensics.thumbnail']);

export interface ThumbnailResults {
  originals: Measured[];
  foreign: Measured[];
  cropped: Measured[];
}

export async function measureThumbnails(files: readonly FileEntry[]): Promise<ThumbnailResults> {
  const results: ThumbnailResults = { originals: [], foreign: [], cropped: [] };
  const withThumbnail: { pixels: Parameters<typeof cropPixels>[0]; exif: Uint8Array }[] = [];
  for (const file of files) {
    const bytes = readBytes(file);
    const image = await tryDecode(bytes);
    if (!image?.exif) continue;
    const measured = (await measureFile(bytes, ONLY))['forensics.thumbnail']!;
    if (measured.status === 'not-applicable') continue;
    results.originals.push(measured);
    if (image.orientation === 1) {
      withThumbnail.push({ pixels: flattenPixels(image.pixels), exif: image.exif });
    }
  }
  for (const [i, { pixels, exif }] of withThumbnail.entries()) {
    const other = withThumbnail[(i + 1) % withThumbnail.length]!;
    results.foreign.push(await ofJpeg(other.pixels, exif));
    const [w, h] = [Math.floor(pixels.width * 0.6), Math.floor(pixels.height * 0.6)];
    const crop = cropPixels(
      pixels,
      Math.floor(pixels.width * 0.3),
      Math.floor(pixels.height * 0.1),
      w,
      h,
    );
    results.cropped.push(await ofJpeg(crop, exif));
  }
  return results;
}

async function ofJpeg(
  pixels: Parameters<typeof cropPixels>[0],
  exif: Uint8Array,
): Promise<Measured> {
  const bytes = await encodeImage(pixels, { format: 'jpeg', quality: 90, exif });
  return (await measureFile(bytes, ONLY))['forensics.thumbnail']!;
}
