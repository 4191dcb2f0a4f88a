/** A process of its own, so that its memory can be told: marks a large picture, prints what came of it. */
import { resizePixels } from '../../src/image/index.js';
import { embedWatermark, extractWatermark } from '../../src/watermark/index.js';
import { largePicture } from '../watermark/large-picture.js';

const [width, height, payload] = process.argv.slice(2);
const image = largePicture(Number(width), Number(height));
const { pixels, embedded, psnr, ssim } = embedWatermark(image, { payload: payload! });
const read = extractWatermark(pixels).payload;
// Kilobytes; before libvips takes its own.
const peak = process.resourceUsage().maxRSS;
const share = 512 / Math.min(pixels.width, pixels.height);
const small = await resizePixels(
  pixels,
  Math.round(share * pixels.width),
  Math.round(share * pixels.height),
);
const reduced = extractWatermark(small).payload;
console.log(JSON.stringify({ embedded, psnr, ssim, read, reduced, peak }));
