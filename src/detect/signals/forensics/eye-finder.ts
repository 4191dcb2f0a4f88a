/**
 * Finds the two eyes of a face that looks roughly towards the camera: dark discs by their radial symmetry (Loy and Zelinsky,
 * "Fast radial symmetry for detecting points of interest", PAMI 2003, dark mode), a pair of them as far apart as eyes are,
 * one the mirror image of the other, with something brighter between them. The outline of each iris is then Daugman's
 * (PAMI 1993, the integro-differential operator), on the arcs that no lid covers. Nothing here knows what a face is: muzzles and
 * dolls pass too, and buttons may.
 */
import { createScratch } from '../../../core/index.js';
import type { Pixels } from '../../../image/index.js';
import type { SmallLuma } from './small-luma.js';
import { boxLuma, correlation, sampleLuma, shrinkLuma } from './small-luma.js';
import { meanAround, sumsOf } from './summed-area.js';

export interface Iris {
  /** Centre and radius, pixels of the picture. */
  x: number;
  y: number;
  radius: number;
}

export interface Eyes {
  /** As they stand in the picture. */
  left: Iris;
  right: Iris;
  /** Angle of the line from left to right, radians, positive clockwise. */
  tilt: number;
  /** Correlation of one eye with the mirrored other, `LEAST_LIKENESS` to 1. */
  likeness: number;
}

/** Longest side that is searched, and the radius that discs have there or in one of the smaller copies. */
const SIDE = 512;
const RADIUS = 5;
/** Votes are cast at these distances: the copies come in steps. */
const RADII = [0.85 * RADIUS, RADIUS, 1.15 * RADIUS];
/** Each copy is smaller than the one before by this factor; the last finds irises as wide as a tenth of the picture. */
const STEP = 0.794;
const COPIES = 6;
const SMALLEST = 60;
/** Steps of grey a pixel that make a direction certain, and that count in full. */
const GRADIENT = { least: 4, full: 30 };
/** Share of a circle's outline that has to vote for a disc. */
const LEAST_SYMMETRY = 1.5;
const DISCS = 40;
const DARKER = 8;
/** Distance of the pupils over the radius of an iris: 63 mm over 5.9 mm in adults, less when a head is turned. */
const APART = { min: 7.5, max: 13.5 };
const LEAST_LIKENESS = 0.6;

/** Steps of grey from inside an iris to outside of it, and how much larger one may be than the other. */
const LEAST_RISE = 12;
const UNLIKE = 1.3;

interface Outline extends Iris {
  rise: number;
}

interface Disc {
  x: number;
  y: number;
  symmetry: number;
  brightness: number;
}

interface Pair {
  a: Disc;
  b: Disc;
  likeness: number;
  score: number;
}

/** The likeliest pair of eyes, or null; irises of less than about 9 pixels in a picture of 1,024 are not found. */
export function findEyes(pixels: Pixels): Eyes | null {
  const scale = Math.min(1, SIDE / Math.max(pixels.width, pixels.height));
  const [width, height] = [Math.round(pixels.width * scale), Math.round(pixels.height * scale)];
  if (Math.min(width, height) < SMALLEST) return null;
  const area = { x: 0, y: 0, width: pixels.width, height: pixels.height };
  const whole = boxLuma(pixels, area, width, height);
  let best: (Pair & { zoom: number }) | null = null;
  for (let copy = 0, zoom = 1; copy < COPIES; copy++, zoom *= STEP) {
    const [w, h] = [Math.round(width * zoom), Math.round(height * zoom)];
    if (Math.min(w, h) < SMALLEST) break;
    const luma = copy === 0 ? whole : shrinkLuma(whole, w, h);
    const pair = bestPair(luma, darkDiscs(luma));
    if (pair !== null && pair.score > (best?.score ?? 0))
      best = { ...pair, zoom: w / pixels.width };
  }
  if (best === null) return null;
  const { a, b, zoom, likeness } = best;
  const tilt = Math.atan2(b.y - a.y, b.x - a.x);
  const [left, right] = [a, b].map(({ x, y }) =>
    outlineOf(pixels, { x: (x + 0.5) / zoom, y: (y + 0.5) / zoom, radius: RADIUS / zoom }, tilt),
  ) as [Outline, Outline];
  const alike = Math.max(left.radius, right.radius) <= UNLIKE * Math.min(left.radius, right.radius);
  if (!alike || Math.min(left.rise, right.rise) < LEAST_RISE) return null;
  return { left, right, tilt, likeness };
}

// Dead when `darkDiscs` returns, and no larger than SIDE allows.
const votesRoom = createScratch(Float64Array);
const votedSums = createScratch(Float64Array);
const brightSums = createScratch(Float64Array);

/** Places that the gradients around point away from, at the distance of RADIUS, darker than what is around them. */
function darkDiscs(luma: SmallLuma): Disc[] {
  const { width, height } = luma;
  const voted = sumsOf({ data: votesOf(luma), width, height }, votedSums);
  const bright = sumsOf(luma, brightSums);
  const found: Disc[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const symmetry = meanAround(voted, x, y, 2);
      if (symmetry < LEAST_SYMMETRY) continue;
      const brightness = meanAround(bright, x, y, RADIUS - 1);
      if (meanAround(bright, x, y, 2 * RADIUS) - brightness < DARKER) continue;
      found.push({ x, y, symmetry, brightness });
    }
  }
  // The best of each neighbourhood.
  const kept: Disc[] = [];
  for (const disc of found.sort((a, b) => b.symmetry - a.symmetry)) {
    if (kept.length === DISCS) break;
    const near = ({ x, y }: Disc): boolean =>
      Math.abs(x - disc.x) <= RADIUS && Math.abs(y - disc.y) <= RADIUS;
    if (!kept.some(near)) kept.push(disc);
  }
  return kept;
}

