/** Changes of place: size, angle, mirror, crop, perspective, lost lines. */
import type { MersenneTwister } from '../../../src/core/index.js';
import { createPixels, cropPixels, resizePixels, type Pixels } from '../../../src/image/index.js';
import { homography, rotated, warp, type Corners } from '../warp.js';
import type { Attack, Group, Suite } from './attack.js';

/** Lanczos 3, width and height by their own factor. */
export function resized(image: Pixels, across: number, down = across): Promise<Pixels> {
  const side = (length: number, factor: number): number => Math.max(1, Math.round(length * factor));
  return resizePixels(image, side(image.width, across), side(image.height, down));
}

/** A part of `share` of the area with the picture's own aspect ratio, at a random place. */
export function cropped(image: Pixels, share: number, random: MersenneTwister): Pixels {
  const width = Math.round(image.width * Math.sqrt(share));
  const height = Math.round(image.height * Math.sqrt(share));
  const left = Math.floor(random.nextDouble() * (image.width - width + 1));
  const top = Math.floor(random.nextDouble() * (image.height - height + 1));
  return cropPixels(image, left, top, width, height);
}

/** torchvision `RandomPerspective`: each corner moves inward by up to half of `scale` of the side. */
export function perspective(image: Pixels, scale: number, random: MersenneTwister): Pixels {
  const { width, height } = image;
  const inward = (side: number): number =>
    Math.floor(random.nextDouble() * (Math.floor((scale * side) / 2) + 1));
  const end: Corners = [
    [inward(width), inward(height)],
    [width - inward(width), inward(height)],
    [width - inward(width), height - inward(height)],
    [inward(width), height - inward(height)],
  ];
  const start: Corners = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ];
  return warp(image, width, height, homography(end, start));
}

/** Without every `step`th row and column (StirMark's RemoveLines). */
export function linesRemoved(image: Pixels, step: number): Pixels {
  const kept = (length: number): number[] =>
    Array.from({ length }, (_, i) => i).filter((i) => i % step !== step - 1);
  const [columns, rows] = [kept(image.width), kept(image.height)];
  const out = createPixels(columns.length, rows.length, 3);
  let at = 0;
  for (const y of rows) {
    for (const x of columns) {
      const from = (y * image.width + x) * 3;
      for (let c = 0; c < 3; c++) out.data[at++] = image.data[from + c]!;
    }
  }
  return out;
}

export function mirrored(image: Pixels, axis: 'x' | 'y'): Pixels {
  const { width, height } = image;
  const out = createPixels(width, height, 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = axis === 'x' ? y * width + width - 1 - x : (height - 1 - y) * width + x;
      for (let c = 0; c < 3; c++) out.data[at++] = image.data[from * 3 + c]!;
    }
  }
  return out;
}

function geometry(
  name: string,
  group: Group,
  run: Attack['run'],
  suites: readonly Suite[] = [],
): Attack {
  return { name, group, category: 'geometry', suites, run };
}

const ROTATIONS = [5, 10, 45, 90, 137].flatMap((degrees) => [
  geometry(
    `rotate ${degrees}`,
    'core',
    (image) => rotated(image, degrees, false),
    degrees === 10 ? ['WAM', 'OmniSeal'] : degrees === 45 ? ['WAVES', 'OmniSeal'] : [],
  ),
  geometry(`rotate ${degrees}, canvas grown`, 'core', (image) => rotated(image, degrees, true)),
]);

const CROPS = (
  [
    [0.5, 'hard', ['WAM', 'OmniSeal']],
    [0.25, 'hard', []],
    [0.1, 'extreme', ['OmniSeal']],
    [0.2, 'suite', ['WAM', 'OmniSeal']],
  ] as const
).map(([share, group, suites]) =>
  geometry(
    `crop to ${100 * share} % of the area`,
    group,
    (image, { random }) => cropped(image, share, random),
    suites,
  ),
);

const PERSPECTIVES = ([0.1, 0.2, 0.3, 0.5] as const).map((scale) =>
  geometry(
    `perspective ${scale}`,
    scale === 0.5 ? 'suite' : 'extreme',
    (image, { random }) => perspective(image, scale, random),
    scale === 0.1 || scale === 0.5 ? ['WAM', 'OmniSeal'] : ['OmniSeal'],
  ),
);

export const GEOMETRY: readonly Attack[] = [
  ...[0.5, 0.75, 1.5, 2].map((factor) =>
    geometry(
      `resize ${factor}`,
      'core',
      (image) => resized(image, factor),
      factor === 0.5 ? ['WAM'] : [],
    ),
  ),
  geometry('width 0.5', 'core', (image) => resized(image, 0.5, 1)),
  geometry('height 0.5', 'core', (image) => resized(image, 1, 0.5)),
  geometry('width 2', 'core', (image) => resized(image, 2, 1)),
  geometry('height 2', 'core', (image) => resized(image, 1, 2)),
  geometry('width 1.5, then back', 'core', async (image) => {
    const wide = await resized(image, 1.5, 1);
    return resizePixels(wide, image.width, image.height);
  }),
  ...ROTATIONS,
  geometry('mirrored left to right', 'core', (image) => mirrored(image, 'x'), ['WAM', 'OmniSeal']),
  geometry('mirrored top to bottom', 'core', (image) => mirrored(image, 'y')),
  ...CROPS,
  geometry('resize 0.25', 'extreme', (image) => resized(image, 0.25)),
  ...PERSPECTIVES,
  geometry('every 10th row and column removed', 'extreme', (image) => linesRemoved(image, 10), [
    'StirMark',
  ]),
  geometry('every 50th row and column removed', 'extreme', (image) => linesRemoved(image, 50), [
    'StirMark',
  ]),
  geometry(
    'crop to 50 %, resized back',
    'suite',
    (image, { random }) => resizePixels(cropped(image, 0.5, random), image.width, image.height),
    ['WAVES'],
  ),
];
