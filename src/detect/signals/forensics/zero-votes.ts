/**
 * Votes for the origin of a JPEG block grid after Nikoukhah, Anger, Colom, Morel and Grompone von Gioi, "ZERO"
 * (IPOL 2021, doi:10.5201/ipol.2021.390): each pixel votes for the one of the 64 blocks around it that has the most DCT
 * coefficients below 0.5, and does not vote on a tie. Two economies, both measured in docs/forensics.md: only the
 * sixteen coefficients that are odd both ways are looked at, and only every fourth pixel of every fourth row votes.
 */
import type { Plane } from './plane.js';

/** No vote. */
export const NO_GRID = 64;
/** Voters stand 4 pixels apart, so 4 of them are worth one independent block of 64 pixels. */
export const VOTER_STEP = 4;
export const VOTES_PER_BLOCK = 64 / VOTER_STEP ** 2;

export interface VoteMap {
  readonly width: number;
  readonly height: number;
  /** Of each voter: 8 * y + x of the grid's origin in the picture, modulo 8, or `NO_GRID`. */
  readonly votes: Uint8Array;
  /** Votes for each of the 64 grids. */
  readonly counts: readonly number[];
}

const cosine = (k: number): number => Math.cos((k * Math.PI) / 16) / 2;
const [C1, C3, C5, C7] = [cosine(1), cosine(3), cosine(5), cosine(7)] as const;
/** Weights of x0-x7, x1-x6, x2-x5, x3-x4 in the DCT of frequency 1, 3, 5, 7. */
const ODD: readonly (readonly [number, number, number, number])[] = [
  [C1, C3, C5, C7],
  [C3, -C7, -C1, -C5],
  [C5, -C1, C7, C3],
  [C7, -C5, C3, -C1],
];
/** In a code `zeros * 16 + place`: several places have as many. */
const TIE = 8;
const MOST = 16;
/** Rows that are worked on at once: what is computed across them stays in the processor's cache. */
const STRIPE = 32;

export function gridVotes(plane: Plane): VoteMap {
  const { width, height } = plane;
  const columns = Math.max(0, Math.floor((width - 14) / VOTER_STEP));
  const rows = Math.max(0, Math.floor((height - 14) / VOTER_STEP));
  const votes = new Uint8Array(columns * rows).fill(NO_GRID);
  const counts = new Array<number>(64).fill(0);
  if (columns === 0 || rows === 0) return { width: 0, height: 0, votes, counts };

  const zeros = zeroCounts(plane);
  // Best of eight neighbours across, for each block row; then of eight rows down.
  const across = new Uint16Array(columns * (height - 7));
  for (let y = 0, out = 0; y < height - 7; y++) {
    for (let column = 0, at = y * width; column < columns; column++, out++, at += VOTER_STEP) {
      across[out] = bestOf(zeros, at);
    }
  }
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const first = VOTER_STEP * row;
      let best = across[first * columns + column]!;
      let down = 0;
      for (let j = 1; j < 8; j++) {
        const code = across[(first + j) * columns + column]!;
        const more = (code >> 4) - (best >> 4);
        if (more > 0) {
          best = code;
          down = j;
        } else if (more === 0) best |= TIE;
      }
      if ((best & TIE) !== 0) continue;
      const x = VOTER_STEP * column + (best & 7);
      const y = first + down;
      if (best >> 4 === MOST && isFlat(plane.data, width, y * width + x)) continue;
      const grid = 8 * ((plane.top + y) & 7) + ((plane.left + x) & 7);
      votes[row * columns + column] = grid;
      counts[grid]!++;
    }
  }
  return { width: columns, height: rows, votes, counts };
}

/** Code of the best of eight blocks in a row. */
function bestOf(zeros: Uint8Array, start: number): number {
  let best = zeros[start]!;
  let place = 0;
  for (let i = 1; i < 8; i++) {
    const own = zeros[start + i]!;
    if (own > best) {
      best = own;
      place = i;
    } else if (own === best) place |= TIE;
  }
  return best * 16 + place;
}

/** Coefficients below 0.5 of the block at each corner, of sixteen. */
function zeroCounts({ data, width, height }: Plane): Uint8Array {
  const size = width * height;
  const zeros = new Uint8Array(size);
  const across = new Float32Array(width * (STRIPE + 7));
  for (let y = 0; y < height - 7; y += STRIPE) {
    const rows = Math.min(STRIPE, height - 7 - y);
    const stripe = data.subarray(y * width, (y + rows + 7) * width);
    const counted = zeros.subarray(y * width, (y + rows) * width);
    for (const weights of ODD) {
      oddAcross(stripe, across, weights);
      countZeros(across, counted, width);
    }
  }
  return zeros;
}

/** One odd frequency of every eight values in a row. */
function oddAcross(
  data: Float32Array,
  across: Float32Array,
  [a, b, c, d]: readonly [number, number, number, number],
): void {
  for (let i = 0; i + 7 < data.length; i++) {
    across[i] =
      a * (data[i]! - data[i + 7]!) +
      b * (data[i + 1]! - data[i + 6]!) +
      c * (data[i + 2]! - data[i + 5]!) +
      d * (data[i + 3]! - data[i + 4]!);
  }
}

function countZeros(across: Float32Array, zeros: Uint8Array, width: number): void {
  for (let i = 0; i < zeros.length; i++) {
    const a = across[i]! - across[i + 7 * width]!;
    const b = across[i + width]! - across[i + 6 * width]!;
    const c = across[i + 2 * width]! - across[i + 5 * width]!;
    const d = across[i + 3 * width]! - across[i + 4 * width]!;
    const p = C1 * a + C3 * b + C5 * c + C7 * d;
    const q = C3 * a - C7 * b - C1 * c - C5 * d;
    const r = C5 * a - C1 * b + C7 * c + C3 * d;
    const s = C7 * a - C5 * b + C3 * c - C1 * d;
    // 1 where the square is below 1/4; a comparison here would be mispredicted half the time.
    zeros[i]! +=
      ((((4 * p * p) | 0) - 1) >>> 31) +
      ((((4 * q * q) | 0) - 1) >>> 31) +
      ((((4 * r * r) | 0) - 1) >>> 31) +
      ((((4 * s * s) | 0) - 1) >>> 31);
  }
}

/** Constant along one axis or both: drawn lines and plain paper look like that, photographs do not. */
function isFlat(data: Float32Array, width: number, corner: number): boolean {
  let acrossSame = true;
  let downSame = true;
  for (let y = 0; y < 8 && (acrossSame || downSame); y++) {
    const row = corner + y * width;
    for (let x = 0; x < 8; x++) {
      const value = data[row + x]!;
      if (value !== data[row]!) acrossSame = false;
      if (value !== data[corner + x]!) downSame = false;
    }
  }
  return acrossSame || downSame;
}
