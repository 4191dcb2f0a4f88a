/** Which pictures are measured, and how they are prepared. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { decodeImage, flattenPixels, resizePixels, type Pixels } from '../../src/image/index.js';
import { sha256 } from './hash.js';

export const SETS = [
  'photographs',
  'other generators',
  'bundled model',
  'large originals',
] as const;
export type SetName = (typeof SETS)[number];

/** A folder of pictures and how the tables credit it. */
export interface Source {
  readonly folder: string;
  readonly label: string;
}

export interface BenchImage {
  /** Set, source and path inside the source; no path of the machine. */
  readonly id: string;
  readonly set: SetName;
  readonly file: string;
  /** Pixels; the picture is reduced when it is longer. */
  readonly maxSide: number;
}

export const MIN_SIDE = 512;
const MAX_SIDE = 1024;
const LARGE = 2400;
const LARGE_MAX_SIDE = 3000;
const MAX_ASPECT = 3;
/** Inputs and real halves of pairs that lie among generated pictures, and sheets of many. */
const NO_SINGLE_PICTURE = /input|template|_real\.|real_|montage|grid/i;

/** `folder=label`; without a label the folder's own name. */
export function parseSource(text: string): Source {
  const at = text.indexOf('=');
  const folder = at < 0 ? text : text.slice(0, at);
  return { folder, label: at < 0 ? basename(folder) : text.slice(at + 1) };
}

/** sRGB, upright, without alpha, never enlarged. */
export async function loadImage({ file, maxSide }: BenchImage): Promise<Pixels> {
  const pixels = flattenPixels((await decodeImage(readFileSync(file))).pixels);
  const factor = Math.min(1, maxSide / Math.max(pixels.width, pixels.height));
  return resizePixels(
    pixels,
    Math.round(pixels.width * factor),
    Math.round(pixels.height * factor),
  );
}

/**
 * The `limit` pictures whose names hash lowest: a fixed sample that has nothing to do with what is in
 * them. Only those whose prepared short side is at least `MIN_SIDE`.
 */
export async function chooseImages(
  set: Exclude<SetName, 'bundled model'>,
  sources: readonly Source[],
  limit: number,
): Promise<BenchImage[]> {
  const large = set === 'large originals';
  const maxSide = large ? LARGE_MAX_SIDE : MAX_SIDE;
  const candidates = sources
    .flatMap(({ folder, label }) =>
      listFiles(folder).map((name) => ({
        id: `${set}: ${label}: ${name}`,
        set,
        file: join(folder, name),
        maxSide,
      })),
    )
    .map((image) => ({ image, order: sha256(image.id) }))
    .sort((a, b) => (a.order < b.order ? -1 : 1));
  const chosen: BenchImage[] = [];
  for (const { image } of candidates) {
    if (chosen.length >= limit) break;
    const size = await sharp(image.file, { limitInputPixels: 1e8 })
      .metadata()
      .catch(() => null);
    if (size === null) continue;
    const [short, long] = [size.width, size.height].sort((a, b) => a - b) as [number, number];
    if (long / short > MAX_ASPECT || (large && long < LARGE)) continue;
    if (short * Math.min(1, maxSide / long) >= MIN_SIDE) chosen.push(image);
  }
  return chosen;
}

function listFiles(folder: string): string[] {
  if (!existsSync(folder)) throw new Error(`no folder of pictures at ${folder}`);
  return readdirSync(folder, { recursive: true })
    .map((name) => String(name).replaceAll('\\', '/'))
    .filter((name) => /\.(jpe?g|png|webp)$/i.test(name) && !NO_SINGLE_PICTURE.test(name))
    .filter((name) => !name.startsWith('.git/'));
}
