import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MersenneTwister } from '../../src/core/index.js';
import type { Pixels } from '../../src/image/index.js';
import { createPixels, cropPixels } from '../../src/image/index.js';
import { blockBits } from '../../src/watermark/foreign/blocks.js';
import { FOREIGN_PAYLOADS } from '../../src/watermark/foreign/payloads.js';
import { FOREIGN_MAX_FALSE_POSITIVE, readForeignMarks } from '../../src/watermark/foreign/read.js';
import { bestTurnedMatch, binomialTail, matches } from '../../src/watermark/foreign/votes.js';
import { texturedPicture } from '../support/picture.js';
import { markedCopy } from './foreign-support.js';

const CASES = [
  ['dwtdct-sd1.webp', 'stable-diffusion-1', 'StableDiffusionV1', 136],
  ['dwtdct-sd2.webp', 'stable-diffusion-2', 'SDV2', 32],
  ['dwtdct-sdxl.webp', 'stable-diffusion-xl', 'b3ec907bb19e', 48],
  ['dwtdct-sdxl-swapped.webp', 'stable-diffusion-xl', 'b3ec907bb19e', 48],
  ['dwtdct-flux.webp', 'flux', '2afe879cf52e', 46],
  ['dwtdct-flux-48.webp', 'flux', '2afe879cf52e', 48],
] as const;

/** Every pixel from `colour(x, y)`, RGB. */
function painted(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): Pixels {
  const pixels = createPixels(width, height, 3);
  for (let i = 0; i < width * height; i++) {
    pixels.data.set(colour(i % width, Math.floor(i / width)), 3 * i);
  }
  return pixels;
}

/** 512x512 pixels whose blocks say `word` over and over: U 129.5 and 138.5 are the middles of the two cells. */
function paintedWord(word: Uint8Array): Pixels {
  const bitAt = (x: number, y: number): number | undefined =>
    word[(64 * (y >> 3) + (x >> 3)) % word.length];
  return painted(512, 512, (x, y) => [128, 128, bitAt(x, y) === 1 ? 151 : 131]);
}