/** Share of the outline of a circle around each place that votes for it. */
function votesOf({ data, width, height }: SmallLuma): Float64Array {
  const votes = votesRoom(data.length).fill(0);
  // Votes are looked at as means over 5 x 5 places.
  const full = (5 * 5) / (2 * Math.PI * RADIUS * RADII.length * GRADIENT.full);
  for (let y = 1; y < height - 1; y++) {
    for (let at = y * width + 1, x = 1; x < width - 1; x++, at++) {
      const gx = (data[at + 1]! - data[at - 1]!) / 2;
      const gy = (data[at + width]! - data[at - width]!) / 2;
      const square = gx * gx + gy * gy;
      if (square < GRADIENT.least ** 2) continue;
      const size = Math.sqrt(square);
      const weight = Math.min(size, GRADIENT.full) * full;
      const ux = gx / size;
      const uy = gy / size;
      for (let k = 0; k < RADII.length; k++) {
        const radius = RADII[k]!;
        const cx = x + 0.5 - ux * radius;
        const cy = y + 0.5 - uy * radius;
        if (cx < 0 || cy < 0 || cx >= width || cy >= height) continue;
        votes[(cy | 0) * width + (cx | 0)]! += weight;
      }
    }
  }
  return votes;
}

function bestPair(luma: SmallLuma, discs: readonly Disc[]): Pair | null {
  let best: Pair | null = null;
  for (const a of discs) {
    for (const b of discs) {
      const [dx, dy] = [b.x - a.x, b.y - a.y];
      const apart = Math.hypot(dx, dy) / RADIUS;
      if (dx <= 0 || Math.abs(dy) > 0.35 * dx || apart < APART.min || apart > APART.max) continue;
      const between = sampleLuma(luma, (a.x + b.x) / 2, (a.y + b.y) / 2);
      if (between < Math.max(a.brightness, b.brightness) + 10) continue;
      const tilt = Math.atan2(dy, dx);
      const likeness = correlation(patchOf(luma, a, tilt, 1), patchOf(luma, b, tilt, -1));
      const score = likeness + Math.min(a.symmetry, b.symmetry) / 2;
      if (likeness >= LEAST_LIKENESS && score > (best?.score ?? 0))
        best = { a, b, likeness, score };
    }
  }
  return best;
}

/** Surroundings of an eye, 5 by 2.5 radii, along the line through both; `side` -1 mirrors them. */
function patchOf(luma: SmallLuma, { x, y }: Disc, tilt: number, side: 1 | -1): Float64Array {
  const [c, s] = [Math.cos(tilt) * RADIUS, Math.sin(tilt) * RADIUS];
  const patch = new Float64Array(21 * 11);
  for (let i = 0; i < patch.length; i++) {
    const [u, v] = [side * ((i % 21) / 4 - 2.5), Math.floor(i / 21) / 4 - 1.25];
    patch[i] = sampleLuma(luma, x + c * u - s * v, y + s * u + c * v);
  }
  return patch;
}

/** The circle near `guess` at which brightness rises most, to the left and right of it. */
function outlineOf(pixels: Pixels, guess: Iris, tilt: number): Outline {
  const half = Math.ceil(2 * guess.radius);
  const left = Math.min(Math.max(0, Math.floor(guess.x - half)), Math.max(0, pixels.width - 1));
  const top = Math.min(Math.max(0, Math.floor(guess.y - half)), Math.max(0, pixels.height - 1));
  const width = Math.min(pixels.width - left, 2 * half);
  const height = Math.min(pixels.height - top, 2 * half);
  const luma = boxLuma(pixels, { x: left, y: top, width, height }, width, height);
  const sides = sidesOf(tilt);
  let best = { ...guess, rise: -Infinity };
  for (let j = -3; j <= 3; j++) {
    for (let i = -3; i <= 3; i++) {
      const [x, y] = [guess.x + 0.1 * i * guess.radius, guess.y + 0.1 * j * guess.radius];
      for (let share = 0.7; share <= 1.4; share += 0.05) {
        const radius = share * guess.radius;
        const [u, v] = [x - left - 0.5, y - top - 0.5];
        const rise =
          meanOnArcs(luma, sides, u, v, 1.12 * radius) -
          meanOnArcs(luma, sides, u, v, 0.88 * radius);
        if (rise > best.rise) best = { x, y, radius, rise };
      }
    }
  }
  return best;
}

/** Unit vectors to twelve places on either side of an iris, where no lid covers it. */
function sidesOf(tilt: number): { x: number; y: number }[] {
  return Array.from({ length: 24 }, (_, k) => {
    const angle = tilt + (k < 12 ? 0 : Math.PI) + ((((k % 12) - 5.5) / 5.5) * Math.PI) / 4;
    return { x: Math.cos(angle), y: Math.sin(angle) };
  });
}

function meanOnArcs(
  luma: SmallLuma,
  sides: readonly { x: number; y: number }[],
  x: number,
  y: number,
  radius: number,
): number {
  let sum = 0;
  for (const side of sides) sum += sampleLuma(luma, x + radius * side.x, y + radius * side.y);
  return sum / sides.length;
}
