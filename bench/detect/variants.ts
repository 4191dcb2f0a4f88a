/** What happens to a picture on its way. All but `clean` start from at most 1024 x 1024 native pixels of its middle. */
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { cropPixels, encodeImage, flattenPixels, resizePixels } from '../../src/image/index.js';
import type { Pixels } from '../../src/image/index.js';
import { seeded } from '../watermark/hash.js';

const SIDE_MAX = 1024;

const jpeg = (pixels: Pixels, quality: number): Promise<Uint8Array> =>
  encodeImage(pixels, { format: 'jpeg', quality });
const png = (pixels: Pixels): Promise<Uint8Array> => encodeImage(pixels, { format: 'png' });
const scaled = ({ width, height }: Pixels, by: number): [number, number] => [
  Math.max(1, Math.round(width * by)),
  Math.max(1, Math.round(height * by)),
];

type Apply = (pixels: Pixels, key: string) => Promise<Uint8Array>;

/** Measured on every picture. */
export const MAIN_VARIANTS = ['clean', 'png', 'jpeg95', 'resize75-jpeg75'] as const;

export const VARIANTS: Readonly<Record<string, Apply | null>> = {
  clean: null,
  png,
  jpeg95: (p) => jpeg(p, 95),
  'resize75-jpeg75': async (p) => jpeg(await resizePixels(p, ...scaled(p, 0.75)), 75),
  jpeg85: (p) => jpeg(p, 85),
  jpeg70: (p) => jpeg(p, 70),
  jpeg50: (p) => jpeg(p, 50),
  jpeg30: (p) => jpeg(p, 30),
  webp80: (p) => encodeImage(p, { format: 'webp', quality: 80 }),
  resize50: async (p) => png(await resizePixels(p, ...scaled(p, 0.5))),
  resize150: async (p) => png(await resizePixels(p, ...scaled(p, 1.5), 'cubic')),
  resize200: async (p) =>
    png(await resizePixels(middle(p, 512), ...scaled(middle(p, 512), 2), 'cubic')),
  crop60: (p) => png(middle(p, Math.round(0.6 * Math.max(p.width, p.height)))),
  blur1: (p) => png1(sharpOf(p).blur(1)),
  noise3: (p, key) => png(addNoise(p, 3, key)),
};

/** The middle of `pixels`, at most `side` x `side`, without alpha. */
export function middle(pixels: Pixels, side = SIDE_MAX): Pixels {
  const flat = flattenPixels(pixels);
  const width = Math.min(side, flat.width);
  const height = Math.min(side, flat.height);
  const left = Math.floor((flat.width - width) / 2);
  const top = Math.floor((flat.height - height) / 2);
  return cropPixels(flat, left, top, width, height);
}

function sharpOf({ data, width, height, channels }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

async function png1(image: Sharp): Promise<Uint8Array> {
  return new Uint8Array(await image.png({ compressionLevel: 1 }).toBuffer());
}

function addNoise(pixels: Pixels, deviation: number, key: string): Pixels {
  const random = seeded('noise', key);
  const uniform = (): number => random.nextUint32() / 2 ** 32;
  const data = pixels.data.map((value) => {
    // Sum of three uniforms: variance 1/4.
    const normal = (uniform() + uniform() + uniform() - 1.5) * 2;
    return Math.round(Math.min(255, Math.max(0, value + normal * deviation)));
  });
  return { ...pixels, data };
}
