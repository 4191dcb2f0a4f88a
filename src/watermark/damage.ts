/** Damage that the embedder tries on its own result: JPEG's luma quantisation, no entropy coding. */
import { createPlane, type Plane } from './plane.js';

/** ITU-T T.81 table K.1. */
const LUMA_TABLE = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
  14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
  92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];

/** Halves of the orthonormal 8-point DCT matrix: even rows see sums, odd rows differences. */
const EVEN = half(0);
const ODD = half(1);

function half(parity: 0 | 1): Float64Array {
  return Float64Array.from({ length: 16 }, (_, i) => {
    const k = 2 * (i >> 2) + parity;
    const n = i & 3;
    return (k === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * n + 1) * k * Math.PI) / 16);
  });
}

function stepsFor(quality: number): number[] {
  const factor = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return LUMA_TABLE.map((q) => Math.max(1, Math.floor((q * factor + 50) / 100)));
}

/** `plane` as it comes back from a JPEG of this quality (1..99), without chroma or edge blocks. */
export function jpegDamage(plane: Plane, quality: number): Plane {
  const steps = stepsFor(quality);
  const out = createPlane(plane.width, plane.height);
  out.data.set(plane.data);
  const block = new Float64Array(64);
  const half = new Float64Array(64);
  for (let y = 0; y + 8 <= plane.height; y += 8) {
    for (let x = 0; x + 8 <= plane.width; x += 8) {
      readBlock(plane, x, y, 128, block, half);
      for (let i = 0; i < 64; i++) block[i] = Math.round(block[i]! / steps[i]!) * steps[i]!;
      writeBlock(out, x, y, block, half);
      for (let i = 0; i < 64; i++) {
        const at = (y + (i >> 3)) * plane.width + x + (i & 7);
        const value = Math.round(out.data[at]! + 128);
        out.data[at] = Math.min(255, Math.max(0, value));
      }
    }
  }
  return out;
}

function readBlock(
  plane: Plane,
  x: number,
  y: number,
  middle: number,
  block: Float64Array,
  half: Float64Array,
): void {
  const start = y * plane.width + x;
  for (let i = 0; i < 64; i++) {
    block[i] = plane.data[start + (i >> 3) * plane.width + (i & 7)]! - middle;
  }
  forward(block, half);
  forward(half, block);
}

function writeBlock(
  plane: Plane,
  x: number,
  y: number,
  block: Float64Array,
  half: Float64Array,
): void {
  inverse(block, half);
  inverse(half, block);
  const start = y * plane.width + x;
  for (let i = 0; i < 64; i++) plane.data[start + (i >> 3) * plane.width + (i & 7)] = block[i]!;
}

/** Rows of `source` transformed into columns of `target`; twice gives the 2-D transform. */
function forward(source: Float64Array, target: Float64Array): void {
  for (let r = 0; r < 8; r++) {
    const at = r * 8;
    const a0 = source[at]!;
    const a1 = source[at + 1]!;
    const a2 = source[at + 2]!;
    const a3 = source[at + 3]!;
    const b0 = source[at + 7]!;
    const b1 = source[at + 6]!;
    const b2 = source[at + 5]!;
    const b3 = source[at + 4]!;
    for (let k = 0; k < 4; k++) {
      const e = 4 * k;
      target[2 * k * 8 + r] =
        (a0 + b0) * EVEN[e]! +
        (a1 + b1) * EVEN[e + 1]! +
        (a2 + b2) * EVEN[e + 2]! +
        (a3 + b3) * EVEN[e + 3]!;
      target[(2 * k + 1) * 8 + r] =
        (a0 - b0) * ODD[e]! +
        (a1 - b1) * ODD[e + 1]! +
        (a2 - b2) * ODD[e + 2]! +
        (a3 - b3) * ODD[e + 3]!;
    }
  }
}

function inverse(source: Float64Array, target: Float64Array): void {
  for (let r = 0; r < 8; r++) {
    const at = r * 8;
    for (let n = 0; n < 4; n++) {
      const even =
        source[at]! * EVEN[n]! +
        source[at + 2]! * EVEN[4 + n]! +
        source[at + 4]! * EVEN[8 + n]! +
        source[at + 6]! * EVEN[12 + n]!;
      const odd =
        source[at + 1]! * ODD[n]! +
        source[at + 3]! * ODD[4 + n]! +
        source[at + 5]! * ODD[8 + n]! +
        source[at + 7]! * ODD[12 + n]!;
      target[n * 8 + r] = even + odd;
      target[(7 - n) * 8 + r] = even - odd;
    }
  }
}
