/** Changes of value: the arithmetic of `PIL.ImageEnhance` and of torchvision's `adjust_hue`. */
import type { Pixels } from '../../../src/image/index.js';
import { mapSamples } from '../raster.js';
import type { Attack, Group, Suite } from './attack.js';

/** PIL's 'L': ITU-R 601 luma, rounded. */
function grey(data: Uint8ClampedArray, at: number): number {
  return Math.round(0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!);
}

export function brightness(image: Pixels, factor: number): Pixels {
  return mapSamples(image, (value) => value * factor);
}

/** Away from (or towards) the mean grey of the whole picture. */
export function contrast(image: Pixels, factor: number): Pixels {
  let sum = 0;
  for (let at = 0; at < image.data.length; at += 3) sum += grey(image.data, at);
  const mean = Math.round(sum / (image.data.length / 3));
  return mapSamples(image, (value) => mean + (value - mean) * factor);
}

export function gamma(image: Pixels, exponent: number): Pixels {
  return mapSamples(image, (value) => 255 * (value / 255) ** exponent);
}

/** 0 is grey, 1 the picture itself. */
export function saturation(image: Pixels, factor: number): Pixels {
  const data = new Uint8ClampedArray(image.data.length);
  for (let at = 0; at < data.length; at += 3) {
    const level = grey(image.data, at);
    for (let c = at; c < at + 3; c++) data[c] = level + (image.data[c]! - level) * factor;
  }
  return { ...image, data };
}

/** `turn` of the colour circle (-0.5..0.5), at the same HSV saturation and value. */
export function hue(image: Pixels, turn: number): Pixels {
  const data = new Uint8ClampedArray(image.data.length);
  for (let at = 0; at < data.length; at += 3) {
    const [r, g, b] = [image.data[at]!, image.data[at + 1]!, image.data[at + 2]!];
    const top = Math.max(r, g, b);
    const chroma = top - Math.min(r, g, b);
    if (chroma === 0) {
      data.fill(top, at, at + 3);
      continue;
    }
    const sector =
      top === r ? (g - b) / chroma : top === g ? (b - r) / chroma + 2 : (r - g) / chroma + 4;
    const turned = sector + 6 * turn + 12;
    // Foley & van Dam: each primary is `top` less `chroma` times a trapezoid of the hue.
    [5, 3, 1].forEach((offset, c) => {
      const k = (offset + turned) % 6;
      data[at + c] = top - chroma * Math.max(0, Math.min(k, 4 - k, 1));
    });
  }
  return { ...image, data };
}

function colour(
  name: string,
  group: Group,
  run: (image: Pixels) => Pixels,
  suites: readonly Suite[] = [],
): Attack {
  return { name, group, category: 'colour', suites, run };
}

const LEVELS = [
  [0.5, 'core', ['OmniSeal']],
  [1.5, 'core', ['WAM', 'OmniSeal']],
  [2, 'core', ['WAM', 'WAVES', 'W-Bench', 'OmniSeal']],
  [1.2, 'suite', ['W-Bench']],
  [1.6, 'suite', ['W-Bench']],
] as const;

export const COLOUR: readonly Attack[] = [
  colour('hue +0.1', 'core', (image) => hue(image, 0.1), ['WAM', 'OmniSeal']),
  colour('hue -0.1', 'core', (image) => hue(image, -0.1), ['WAM', 'OmniSeal']),
  colour('saturation 0.5', 'core', (image) => saturation(image, 0.5), ['OmniSeal']),
  colour('saturation 1.5', 'suite', (image) => saturation(image, 1.5), ['WAM', 'OmniSeal']),
  colour('saturation 2', 'core', (image) => saturation(image, 2), ['WAM', 'OmniSeal']),
  colour('grey', 'core', (image) => saturation(image, 0)),
  ...LEVELS.flatMap(([factor, group, suites]) => [
    colour(`brightness ${factor}`, group, (image) => brightness(image, factor), suites),
    colour(`contrast ${factor}`, group, (image) => contrast(image, factor), suites),
  ]),
  colour('gamma 0.6', 'core', (image) => gamma(image, 0.6)),
  colour('gamma 1.6', 'core', (image) => gamma(image, 1.6)),
];
