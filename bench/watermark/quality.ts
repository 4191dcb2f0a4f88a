/** How far a marked picture is from the original, by the same measures for every method. */
import { psnr, ssim, type Pixels } from '../../src/image/index.js';

export interface QualityResult {
  /** dB over R, G and B; null when nothing changed. */
  readonly psnr: number | null;
  /** Of the luma. Blind to marks in the chroma, as those of dwtDct are. */
  readonly ssim: number;
  /** Mean of the similarities of R, G and B. */
  readonly ssimRgb: number;
}

export function qualityOf(original: Pixels, marked: Pixels): QualityResult {
  const db = psnr(original, marked);
  const channels = [0, 1, 2].map((c) => ssim(channel(original, c), channel(marked, c)));
  return {
    psnr: Number.isFinite(db) ? db : null,
    ssim: ssim(original, marked),
    ssimRgb: channels.reduce((a, b) => a + b, 0) / channels.length,
  };
}

/** The picture in the grey of one of its channels, so that its luma is that channel. */
function channel(image: Pixels, of: number): Pixels {
  const data = new Uint8ClampedArray(image.data.length);
  for (let at = 0; at < data.length; at += 3) data.fill(image.data[at + of]!, at, at + 3);
  return { ...image, data };
}
