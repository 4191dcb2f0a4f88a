/**
 * PDQ, a perceptual hash of 256 bits (Meta, "The TMK+PDQF Video-Hashing Algorithm and the PDQ
 * Image-Hashing Algorithm", 2019): luma, two passes of a box filter in each direction (a tent, after
 * W. Jarosz), 64x64 samples, the 16x16 lowest frequencies of their DCT without the constant row and column,
 * each compared with the median of them. Re-encoding and resizing move a few bits, another picture about half.
 */
import { flattenPixels, resizePixels } from './geometry.js';
import type { Pixels } from './pixels.js';
import { luma } from './quality.js';

export interface Fingerprint {
  /** 256 bits as 64 lower-case hex digits, the highest frequency first, as other PDQ tools print them. */
  hash: string;
  /** 0..100, how much there is in the picture to hash. Below 50 the hash says little (the reference's own advice). */
  quality: number;
}

const SIDE = 64;
const BANDS = 16;
const PASSES = 2;
/** Nothing smaller was tested by the authors. */
const MIN_SIDE = 5;
/** Larger pictures are shrunk first, as the reference's own file hasher does. */
const SHRUNK_SIDE = 512;

/** The rows 1..16 of the DCT-II of 64 samples. */
const DCT = Float32Array.from({ length: BANDS * SIDE }, (_, at) => {
  const i = Math.floor(at / SIDE);
  const j = at % SIDE;
  return Math.sqrt(2 / SIDE) * Math.cos((Math.PI / 2 / SIDE) * (i + 1) * (2 * j + 1));
});

/** Of the picture as it stands. Transparent parts count as white. */
export async function fingerprintOf(pixels: Pixels): Promise<Fingerprint> {
  return pdqHash(await shrunk(pixels));
}

/**
 * Of the picture and of what turning and mirroring make of it, from one transform: upright, turned by 90, 180
 * and 270 degrees counter-clockwise, mirrored top to bottom, left to right, along both diagonals.
 */
export async function fingerprintVariants(pixels: Pixels): Promise<Fingerprint[]> {
  return pdqVariants(await shrunk(pixels));
}

async function shrunk(pixels: Pixels): Promise<Pixels> {
  const flat = flattenPixels(pixels);
  const width = Math.min(flat.width, SHRUNK_SIDE);
  const height = Math.min(flat.height, SHRUNK_SIDE);
  if (width === flat.width && height === flat.height) return flat;
  return resizePixels(flat, width, height, 'linear');
}

/** The reference's hash of these very pixels. Alpha is not looked at. */
export function pdqHash(pixels: Pixels): Fingerprint {
  const { coefficients, quality } = transform(pixels);
  return { hash: toHash(coefficients), quality };
}

/** As `fingerprintVariants`, of these very pixels. */
export function pdqVariants(pixels: Pixels): Fingerprint[] {
  const { coefficients, quality } = transform(pixels);
  return VARIANTS.map((variant) => ({ hash: toHash(variant(coefficients)), quality }));
}

/** A mirrored picture has the same frequencies, every second one with the other sign; a turned one transposed too. */
const VARIANTS = [
  changed(false, () => false),
  changed(true, (_, j) => j % 2 === 0),
  changed(false, (i, j) => (i + j) % 2 === 1),
  changed(true, (i) => i % 2 === 0),
  changed(false, (i) => i % 2 === 0),
  changed(false, (_, j) => j % 2 === 0),
  changed(true, () => false),
  changed(true, (i, j) => (i + j) % 2 === 1),
];

function changed(
  transposed: boolean,
  negated: (i: number, j: number) => boolean,
): (from: Float32Array) => Float32Array {
  return (from) => {
    const to = new Float32Array(from.length);
    for (let i = 0; i < BANDS; i++) {
      for (let j = 0; j < BANDS; j++) {
        const value = from[i * BANDS + j]!;
        to[transposed ? j * BANDS + i : i * BANDS + j] = negated(i, j) ? -value : value;
      }
    }
    return to;
  };
}

