/**
 * Polar code of length 512 (Arikan 2009), decoded with a list (list-decoder.ts). Reliability order: polarization
 * weight with beta = 2^(1/4) (He et al. 2017), which needs no channel model. LLR convention: positive
 * means bit 0.
 */
import { createListDecoder, type ListDecoder } from './list-decoder.js';

export const CODE_LENGTH = 512;
const STAGES = 9;

export interface PolarCode {
  readonly infoLength: number;
  encode(info: Uint8Array): Uint8Array;
  /** Candidate words, most likely first, at most `listSize`. */
  readonly decode: ListDecoder;
}

export function createPolarCode(infoLength: number, listSize: number): PolarCode {
  const positions = infoPositions(infoLength);
  const frozen = new Uint8Array(CODE_LENGTH).fill(1);
  for (const position of positions) frozen[position] = 0;

  function encode(info: Uint8Array): Uint8Array {
    const u = new Uint8Array(CODE_LENGTH);
    positions.forEach((position, i) => (u[position] = info[i]!));
    return polarTransform(u);
  }

  return { infoLength, encode, decode: createListDecoder(frozen, listSize) };
}

function infoPositions(infoLength: number): number[] {
  const weights = Array.from({ length: CODE_LENGTH }, (_, i) => {
    let weight = 0;
    for (let j = 0; j < STAGES; j++) if ((i >> j) & 1) weight += Math.pow(2, j / 4);
    return { i, weight };
  });
  weights.sort((a, b) => b.weight - a.weight || b.i - a.i);
  return weights
    .slice(0, infoLength)
    .map((entry) => entry.i)
    .sort((a, b) => a - b);
}

/** x = u F^(x)9 over GF(2), natural order. */
function polarTransform(u: Uint8Array): Uint8Array {
  for (let half = 1; half < CODE_LENGTH; half <<= 1) {
    for (let start = 0; start < CODE_LENGTH; start += half << 1) {
      for (let i = start; i < start + half; i++) u[i] = u[i]! ^ u[i + half]!;
    }
  }
  return u;
}
