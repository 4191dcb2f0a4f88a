/** Planes that show the lines of the mark through a map that is known. */
import { MersenneTwister } from '../../src/core/index.js';
import { multiply, type Matrix } from '../../src/watermark/homography.js';
import { LAYERS, LAYOUT, PERIOD } from '../../src/watermark/layout.js';
import { createPlane, type Plane } from '../../src/watermark/plane.js';

export const IDENTITY: Matrix = [1, 0, 0, 1];
/** What was done to an image: mirrored, stretched, then turned clockwise. */
export interface Done {
  readonly flip: boolean;
  readonly across: number;
  readonly down: number;
  readonly degrees: number;
}

export function matrixOf({ flip, across, down, degrees }: Done): Matrix {
  const c = Math.cos((degrees * Math.PI) / 180);
  const s = Math.sin((degrees * Math.PI) / 180);
  return multiply([c, -s, s, c], [flip ? -across : across, 0, 0, down]);
}

export function noise(width: number, height: number, seed: number, depth: number): Plane {
  const random = new MersenneTwister(seed);
  const plane = createPlane(width, height);
  for (let i = 0; i < plane.data.length; i++) plane.data[i] = depth * (random.nextDouble() - 0.5);
  return plane;
}

interface Line {
  readonly u: number;
  readonly v: number;
  readonly phase: number;
  readonly sign: number;
}

export const TEMPLATE: Line[] = LAYOUT.template.map(({ u, v }, i) => ({
  u,
  v,
  phase: 2.4 * i,
  sign: 1,
}));
export const PILOT_LINES: Line[] = LAYERS.flatMap((layer) => {
  const { u, v, phase, pilot } = LAYOUT[layer];
  return [...pilot.keys()]
    .filter((k) => pilot[k] !== 0)
    .map((k) => ({ u: u[k]!, v: v[k]!, phase: phase[k]!, sign: pilot[k]! }));
});

/** Adds plane waves to `plane`, whose samples are `pitch` canonical pixels apart, seen through a map. */
export function addLines(
  plane: Plane,
  pitch: number,
  lines: readonly Line[],
  depth: number,
  map: { matrix: Matrix; x: number; y: number },
): void {
  const { matrix: m } = map;
  const turn = (2 * Math.PI) / PERIOD;
  for (const { u, v, phase, sign } of lines) {
    // Phase added from column to column and from row to row.
    const across = turn * pitch * (m[0] * u + m[2] * v);
    const down = turn * pitch * (m[1] * u + m[3] * v);
    const start = turn * (u * map.x + v * map.y) + phase;
    const c = Math.cos(across);
    const s = Math.sin(across);
    for (let y = 0, i = 0; y < plane.height; y++) {
      let re = sign * depth * Math.cos(start + across / 2 + down * (y + 0.5));
      let im = sign * depth * Math.sin(start + across / 2 + down * (y + 0.5));
      for (let x = 0; x < plane.width; x++, i++) {
        plane.data[i] = plane.data[i]! + re;
        const next = re * c - im * s;
        im = re * s + im * c;
        re = next;
      }
    }
  }
}
