/** The pictures that the experiments start from, none of which carries traces of its own. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  cropPixels,
  decodeImage,
  flattenPixels,
  resizePixels,
  type DecodedImage,
  type Pixels,
} from '../../src/image/index.js';

export interface Base {
  name: string;
  /** Reduced to at most 0.63 of the file's size, which removes JPEG lattice, mosaic and earlier interpolation. */
  pixels: Pixels;
}

export interface FileEntry {
  name: string;
  path: string;
}

export function listImages(folder: string, pattern = /\.(jpe?g|png|webp)$/i): FileEntry[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => ({ name, path: join(folder, name) }));
}

export function readBytes({ path }: FileEntry): Uint8Array {
  return new Uint8Array(readFileSync(path));
}

/** Decoded, or null where the file is broken. */
export async function tryDecode(bytes: Uint8Array): Promise<DecodedImage | null> {
  return decodeImage(bytes).catch(() => null);
}

/** `count` photographs of `files`, evenly chosen, reduced so that the longer side is `side`. */
export async function reducedBases(
  files: readonly FileEntry[],
  count: number,
  side: number,
): Promise<Base[]> {
  const out: Base[] = [];
  const step = Math.max(1, Math.floor(files.length / count));
  for (let i = 0; i < files.length && out.length < count; i += step) {
    const image = await tryDecode(readBytes(files[i]!));
    if (image === null) continue;
    const pixels = flattenPixels(image.pixels);
    const factor = side / Math.max(pixels.width, pixels.height);
    if (factor > 0.63) continue;
    const size = [pixels.width, pixels.height].map((n) => Math.round(n * factor));
    out.push({
      name: files[i]!.name,
      pixels: await resizePixels(pixels, size[0]!, size[1]!, 'lanczos3'),
    });
  }
  return out;
}

/**
 * Parts of large photographs after reduction by `factor`; below 1/4 the block grid of the file is finer than two pixels
 * and gone.
 */
export async function reducedCrops(
  files: readonly FileEntry[],
  each: number,
  side: number,
  factor: number,
): Promise<Base[]> {
  const out: Base[] = [];
  for (const file of files) {
    const image = await tryDecode(readBytes(file));
    if (image === null) continue;
    const full = flattenPixels(image.pixels);
    const reduced = await resizePixels(
      full,
      Math.round(full.width * factor),
      Math.round(full.height * factor),
      'lanczos3',
    );
    if (Math.min(reduced.width, reduced.height) < side) continue;
    for (let k = 0; k < each; k++) {
      const left = Math.floor(((reduced.width - side) * (k + 0.5)) / each);
      const top = Math.floor(((reduced.height - side) * ((k * 0.618 + 0.3) % 1)) / 1);
      out.push({
        name: `${file.name} part ${k}`,
        pixels: cropPixels(reduced, left, top, side, side),
      });
    }
  }
  return out;
}