describe('readForeignMarks', () => {
  it.each([
    ['no pixels', undefined, TypeError],
    ['plain arrays', { data: [0, 0, 0], width: 1, height: 1, channels: 3 }, TypeError],
    ['too few samples', { ...createPixels(8, 8, 3), width: 9 }, RangeError],
  ])('refuses %s', (_name, value, error) => {
    expect(() => readForeignMarks(value as Pixels)).toThrow(error);
  });

  it.each(CASES)('reads %s, marked by the original package', async (image, family, payload, n) => {
    const marks = readForeignMarks(await markedCopy(image));
    expect(marks).toEqual([
      expect.objectContaining({ method: 'dwtDct', family, payload, bits: n }),
    ]);
    expect(marks[0]!.matched).toBeGreaterThanOrEqual(0.9 * n);
    expect(marks[0]!.pValue).toBeLessThanOrEqual(FOREIGN_MAX_FALSE_POSITIVE);
  });

  it.each(CASES)('finds nothing once %s is mirrored or loses its first rows', async (image) => {
    expect(readForeignMarks(await markedCopy(image, 'mirrored'))).toEqual([]);
    expect(readForeignMarks(await markedCopy(image, 'rows-cut'))).toEqual([]);
  });

  it('keeps reading when rows are cut from the bottom, and ignores alpha', async () => {
    const pixels = await markedCopy('dwtdct-sdxl.webp');
    const part = cropPixels(pixels, 0, 0, pixels.width, 160);
    const alpha = createPixels(part.width, part.height, 4);
    for (let i = 0; i < part.width * part.height; i++) {
      alpha.data.set([...part.data.subarray(3 * i, 3 * i + 3), i % 256], 4 * i);
    }
    expect(readForeignMarks(part)).toHaveLength(1);
    expect(readForeignMarks(alpha)).toEqual(readForeignMarks(part));
  });

  it('is not outvoted by flat rows below the mark, and reads four megapixels at most', async () => {
    const { data, width } = await markedCopy('dwtdct-sdxl.webp');
    const tall = createPixels(width, 20_000, 3);
    tall.data.set(data);
    expect(readForeignMarks(tall)).toHaveLength(1);
    const blocks = blockBits(tall, [{ swapped: false, arithmetic: 'bytes' }])[0]!.length;
    expect(blocks).toBeGreaterThan(3_900_000 / 64);
    expect(blocks).toBeLessThanOrEqual(4_000_000 / 64);
  });

  it.each([
    ['black', () => [0, 0, 0]],
    ['white', () => [255, 255, 255]],
    ['grey', () => [128, 128, 128]],
    ['saturated blue', () => [0, 0, 255]],
    ['a ramp of blue', (x: number) => [90, 120, x % 256]],
    ['a ramp of red', (_x: number, y: number) => [y % 256, 120, 90]],
    ['stripes 32 pixels wide', (x: number) => [90, 120, x % 64 < 32 ? 60 : 200]],
    ['bars 16 pixels high', (_x: number, y: number) => [y % 32 < 16 ? 60 : 200, 120, 90]],
    ['a chessboard of blocks', (x: number, y: number) => [90, 120, ((x ^ y) & 8) * 12]],
  ] as const)('finds nothing in %s, at any width', (_name, colour) => {
    for (const width of [256, 368, 384, 512, 1088]) {
      expect(readForeignMarks(painted(width, 384, colour as never))).toEqual([]);
    }
  });

  it('is not fooled by a rhythm that fits the word and its turned copy alike', () => {
    const { bits } = FOREIGN_PAYLOADS[0]!;
    // Right wherever the word agrees with itself 68 places on, and half of the time elsewhere.
    const rhythm = bits.map((_, i) => bits[i % 68]!);
    const matched = matches(rhythm, bits);
    expect(20 * binomialTail(136, matched)).toBeLessThan(FOREIGN_MAX_FALSE_POSITIVE);
    expect(bestTurnedMatch(rhythm, bits)).toBe(matched);
    expect(readForeignMarks(paintedWord(rhythm))).toEqual([]);
    expect(readForeignMarks(paintedWord(bits))).toHaveLength(1);
  });

  it('never throws and finds nothing in noise of any size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 1, max: 70 }),
        fc.constantFrom(3 as const, 4 as const),
        fc.integer(),
        (width, height, channels, seed) => {
          const random = new MersenneTwister(seed);
          const pixels = createPixels(width, height, channels);
          for (let i = 0; i < pixels.data.length; i++) pixels.data[i] = random.nextUint32() & 255;
          expect(readForeignMarks(pixels)).toEqual([]);
        },
      ),
      { numRuns: 150, seed: 4 },
    );
  });

  it('finds nothing in unmarked textures', () => {
    for (let seed = 1; seed <= 12; seed++) {
      expect(readForeignMarks(texturedPicture(256 + 16 * seed, 320, seed))).toEqual([]);
    }
  });
});

describe('FOREIGN_PAYLOADS', () => {
  it('are the published words', () => {
    expect(FOREIGN_PAYLOADS.map(({ bits }) => bits.join(''))).toEqual([
      [...'StableDiffusionV1']
        .map((letter) => letter.charCodeAt(0).toString(2).padStart(8, '0'))
        .join(''),
      '01010011010001000101011000110010',
      '101100111110110010010000011110111011000110011110',
      (0b001010101111111010000111100111001111010100101110).toString(2),
      '001010101111111010000111100111001111010100101110',
    ]);
  });

  it('differ from each of their own turned forms by a quarter of the bits and more', () => {
    for (const { bits } of FOREIGN_PAYLOADS) {
      expect(bestTurnedMatch(bits, bits) / bits.length).toBeLessThan(0.75);
    }
  });
});

describe('binomialTail', () => {
  it.each([
    [32, 32, 2 ** -32],
    [32, 31, 33 * 2 ** -32],
    [48, 0, 1],
    [4, 3, 5 / 16],
    [136, 68, 0.5341461924245021],
  ])('%d coins, %d or more right', (length, matched, chance) => {
    expect(binomialTail(length, matched) / chance).toBeCloseTo(1, 5);
  });
});
