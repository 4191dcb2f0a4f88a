/**
 * People as sticks in the colours of OpenPose (its COCO model of 18 joints), in the way that ControlNet's annotator draws them: bones at 0.6
 * of their colour, joints over them. Pixel for pixel as training/condition.py draws what the bundled model learnt from.
 */
import { createPixels } from '../../image/index.js';
import type { Pixels } from '../../image/index.js';
import type { ImageSize } from '../options.js';

export interface Joint {
  /** Pixels from the left and from the top. */
  readonly x: number;
  readonly y: number;
  readonly isSeen: boolean;
}

/**
 * 18 joints: nose, neck; shoulder, elbow and wrist of the right and of the left arm; hip, knee and ankle of the right and of the left leg;
 * right eye, left eye, right ear, left ear.
 */
export type Person = readonly Joint[];

export const JOINTS = 18;
const BONES = [
  [1, 2],
  [1, 5],
  [2, 3],
  [3, 4],
  [5, 6],
  [6, 7],
  [1, 8],
  [8, 9],
  [9, 10],
  [1, 11],
  [11, 12],
  [12, 13],
  [1, 0],
  [0, 14],
  [14, 16],
  [0, 15],
  [15, 17],
] as const;

type Colour = readonly [number, number, number];

/** Of the bones in turn, and of the joints. */
const HUES: readonly Colour[] = [
  [255, 0, 0],
  [255, 85, 0],
  [255, 170, 0],
  [255, 255, 0],
  [170, 255, 0],
  [85, 255, 0],
  [0, 255, 0],
  [0, 255, 85],
  [0, 255, 170],
  [0, 255, 255],
  [0, 170, 255],
  [0, 85, 255],
  [0, 0, 255],
  [85, 0, 255],
  [170, 0, 255],
  [255, 0, 255],
  [255, 0, 170],
  [255, 0, 85],
];
const BONE_LIGHT = 0.6;

/** RGB, on black. @param half of the thickness of a bone, and the radius of a joint, in pixels */
export function drawSkeleton(people: readonly Person[], size: ImageSize, half: number): Pixels {
  const canvas = { data: new Float64Array(3 * size.width * size.height), ...size };
  for (const person of people) {
    BONES.forEach(([from, to], i) => {
      const [a, b] = [person[from]!, person[to]!];
      if (!a.isSeen || !b.isSeen) return;
      const [dx, dy] = [b.x - a.x, b.y - a.y];
      const length = Math.sqrt(dx * dx + dy * dy);
      const way: [number, number] = length > 0 ? [dx / length, dy / length] : [1, 0];
      const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
      const [r, g, blue] = HUES[i]!;
      const colour: Colour = [r * BONE_LIGHT, g * BONE_LIGHT, blue * BONE_LIGHT];
      paint(canvas, { middle, way, long: Math.max(length / 2, half), half }, colour);
    });
    person.forEach((joint, i) => {
      if (joint.isSeen) paint(canvas, { middle: joint, way: [1, 0], long: half, half }, HUES[i]!);
    });
  }
  const out = createPixels(size.width, size.height, 3);
  canvas.data.forEach((value, i) => (out.data[i] = Math.floor(value + 0.5)));
  return out;
}

interface Ellipse {
  readonly middle: { readonly x: number; readonly y: number };
  /** Unit vector along which the half-axis is `long`; across it is `half`. */
  readonly way: readonly [number, number];
  readonly long: number;
  readonly half: number;
}

function paint(
  { data, width, height }: { data: Float64Array; width: number; height: number },
  { middle, way, long, half }: Ellipse,
  colour: Colour,
): void {
  const within = (value: number, most: number): number => Math.min(most, Math.max(0, value));
  const reach = long + 1;
  const right = within(Math.ceil(middle.x + reach), width);
  const bottom = within(Math.ceil(middle.y + reach), height);
  for (let row = within(Math.floor(middle.y - reach), height); row < bottom; row++) {
    for (let column = within(Math.floor(middle.x - reach), width); column < right; column++) {
      const [x, y] = [column + 0.5 - middle.x, row + 0.5 - middle.y];
      const u = (x * way[0] + y * way[1]) / long;
      const v = (y * way[0] - x * way[1]) / half;
      const cover = coverOf(u, v, long, half);
      const at = 3 * (row * width + column);
      for (let c = 0; c < 3; c++) data[at + c]! += (colour[c]! - data[at + c]!) * cover;
    }
  }
}

/** Of a pixel at (u, v) half-axes from the middle: its distance to the edge, to first order, as a ramp of one pixel. */
function coverOf(u: number, v: number, long: number, half: number): number {
  const near = Math.sqrt(u * u + v * v);
  if (near === 0) return 1;
  const slope = Math.sqrt((u / long) ** 2 + (v / half) ** 2);
  return Math.min(1, Math.max(0, 0.5 - (near * (near - 1)) / Math.max(slope, 1e-9)));
}