function transform(pixels: Pixels): { coefficients: Float32Array; quality: number } {
  const { width, height } = pixels;
  if (width < MIN_SIDE || height < MIN_SIDE) {
    return { coefficients: new Float32Array(BANDS * BANDS), quality: 0 };
  }
  const small = sampled(blurred(luma(pixels), width, height), width, height);
  return { coefficients: lowFrequencies(small), quality: gradients(small) };
}

function blurred(plane: Float32Array, width: number, height: number): Float32Array {
  // A picture of the sampled size is taken as it is.
  if (width === SIDE && height === SIDE) return plane;
  const other = new Float32Array(plane.length);
  for (let pass = 0; pass < PASSES; pass++) {
    const across = boxSide(width);
    for (let y = 0; y < height; y++) box(plane, other, y * width, width, 1, across);
    const down = boxSide(height);
    for (let x = 0; x < width; x++) box(other, plane, x, height, width, down);
  }
  return plane;
}

/** Half a sample's share of the side, since there are two passes. */
const boxSide = (side: number): number => Math.ceil(side / (2 * SIDE));

/** Means over a window of `size` values around each, fewer at the ends. */
function box(
  from: Float32Array,
  to: Float32Array,
  start: number,
  count: number,
  stride: number,
  size: number,
): void {
  const ahead = Math.floor((size + 2) / 2) - 1;
  const behind = size - ahead;
  let sum = 0;
  let held = 0;
  for (let i = -ahead; i < count; i++) {
    if (i + ahead < count) {
      sum += from[start + (i + ahead) * stride]!;
      held++;
    }
    if (i - behind >= 0) {
      sum -= from[start + (i - behind) * stride]!;
      held--;
    }
    if (i >= 0) to[start + i * stride] = sum / held;
  }
}

/** 64x64 values at the middles of as many equal parts. */
function sampled(plane: Float32Array, width: number, height: number): Float32Array {
  const out = new Float32Array(SIDE * SIDE);
  for (let i = 0; i < SIDE; i++) {
    const y = Math.floor(((i + 0.5) * height) / SIDE);
    for (let j = 0; j < SIDE; j++) {
      out[i * SIDE + j] = plane[y * width + Math.floor(((j + 0.5) * width) / SIDE)]!;
    }
  }
  return out;
}

/** The quality: steps between neighbours that are seen, of 1 % of the range and more. */
function gradients(small: Float32Array): number {
  const step = (a: number, b: number): number =>
    Math.trunc(Math.abs(((small[a]! - small[b]!) * 100) / 255));
  let sum = 0;
  for (let i = 0; i < SIDE; i++) {
    for (let j = 0; j < SIDE; j++) {
      const at = i * SIDE + j;
      if (i + 1 < SIDE) sum += step(at, at + SIDE);
      if (j + 1 < SIDE) sum += step(at, at + 1);
    }
  }
  return Math.min(100, Math.trunc(sum / 90));
}

function lowFrequencies(small: Float32Array): Float32Array {
  const half = new Float32Array(BANDS * SIDE);
  for (let i = 0; i < BANDS; i++) {
    for (let j = 0; j < SIDE; j++) {
      let sum = 0;
      for (let k = 0; k < SIDE; k++) sum += DCT[i * SIDE + k]! * small[k * SIDE + j]!;
      half[i * SIDE + j] = sum;
    }
  }
  const out = new Float32Array(BANDS * BANDS);
  for (let i = 0; i < BANDS; i++) {
    for (let j = 0; j < BANDS; j++) {
      let sum = 0;
      for (let k = 0; k < SIDE; k++) sum += half[i * SIDE + k]! * DCT[j * SIDE + k]!;
      out[i * BANDS + j] = sum;
    }
  }
  return out;
}

/** Bit k is whether value k lies above the lower median, so that half of them are set. */
function toHash(coefficients: Float32Array): string {
  const median = coefficients.slice().sort()[coefficients.length / 2 - 1]!;
  let hash = '';
  for (let k = coefficients.length - 4; k >= 0; k -= 4) {
    let digit = 0;
    for (let bit = 0; bit < 4; bit++) if (coefficients[k + bit]! > median) digit |= 1 << bit;
    hash += digit.toString(16);
  }
  return hash;
}
