/** The middle of a picture as a square of one size, for timings. */
import sharp from 'sharp';
import type { Pixels } from '../../src/image/index.js';
import type { BenchImage } from './images.js';
import { toPixels } from './raster.js';

export function squareOf({ file }: BenchImage, side: number): Promise<Pixels> {
  return toPixels(
    sharp(file, { limitInputPixels: 1e8 }).rotate().resize(side, side, { fit: 'cover' }),
  );
}
