/** The pictures of the watermark bench: photographs, generated pictures, and composed scenes. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import type { Pixels } from '../src/image/index.js';

export interface BenchImage {
  readonly name: string;
  readonly set: 'photographs' | 'photographs, 400 px' | 'generated' | 'composed scenes';
  readonly load: () => Promise<Pixels>;
}

const SIDE = 512;

export async function toPixels(image: Sharp): Promise<Pixels> {
  const { data, info } = await image
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return {
    data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.length),
    width,
    height,
    channels: 3,
  };
}

/** Short side 512 where the picture allows it (never enlarged), at most 768 long, centre kept. */
function prepared(file: string): Promise<Pixels> {
  const image = sharp(file, { limitInputPixels: 1e8 }).rotate();
  return image.metadata().then(({ width, height }) => {
    const short = Math.min(SIDE, width, height);
    const ratio = Math.min(1.5, Math.max(width, height) / Math.min(width, height));
    const long = Math.round(short * ratio);
    const size = width >= height ? { width: long, height: short } : { width: short, height: long };
    return toPixels(
      sharp(file, { limitInputPixels: 1e8 })
        .rotate()
        .resize({ ...size, fit: 'cover' }),
    );
  });
}

function listFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => /\.(jpe?g|png|webp)$/i.test(name))
    .sort();
}

async function fromFolder(
  assets: string,
  folder: string,
  set: BenchImage['set'],
  minSide: number,
): Promise<BenchImage[]> {
  const images: BenchImage[] = [];
  for (const name of listFiles(join(assets, folder))) {
    const file = join(assets, folder, name);
    const size = await sharp(file, { limitInputPixels: 1e8 })
      .metadata()
      .catch(() => null);
    if (!size || Math.min(size.width, size.height) < minSide) continue;
    images.push({ name: `${folder}/${name}`, set, load: () => prepared(file) });
  }
  return images;
}

/** A glossy object on a gradient, as the bundled generator draws: nearly flat, the hard case. */
function scene(file: string, index: number): Promise<Pixels> {
  const part = (k: number): number => ((index * 7919 + k * 104729) % 997) / 997;
  const top = [0, 1, 2].map((k) => Math.round(40 + 200 * part(k)));
  const bottom = top.map((v) => Math.max(0, Math.round(v - 70 * part(5))));
  const side = Math.round(180 + 200 * part(6));
  const floor =
    index % 3 === 0
      ? `<rect y="360" width="512" height="152" fill="rgb(${bottom.map((v) => v * 0.8).join()})"/>`
      : '';
  const background = `<svg width="512" height="512"><defs><linearGradient id="g" x1="0" y1="0" x2="${index % 2}" y2="1"><stop offset="0" stop-color="rgb(${top.join()})"/><stop offset="1" stop-color="rgb(${bottom.join()})"/></linearGradient></defs><rect width="512" height="512" fill="url(#g)"/>${floor}</svg>`;
  return sharp(file)
    .resize(side, side)
    .toBuffer()
    .then((input) =>
      sharp(Buffer.from(background))
        .composite([
          {
            input,
            left: Math.round((512 - side) * part(7)),
            top: Math.round((512 - side) * part(8)),
          },
        ])
        .png()
        .toBuffer(),
    )
    .then((png) => toPixels(sharp(png)));
}

export async function benchImages(assets: string, emoji: string): Promise<BenchImage[]> {
  const scenes: BenchImage[] = [];
  const cutouts = listFiles(emoji);
  for (let i = 0; i < 60 && cutouts.length > 0; i++) {
    const name = cutouts[(i * 53 + 11) % cutouts.length]!;
    scenes.push({
      name: `scene/${i}/${name}`,
      set: 'composed scenes',
      load: () => scene(join(emoji, name), i),
    });
  }
  return [
    ...(await fromFolder(assets, 'photos/dreambooth', 'photographs', 512)),
    ...(await fromFolder(assets, 'photos/wallpapers', 'photographs', 512)),
    ...(await fromFolder(assets, 'photos/exif-samples', 'photographs', 512)),
    ...(await fromFolder(assets, 'photos/clothing', 'photographs, 400 px', 400)),
    ...(await fromFolder(assets, 'generated', 'generated', 480)),
    ...scenes,
  ];
}
