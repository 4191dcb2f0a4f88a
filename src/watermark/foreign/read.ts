/** `readForeignMarks`: which generators' public dwtDct words are in the pixels. */
import type { Pixels } from '../../image/index.js';
import { assertPixels } from '../canonical.js';
import { blockBits, READINGS } from './blocks.js';
import { FOREIGN_PAYLOADS, type ForeignFamily, type ForeignPayload } from './payloads.js';
import { bestTurnedMatch, binomialTail, foldVotes, matches, mean, wordAbove } from './votes.js';

export interface ForeignMark {
  /** Method that wrote it. */
  readonly method: 'dwtDct';
  readonly family: ForeignFamily;
  /** Name of the family for people. */
  readonly name: string;
  /** The public word: text for Stable Diffusion 1 and 2, else hexadecimal digits. */
  readonly payload: string;
  /** Length of the word in bits. */
  readonly bits: number;
  /** How many of them were read right. */
  readonly matched: number;
  /**
   * Chance of this match, or of one of the others looked for, if the word had been drawn by lot after the
   * picture was made. It does not speak about forgery: the words are public.
   */
  readonly pValue: number;
}

/** A match this likely by chance or likelier is not reported. */
export const FOREIGN_MAX_FALSE_POSITIVE = 1e-6;
/** Every payload is compared under every reading. */
const HYPOTHESES = FOREIGN_PAYLOADS.length * READINGS.length;
/** Fewer blocks for each bit are no vote. */
const MIN_BLOCKS_PER_BIT = 3;
/**
 * Share of the bits by which the word must fit better than when turned by any number of places. A picture with
 * a rhythm fits both alike; a real mark tells the places apart.
 */
const TURNED_MARGIN = 0.1;

/**
 * The marks of Stable Diffusion 1, 2, XL and FLUX reference code, at most one for each family, likeliest
 * first. Positive-only: JPEG with subsampled colour, scaling, mirroring and any crop but from the bottom mostly
 * remove such a mark, so a miss says nothing; and anyone can write one. About 13 ms per megapixel; the first four megapixels are read.
 *
 * @throws TypeError or RangeError when `pixels` is none, never because of what it shows.
 */
export function readForeignMarks(pixels: Pixels): ForeignMark[] {
  assertPixels(pixels);
  const found = new Map<ForeignFamily, ForeignMark>();
  for (const bits of blockBits(pixels, READINGS)) {
    for (const payload of FOREIGN_PAYLOADS) {
      const mark = findPayload(bits, payload);
      const known = found.get(payload.family);
      if (mark !== null && (known === undefined || mark.pValue < known.pValue)) {
        found.set(payload.family, mark);
      }
    }
  }
  return [...found.values()].sort((a, b) => a.pValue - b.pValue);
}

function findPayload(blocks: Uint8Array, foreign: ForeignPayload): ForeignMark | null {
  const { bits, family, name, payload } = foreign;
  if (blocks.length < MIN_BLOCKS_PER_BIT * bits.length) return null;
  const votes = foldVotes(blocks, bits.length);
  // The package itself cuts at one half. Blocks that rounding has spoilt mostly say the same bit, which pulls
  // all positions to one side; cut at the mean, 159 of 168 marked 512-pixel images are read instead of 114.
  const word = wordAbove(votes, mean(votes));
  const matched = matches(word, bits);
  const pValue = HYPOTHESES * binomialTail(bits.length, matched);
  if (pValue > FOREIGN_MAX_FALSE_POSITIVE) return null;
  if (matched - bestTurnedMatch(word, bits) < TURNED_MARGIN * bits.length) return null;
  return { method: 'dwtDct', family, name, payload, bits: bits.length, matched, pValue };
}
