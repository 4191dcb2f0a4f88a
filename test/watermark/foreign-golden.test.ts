/** Bit for bit what the Python package reads, from marked, altered and misaligned pictures. */
import { describe, expect, it } from 'vitest';
import { blockBits } from '../../src/watermark/foreign/blocks.js';
import { FOREIGN_PAYLOADS } from '../../src/watermark/foreign/payloads.js';
import { foldVotes, wordAbove } from '../../src/watermark/foreign/votes.js';
import { hexadecimal, markedCopy, VECTORS } from './foreign-support.js';

/** Where invisible-watermark cuts: mean * 255 > 127. */
const PACKAGE_THRESHOLD = 127 / 255;

describe('dwtDct as invisible-watermark 0.2.0 reads it', () => {
  it('has vectors for every reading', () => {
    expect(VECTORS).toHaveLength(6 * 5 * 4);
    expect(new Set(VECTORS.map(({ words }) => words['48'])).size).toBeGreaterThan(60);
  });

  it.each(
    VECTORS.map(
      (vector) =>
        [
          `${vector.image} ${vector.copy} ${vector.arithmetic}${vector.swapped ? ' swapped' : ''}`,
          vector,
        ] as const,
    ),
  )('%s', async (_name, { image, copy, arithmetic, swapped, blocks, words }) => {
    const bits = blockBits(await markedCopy(image, copy), [{ arithmetic, swapped }])[0]!;
    expect(hexadecimal(bits)).toBe(blocks);
    for (const [length, word] of Object.entries(words)) {
      const read = wordAbove(foldVotes(bits, Number(length)), PACKAGE_THRESHOLD);
      expect(hexadecimal(read)).toBe(word);
    }
  });

  it('the package itself reads none of its own six pictures here, in its usual call', () => {
    const written = FOREIGN_PAYLOADS.map(({ bits }) => hexadecimal(bits));
    const unaltered = VECTORS.filter(
      ({ copy, arithmetic, swapped }) => copy === 'same' && arithmetic === 'bytes' && !swapped,
    );
    expect(unaltered).toHaveLength(6);
    for (const { words } of unaltered) {
      expect(Object.values(words).filter((word) => written.includes(word))).toEqual([]);
    }
  });
});
