/** The pictures of the watermark bench: photographs, other generators, and the bundled model. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { createGenerator } from '../src/generate/index.js';
import type { Pixels } from '../src/image/index.js';
import { createModelStore } from '../src/onnx/index.js';

export interface BenchImage {
  readonly name: string;
  readonly set: 'photographs' | 'photographs, 400 px' | 'other generators' | 'bundled model';
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

/** What the bundled model draws from the prompts of the contact sheet: nearly flat, the hard case. */
function bundledImages(): BenchImage[] {
  const generator = createGenerator({ models: createModelStore({ threads: 1 }) });
  const rows = readFileSync('docs/generator/contact-sheet.md', 'utf8').matchAll(
    /^\| \d+ \| (\d+) \| (.+) \|$/gm,
  );
  return [...rows].map(([, seed, prompt]) => ({
    name: `${prompt} --seed ${seed}`,
    set: 'bundled model',
    load: async () => (await generator.generate(prompt!, { seed: Number(seed) }))[0]!.pixels,
  }));
}

export async function benchImages(assets: string): Promise<BenchImage[]> {
  return [
    ...(await fromFolder(assets, 'photos/dreambooth', 'photographs', 512)),
    ...(await fromFolder(assets, 'photos/wallpapers', 'photographs', 512)),
    ...(await fromFolder(assets, 'photos/exif-samples', 'photographs', 512)),
    ...(await fromFolder(assets, 'photos/clothing', 'photographs, 400 px', 400)),
    ...(await fromFolder(assets, 'generated', 'other generators', 480)),
    ...bundledImages(),
  ];
}
