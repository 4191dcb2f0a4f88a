/**
 * Direction of light in the image plane along the outlines of regions, after Johnson and Farid, "Exposing digital forgeries
 * by detecting inconsistencies in lighting" (ACM MM&Sec 2005): on an occluding contour the surface normal lies in the
 * image plane, so that brightness just inside it is (N . L) + A. Regions come from four levels of grey, not from
 * knowledge of objects: an outline may be a painted edge, and then its direction means nothing.
 */
import type { Pixels } from '../../../image/index.js';
import type { Region } from '../../pixels-report.js';
import type { SmallLuma } from './small-luma.js';
import { boxLuma } from './small-luma.js';

export interface ContourLight {
  /** Direction towards the light, degrees, 0 = right, 90 = up. */
  degrees: number;
  /** Standard error of the direction, degrees. */
  error: number;
  /** Contour points. */
  points: number;
  region: Region;
}

const SIDE = 160;
const LEVELS = 4;
const MIN_POINTS = 40;
/** Directions that are less certain are not compared. */
const MAX_ERROR_DEGREES = 12;

export function contourLights(pixels: Pixels): ContourLight[] {
  const scale = Math.min(1, SIDE / Math.max(pixels.width, pixels.height));
  const width = Math.round(pixels.width * scale);
  const height = Math.round(pixels.height * scale);
  if (width < 32 || height < 32) return [];
  const area = { x: 0, y: 0, width: pixels.width, height: pixels.height };
  const small = blurred(boxLuma(pixels, area, width, height));
  const levels = levelsOf(small);
  const lights: ContourLight[] = [];
  for (const { label, members, labels } of components(levels, width, height)) {
    if (members.length < 0.004 * width * height || members.length > 0.4 * width * height) continue;
    const light = lightOf(small, members, labels, label);
    if (light !== null) {
      const { x, y, width: w, height: h } = light.region;
      const region = { x: x / scale, y: y / scale, width: w / scale, height: h / scale };
      lights.push({ ...light, region: rounded(region) });
    }
  }
  return lights.sort((a, b) => b.points - a.points).slice(0, 12);
}

/** 1 minus the length of the mean direction, weighted by certainty: 0 = all alike, 1 = no common direction. */
export function lightSpread(lights: readonly ContourLight[]): number | null {
  if (lights.length < 2) return null;
  let [x, y, total] = [0, 0, 0];
  for (const { degrees, error } of lights) {
    const weight = 1 / Math.max(2, error);
    x += weight * Math.cos((degrees * Math.PI) / 180);
    y += weight * Math.sin((degrees * Math.PI) / 180);
    total += weight;
  }
  return 1 - Math.hypot(x, y) / total;
}

function rounded({ x, y, width, height }: Region): Region {
  return {
    x: Math.round(x),
    y: Math.round(y),
    width: Math.round(width),
    height: Math.round(height),
  };
}

function blurred({ data, width, height }: SmallLuma): SmallLuma {
  const out = new Float64Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      let count = 0;
      for (let j = Math.max(0, y - 1); j <= Math.min(height - 1, y + 1); j++) {
        for (let i = Math.max(0, x - 1); i <= Math.min(width - 1, x + 1); i++) {
          sum += data[j * width + i]!;
          count++;
        }
      }
      out[y * width + x] = sum / count;
    }
  }
  return { data: out, width, height };
}

/** Four levels of equal population. */
function levelsOf({ data }: SmallLuma): Uint8Array {
  const sorted = Float64Array.from(data).sort();
  const limits = Array.from(
    { length: LEVELS - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / LEVELS)]!,
  );
  const levels = new Uint8Array(data.length);
  for (const limit of limits) {
    for (let i = 0; i < data.length; i++) levels[i]! += data[i]! >= limit ? 1 : 0;
  }
  return levels;
}

interface Component {
  label: number;
  members: number[];
  /** Label of every pixel, 0 while it has none; shared by all components. */
  labels: Int32Array;
}

