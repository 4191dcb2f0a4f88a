/** Original, marked and difference side by side, for the page about the watermark. */
import { createPixels, cropPixels, encodeImage, type Pixels } from '../../src/image/index.js';
import { embedWatermark } from '../../src/watermark/index.js';
import { loadImage, type BenchImage } from './images.js';
import { payloadOf } from './measure-marked.js';
import { pasted } from './raster.js';

/** Side of each of the three panels, pixels of the picture at 100 %. */
const PANEL = 448;
const GAIN = 8;
const MAX_BYTES = 300_000;

/** JPEG of three panels: original, marked, and grey plus eight times the difference. */
export async function sideBySide(image: BenchImage): Promise<Uint8Array> {
  const original = await loadImage(image);
  const { pixels: marked } = embedWatermark(original, { payload: payloadOf(image.id) });
  const difference: Pixels = {
    ...original,
    data: original.data.map((value, i) => 128 + GAIN * (marked.data[i]! - value)),
  };
  const side = Math.min(PANEL, original.width, original.height);
  const left = Math.floor((original.width - side) / 2);
  const top = Math.floor((original.height - side) / 2);
  const gap = 8;
  let sheet = createPixels(3 * side + 2 * gap, side, 3);
  sheet.data.fill(255);
  [original, marked, difference].forEach((panel, i) => {
    sheet = pasted(sheet, cropPixels(panel, left, top, side, side), i * (side + gap), 0);
  });
  for (let quality = 92; ; quality -= 4) {
    const bytes = await encodeImage(sheet, {
      format: 'jpeg',
      quality,
      chromaSubsampling: '4:4:4',
    });
    if (bytes.length <= MAX_BYTES || quality <= 40) return bytes;
  }
}
