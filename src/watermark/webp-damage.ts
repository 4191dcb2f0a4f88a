/**
 * Damage of a lossy WebP (VP8 key frame, RFC 6386 sections 9.6 and 14) on luma, without prediction, loop filter and
 * entropy coding: 4x4 DCT, the means of a macroblock's sixteen blocks through a Walsh-Hadamard transform of their
 * own, both quantised. In quiet parts it keeps means and little else, which is why a mark must be pitched lower for
 * it than for a JPEG.
 */
import { createPlane, type Plane } from './plane.js';

/** Steps, in units of orthonormal transforms, of about quality 30. */
const AC_STEP = 28;
const MEAN_STEP = 22;
/** libwebp rounds up from this part of a step on: small values die. */
const ROUND_UP = 0.57;

const BLOCK = 4;
const MACROBLOCK = 16;
/** Orthonormal 4-point DCT. */
const C1 = Math.cos(Math.PI / 8) * Math.SQRT1_2;
const C2 = Math.sin(Math.PI / 8) * Math.SQRT1_2;

/** Steps within a row of four and between rows, then the same for columns. */
const AXES = [
  [1, 4],
  [4, 1],
] as const;

/** `plane` as it comes back; what is left over of macroblocks at the right and bottom stays as it is. */
export function webpDamage(plane: Plane): Plane {
  const out = createPlane(plane.width, plane.height);
  out.data.set(plane.data);
  const blocks = new Float64Array(MACROBLOCK * MACROBLOCK);
  const means = new Float64Array(16);
  for (let y = 0; y + MACROBLOCK <= plane.height; y += MACROBLOCK) {
    for (let x = 0; x + MACROBLOCK <= plane.width; x += MACROBLOCK) {
      const corner = y * plane.width + x;
      eachBlock(plane.width, corner, (index, at) => {
        const start = at * 16;
        for (let i = 0; i < 16; i++) {
          blocks[start + i] = plane.data[index + (i >> 2) * plane.width + (i & 3)]!;
        }
        forwardDct(blocks, start);
        means[at] = blocks[start]!;
        for (let i = 1; i < 16; i++) blocks[start + i] = quantise(blocks[start + i]!, AC_STEP);
      });
      hadamard(means);
      means[0] = Math.round(means[0]! / MEAN_STEP) * MEAN_STEP;
      for (let i = 1; i < 16; i++) means[i] = quantise(means[i]!, MEAN_STEP);
      hadamard(means);
      eachBlock(plane.width, corner, (index, at) => {
        const start = at * 16;
        blocks[start] = means[at]!;
        inverseDct(blocks, start);
        for (let i = 0; i < 16; i++) {
          const value = Math.round(blocks[start + i]!);
          out.data[index + (i >> 2) * plane.width + (i & 3)] = Math.min(255, Math.max(0, value));
        }
      });
    }
  }
  return out;
}

/** Calls `use` with the index of each block's first sample and the block's number. */
function eachBlock(width: number, corner: number, use: (index: number, at: number) => void): void {
  for (let at = 0; at < 16; at++) {
    use(corner + BLOCK * (at >> 2) * width + BLOCK * (at & 3), at);
  }
}

function quantise(value: number, step: number): number {
  const levels = Math.floor(Math.abs(value) / step + 1 - ROUND_UP);
  return value < 0 ? -levels * step : levels * step;
}

function forwardDct(b: Float64Array, start: number): void {
  for (const [next, along] of AXES) {
    for (let k = 0, i = start; k < 4; k++, i += along) {
      const sum0 = b[i]! + b[i + 3 * next]!;
      const sum1 = b[i + next]! + b[i + 2 * next]!;
      const gap0 = b[i]! - b[i + 3 * next]!;
      const gap1 = b[i + next]! - b[i + 2 * next]!;
      b[i] = (sum0 + sum1) / 2;
      b[i + next] = C1 * gap0 + C2 * gap1;
      b[i + 2 * next] = (sum0 - sum1) / 2;
      b[i + 3 * next] = C2 * gap0 - C1 * gap1;
    }
  }
}

function inverseDct(b: Float64Array, start: number): void {
  for (const [next, along] of AXES) {
    for (let k = 0, i = start; k < 4; k++, i += along) {
      const even0 = (b[i]! + b[i + 2 * next]!) / 2;
      const even1 = (b[i]! - b[i + 2 * next]!) / 2;
      const odd0 = C1 * b[i + next]! + C2 * b[i + 3 * next]!;
      const odd1 = C2 * b[i + next]! - C1 * b[i + 3 * next]!;
      b[i] = even0 + odd0;
      b[i + next] = even1 + odd1;
      b[i + 2 * next] = even1 - odd1;
      b[i + 3 * next] = even0 - odd0;
    }
  }
}

/** Orthonormal 4x4 Walsh-Hadamard transform, its own inverse. */
function hadamard(b: Float64Array): void {
  for (const [next, along] of AXES) {
    for (let k = 0, i = 0; k < 4; k++, i += along) {
      const sum0 = b[i]! + b[i + 3 * next]!;
      const sum1 = b[i + next]! + b[i + 2 * next]!;
      const gap0 = b[i]! - b[i + 3 * next]!;
      const gap1 = b[i + next]! - b[i + 2 * next]!;
      b[i] = (sum0 + sum1) / 2;
      b[i + next] = (gap0 + gap1) / 2;
      b[i + 2 * next] = (sum0 - sum1) / 2;
      b[i + 3 * next] = (gap0 - gap1) / 2;
    }
  }
}
