/**
 * Votes for the origin of a JPEG block grid after Nikoukhah, Anger, Colom, Morel and Grompone von Gioi, "ZERO"
 * (IPOL 2021, doi:10.5201/ipol.2021.390): each pixel votes for the one of the 64 blocks around it that has the most DCT
 * coefficients below 0.5, and does not vote on a tie. Two economies, both measured in docs/forensics.md: only the
 * sixteen coefficients that are odd both ways are looked at, and only every fourth pixel of every fourth row votes.
 */
import { mostZeros, TIED } from '../../../core/index.js';
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

/** Coefficients that are looked at: where all are near zero, the block may be paper. */
const MOST = 16;

export function gridVotes(plane: Plane): VoteMap {
  const { width, height } = plane;
  const columns = Math.max(0, Math.floor((width - 14) / VOTER_STEP));
  const rows = Math.max(0, Math.floor((height - 14) / VOTER_STEP));
  const votes = new Uint8Array(columns * rows).fill(NO_GRID);
  const counts = new Array<number>(64).fill(0);
  if (columns === 0 || rows === 0) return { width: 0, height: 0, votes, counts };

  const { most, place } = mostZeros(plane.data, width, height, VOTER_STEP);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * width + VOTER_STEP * column;
      const best = place[at]!;
      if (best >= TIED) continue;
      const x = VOTER_STEP * column + (best & 7);
      const y = VOTER_STEP * row + (best >> 3);
      if (most[at]! === MOST && isFlat(plane.data, width, y * width + x)) continue;
      const grid = 8 * ((plane.top + y) & 7) + ((plane.left + x) & 7);
      votes[row * columns + column] = grid;
      counts[grid]!++;
    }
  }
  return { width: columns, height: rows, votes, counts };
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
