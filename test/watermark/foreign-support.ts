/** Marked pictures of the original package, and the altered copies that make-dwtdct-vectors.py makes of them. */
import { readFileSync } from 'node:fs';
import type { Pixels } from '../../src/image/index.js';
import { createPixels, cropPixels, decodeImage } from '../../src/image/index.js';
import { fixture, fixturePath } from '../support/fixtures.js';

export interface DwtDctVector {
  image: string;
  copy: keyof typeof COPIES;
  arithmetic: 'bytes' | 'floats';
  swapped: boolean;
  /** Raw bit of every block, hexadecimal, first bit highest, padded with zeros. */
  blocks: string;
  /** What the package decodes, by length. */
  words: Record<string, string>;
}

export const VECTORS = JSON.parse(
  readFileSync(fixturePath('vectors/dwtdct.json'), 'utf8'),
) as DwtDctVector[];

const cache = new Map<string, Pixels>();

/** `copy` of a marked picture, made once. */
export async function markedCopy(
  image: string,
  copy: DwtDctVector['copy'] = 'same',
): Promise<Pixels> {
  const key = `${image}/${copy}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const { pixels } = await decodeImage(fixture(`images/${image}`));
  const made = COPIES[copy](pixels);
  cache.set(key, made);
  return made;
}

const COPIES = {
  same: (pixels: Pixels) => pixels,
  brighter: (pixels: Pixels) => mapped(pixels, (value) => Math.min(255, (value * 9) >> 3)),
  noisy: (pixels: Pixels) => {
    let state = 1;
    return mapped(pixels, (value) => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return value + ((state >> 16) % 7) - 3;
    });
  },
  mirrored: ({ data, width, height, channels }: Pixels) => {
    const out = createPixels(width, height, channels);
    for (let i = 0; i < data.length; i += channels) {
      const x = (i / channels) % width;
      const to = i + (width - 1 - 2 * x) * channels;
      for (let c = 0; c < channels; c++) out.data[to + c] = data[i + c]!;
    }
    return out;
  },
  'rows-cut': (pixels: Pixels) => cropPixels(pixels, 0, 3, pixels.width, pixels.height - 3),
};

function mapped(pixels: Pixels, change: (value: number) => number): Pixels {
  const { width, height, channels } = pixels;
  return createPixels(width, height, channels, pixels.data.map(change));
}

/** Hexadecimal form of bits as in the vectors. */
export function hexadecimal(bits: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bits.length; i += 4) {
    out += [0, 1, 2, 3].reduce((digit, k) => digit * 2 + (bits[i + k] ?? 0), 0).toString(16);
  }
  return out;
}
