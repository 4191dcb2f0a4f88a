/** Damage that the embedder tries on its own result: JPEG's luma quantisation, no entropy coding. */
import { createPlane, type Plane } from './plane.js';

/** ITU-T T.81 table K.1. */
const LUMA_TABLE = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
  14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
  92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];

const BASIS = Float64Array.from({ length: 64 }, (_, i) => {
  const k = i >> 3;
  const n = i & 7;
  return (k === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * n + 1) * k * Math.PI) / 16);
});

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
    for (let k = 0; k < 8; k++) {
      let sum = 0;
      for (let n = 0; n < 8; n++) sum += source[r * 8 + n]! * BASIS[k * 8 + n]!;
      target[k * 8 + r] = sum;
    }
  }
}

function inverse(source: Float64Array, target: Float64Array): void {
  for (let r = 0; r < 8; r++) {
    for (let n = 0; n < 8; n++) {
      let sum = 0;
      for (let k = 0; k < 8; k++) sum += source[r * 8 + k]! * BASIS[k * 8 + n]!;
      target[n * 8 + r] = sum;
    }
  }
}
