/** Noise, blur, median and sharpening. Sigmas are in pixels (blur) and in grey levels of 255 (noise). */
import { drawTorchNormals, type MersenneTwister } from '../../../src/core/index.js';
import type { Pixels } from '../../../src/image/index.js';
import { asSharp, toPixels } from '../raster.js';
import type { Attack, Group, Suite } from './attack.js';

/** Independent Gaussian noise on every sample. */
export function noise(image: Pixels, sigma: number, random: MersenneTwister): Pixels {
  const normals = drawTorchNormals(random, image.data.length);
  return { ...image, data: image.data.map((value, i) => Math.round(value + sigma * normals[i]!)) };
}

export function blur(image: Pixels, sigma: number): Promise<Pixels> {
  return toPixels(asSharp(image).blur({ sigma, minAmplitude: 0.001, precision: 'float' }));
}

/** `PIL.ImageEnhance.Sharpness`: away from the picture smoothed by [1 1 1; 1 5 1; 1 1 1] / 13. */
export async function sharpened(image: Pixels, factor: number): Promise<Pixels> {
  const kernel = [1, 1, 1, 1, 5, 1, 1, 1, 1];
  const smooth = await toPixels(
    asSharp(image).convolve({ width: 3, height: 3, kernel, scale: 13 }),
  );
  const data = image.data.map((value, i) => {
    const soft = smooth.data[i]!;
    return Math.round(soft + (value - soft) * factor);
  });
  return { ...image, data };
}

function filter(
  name: string,
  group: Group,
  run: Attack['run'],
  suites: readonly Suite[] = [],
): Attack {
  return { name, group, category: 'noise and blur', suites, run };
}

const NOISES = (
  [
    ['noise sigma 5', 5, 'core', []],
    ['noise sigma 10', 10, 'core', []],
    ['noise sigma 25', 25, 'hard', []],
    ['noise sigma 5.1 (0.02)', 5.1, 'suite', ['W-Bench']],
    ['noise sigma 15.3 (0.06)', 15.3, 'suite', ['W-Bench']],
    ['noise sigma 25.5 (0.1)', 25.5, 'suite', ['W-Bench', 'WAVES']],
  ] as const
).map(([name, sigma, group, suites]) =>
  filter(name, group, (image, { random }) => noise(image, sigma, random), suites),
);

/** torchvision's sigma for a kernel of k: 0.3 ((k - 1) / 2 - 1) + 0.8; 2.9 for WAM's 17. */
const BLURS = (
  [
    [1, 'core', ['W-Bench']],
    [2, 'hard', []],
    [4, 'extreme', []],
    [3, 'suite', ['W-Bench']],
    [5, 'suite', ['W-Bench']],
    [7, 'suite', ['W-Bench']],
    [9, 'suite', ['W-Bench']],
    [2.9, 'suite', ['WAM', 'OmniSeal']],
  ] as const
).map(([sigma, group, suites]) =>
  filter(`blur sigma ${sigma}`, group, (image) => blur(image, sigma), suites),
);

const MEDIANS = ([3, 7] as const).map((side) =>
  filter(
    `median ${side}`,
    side === 3 ? 'core' : 'extreme',
    (image) => toPixels(asSharp(image).median(side)),
    ['WAM', 'OmniSeal'],
  ),
);

export const FILTERS: readonly Attack[] = [
  ...NOISES,
  ...BLURS,
  ...MEDIANS,
  filter('sharpen 2', 'core', (image) => sharpened(image, 2), ['OmniSeal']),
];
