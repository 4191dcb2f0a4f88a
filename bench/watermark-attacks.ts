/** What is done to a marked picture before it is read again. */
import sharp, { type Sharp } from 'sharp';
import type { Pixels } from '../src/image/index.js';
import { toPixels } from './watermark-images.js';

export interface Attack {
  readonly name: string;
  readonly run: (image: Sharp, size: { width: number; height: number }) => Promise<Sharp>;
}

const coded = async (image: Sharp): Promise<Sharp> => sharp(await image.toBuffer());
const png = (image: Sharp): Promise<Sharp> => coded(image.png({ compressionLevel: 1 }));
const jpeg = (image: Sharp, quality: number): Promise<Sharp> =>
  coded(image.jpeg({ quality, chromaSubsampling: '4:2:0' }));
const webp = (image: Sharp, quality: number): Promise<Sharp> => coded(image.webp({ quality }));
const resized = (
  image: Sharp,
  { width, height }: { width: number; height: number },
  factor: number,
): Promise<Sharp> =>
  png(image.resize(Math.round(width * factor), Math.round(height * factor), { fit: 'fill' }));

export const ATTACKS: readonly Attack[] = [
  { name: 'none', run: png },
  { name: 'JPEG 90', run: (i) => jpeg(i, 90) },
  { name: 'JPEG 75', run: (i) => jpeg(i, 75) },
  { name: 'JPEG 50', run: (i) => jpeg(i, 50) },
  { name: 'JPEG 30', run: (i) => jpeg(i, 30) },
  { name: 'WebP 75', run: (i) => webp(i, 75) },
  { name: 'WebP 50', run: (i) => webp(i, 50) },
  { name: 'AVIF 50', run: (i) => coded(i.avif({ quality: 50, effort: 2 })) },
  { name: 'resize 50 %', run: (i, s) => resized(i, s, 0.5) },
  { name: 'resize 200 %', run: (i, s) => resized(i, s, 2) },
  { name: 'resize 50 %, JPEG 75', run: async (i, s) => jpeg(await resized(i, s, 0.5), 75) },
  { name: 'brightness -20 %', run: (i) => png(i.linear(0.8, 0)) },
  { name: 'brightness +20 %', run: (i) => png(i.linear(1.2, 0)) },
  { name: 'contrast 150 %', run: (i) => png(i.linear(1.5, -64)) },
  { name: 'grey', run: (i) => png(i.greyscale()) },
  { name: 'blur sigma 1', run: (i) => png(i.blur(1)) },
  { name: 'median 3', run: (i) => png(i.median(3)) },
  { name: 'mirrored', run: (i) => png(i.flop()) },
];

export function asSharp(pixels: Pixels): Sharp {
  const { data, width, height, channels } = pixels;
  return sharp(Buffer.from(data.buffer, data.byteOffset, data.length), {
    raw: { width, height, channels },
  });
}

export async function attacked(pixels: Pixels, attack: Attack): Promise<Pixels> {
  return toPixels(await attack.run(asSharp(pixels), pixels));
}
