/** Small helpers between `Pixels`, sharp and encoded files. */
import sharp, { type Sharp } from 'sharp';
import {
  createPixels,
  decodeImage,
  encodeImage,
  type EncodeOptions,
  type Pixels,
} from '../../src/image/index.js';

export function asSharp({ data, width, height, channels }: Pixels): Sharp {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  return sharp(bytes, { raw: { width, height, channels } });
}

export async function toPixels(image: Sharp): Promise<Pixels> {
  const { data, info } = await image
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const samples = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
  return createPixels(info.width, info.height, 3, samples);
}

/** Through a file and back. Chroma is halved (4:2:0) as cameras, phones and sites store it. */
export async function recoded(
  image: Pixels,
  format: 'jpeg' | 'webp' | 'avif',
  quality: number,
): Promise<Pixels> {
  const options: EncodeOptions = { format, quality };
  if (format !== 'webp') options.chromaSubsampling = '4:2:0';
  if (format === 'avif') options.effort = 2;
  return (await decodeImage(await encodeImage(image, options))).pixels;
}

/** A new picture whose sample at (x, y, c) is `of(old sample, c)`, by table. */
export function mapSamples(image: Pixels, of: (value: number) => number): Pixels {
  const table = Uint8ClampedArray.from({ length: 256 }, (_, value) => of(value));
  return { ...image, data: image.data.map((value) => table[value]!) };
}

/** `patch` laid over `base` with its upper left corner at (`left`, `top`); must lie inside. */
export function pasted(base: Pixels, patch: Pixels, left: number, top: number): Pixels {
  const data = base.data.slice();
  for (let y = 0; y < patch.height; y++) {
    const from = y * patch.width * 3;
    data.set(
      patch.data.subarray(from, from + patch.width * 3),
      ((top + y) * base.width + left) * 3,
    );
  }
  return { ...base, data };
}

/** A rectangle filled with one grey, in place. */
export function fillRectangle(
  image: Pixels,
  left: number,
  top: number,
  width: number,
  height: number,
  grey: number,
): void {
  const [x0, y0] = [Math.max(0, Math.round(left)), Math.max(0, Math.round(top))];
  const x1 = Math.min(image.width, Math.round(left + width));
  const y1 = Math.min(image.height, Math.round(top + height));
  for (let y = y0; y < y1 && x1 > x0; y++) {
    image.data.fill(grey, (y * image.width + x0) * 3, (y * image.width + x1) * 3);
  }
}
