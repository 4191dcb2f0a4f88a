/** Error level analysis: what saving at quality 90 changes. For eyes; it is never scored. */
import type { Pixels } from '../../../../image/index.js';
import { createPixels, decodeImage, encodeImage } from '../../../../image/index.js';

const QUALITY = 90;
const GAIN = 15;

/** @param pixels without alpha. */
export async function elaPicture(pixels: Pixels): Promise<Pixels> {
  const saved = await decodeImage(await encodeImage(pixels, { format: 'jpeg', quality: QUALITY }));
  const out = createPixels(pixels.width, pixels.height, 3);
  for (let i = 0; i < out.data.length; i++) {
    out.data[i] = GAIN * Math.abs(pixels.data[i]! - saved.pixels.data[i]!);
  }
  return out;
}