/** Connected parts of one level (four neighbours). */
function components(levels: Uint8Array, width: number, height: number): Component[] {
  const labels = new Int32Array(levels.length);
  const parts: Component[] = [];
  for (let start = 0; start < levels.length; start++) {
    if (labels[start] !== 0) continue;
    const label = parts.length + 1;
    const members = [start];
    labels[start] = label;
    const visit = (to: number): void => {
      if (labels[to] === 0 && levels[to] === levels[start]) {
        labels[to] = label;
        members.push(to);
      }
    };
    for (let next = 0; next < members.length; next++) {
      const at = members[next]!;
      const x = at % width;
      if (x > 0) visit(at - 1);
      if (x < width - 1) visit(at + 1);
      if (at >= width) visit(at - width);
      if (at < width * (height - 1)) visit(at + width);
    }
    parts.push({ label, members, labels });
  }
  return parts;
}

/** Least squares of brightness two pixels inside the outline on its normal; null when it fixes no direction. */
function lightOf(
  { data, width, height }: SmallLuma,
  members: readonly number[],
  labels: Int32Array,
  label: number,
): ContourLight | null {
  const has = (at: number): boolean => labels[at] === label;
  let [x0, y0, x1, y1] = [width, height, 0, 0];
  const rows: [number, number, number][] = [];
  for (const at of members) {
    const [x, y] = [at % width, Math.floor(at / width)];
    x0 = Math.min(x0, x);
    y0 = Math.min(y0, y);
    x1 = Math.max(x1, x);
    y1 = Math.max(y1, y);
    if (x < 3 || y < 3 || x >= width - 3 || y >= height - 3) continue;
    const outline = !has(at - 1) || !has(at + 1) || !has(at - width) || !has(at + width);
    if (!outline) continue;
    // Outward normal: away from the centre of the members in a 7x7 neighbourhood.
    let [mx, my, count] = [0, 0, 0];
    for (let j = -3; j <= 3; j++) {
      for (let i = -3; i <= 3; i++) {
        if (has(at + j * width + i)) {
          mx += i;
          my += j;
          count++;
        }
      }
    }
    const length = Math.hypot(mx, my) / count;
    if (length < 0.5) continue;
    const [nx, ny] = [-mx / count / length, -my / count / length];
    const inner = Math.round(y - 2 * ny) * width + Math.round(x - 2 * nx);
    if (has(inner)) rows.push([nx, -ny, data[inner]!]);
  }
  if (rows.length < MIN_POINTS) return null;
  const fit = solve(rows);
  if (fit === null) return null;
  return {
    ...fit,
    points: rows.length,
    region: { x: x0, y: y0, width: x1 - x0 + 1, height: y1 - y0 + 1 },
  };
}

function solve(
  rows: readonly (readonly [number, number, number])[],
): Pick<ContourLight, 'degrees' | 'error'> | null {
  const n = rows.length;
  const mean = [0, 1, 2].map((c) => rows.reduce((sum, row) => sum + row[c]!, 0) / n);
  let [xx, xy, yy, xv, yv, vv] = [0, 0, 0, 0, 0, 0];
  for (const row of rows) {
    const [a, b, v] = [row[0] - mean[0]!, row[1] - mean[1]!, row[2] - mean[2]!];
    xx += a * a;
    xy += a * b;
    yy += b * b;
    xv += a * v;
    yv += b * v;
    vv += v * v;
  }
  const determinant = xx * yy - xy * xy;
  // Normals that all point one way cannot tell light from paint.
  if (determinant < 0.02 * n * n) return null;
  const lx = (yy * xv - xy * yv) / determinant;
  const ly = (xx * yv - xy * xv) / determinant;
  const strength = Math.hypot(lx, ly);
  if (strength === 0) return null;
  const variance = Math.max(0, vv - lx * xv - ly * yv) / (n - 3);
  const across = (ly * ly * yy + lx * lx * xx + 2 * lx * ly * xy) / strength ** 2 / determinant;
  // Neighbouring points share pixels, so about a third of them are independent.
  const error = (Math.sqrt(3 * variance * across) / strength) * (180 / Math.PI);
  if (!(error <= MAX_ERROR_DEGREES)) return null;
  return { degrees: (Math.atan2(ly, lx) * 180) / Math.PI, error };
}
