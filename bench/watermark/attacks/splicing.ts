/** Parts of the picture covered, or the picture as a part of another. */
import type { MersenneTwister } from '../../../src/core/index.js';
import { createPixels, cropPixels, resizePixels, type Pixels } from '../../../src/image/index.js';
import { fillRectangle, pasted } from '../raster.js';
import type { Attack, Group, Suite } from './attack.js';

/** 5x7 dot letters, one string a row: no font of the machine decides what is drawn. */
const LETTERS: Readonly<Record<string, readonly string[]>> = {
  S: ['01111', '10000', '10000', '01110', '00001', '00001', '11110'],
  A: ['01110', '10001', '10001', '11111', '10001', '10001', '10001'],
  M: ['10001', '11011', '10101', '10101', '10001', '10001', '10001'],
  P: ['11110', '10001', '10001', '11110', '10000', '10000', '10000'],
  L: ['10000', '10000', '10000', '10000', '10000', '10000', '11111'],
  E: ['11111', '10000', '10000', '11110', '10000', '10000', '11111'],
};
const WORD = 'SAMPLE';
const WORD_COLUMNS = WORD.length * 6 - 1;

/** White letters on a black bar that covers 10 % of the picture, at mid-height. */
export function withText(image: Pixels): Pixels {
  const out = { ...image, data: image.data.slice() };
  const { width, height } = image;
  const barHeight = height * 0.1;
  const top = (height - barHeight) / 2;
  fillRectangle(out, 0, top, width, barHeight, 0);
  const dot = Math.min(barHeight / 9, width / (WORD_COLUMNS + 2));
  const left = (width - dot * WORD_COLUMNS) / 2;
  [...WORD].forEach((letter, n) => {
    LETTERS[letter]!.forEach((row, y) => {
      [...row].forEach((on, x) => {
        if (on !== '1') return;
        fillRectangle(out, left + (n * 6 + x) * dot, top + (y + 1) * dot, dot, dot, 255);
      });
    });
  });
  return out;
}

/** A grey square with a white ring, 10 % of the area, in the lower right corner. */
export function withLogo(image: Pixels): Pixels {
  const out = { ...image, data: image.data.slice() };
  const side = Math.min(Math.sqrt(0.1 * image.width * image.height), image.width, image.height);
  const [left, top] = [image.width - side, image.height - side];
  fillRectangle(out, left, top, side, side, 60);
  for (let y = Math.round(top); y < image.height; y++) {
    for (let x = Math.round(left); x < image.width; x++) {
      const radius = Math.hypot(x + 0.5 - left - side / 2, y + 0.5 - top - side / 2) / side;
      if (radius > 0.25 && radius < 0.4) fillRectangle(out, x, y, 1, 1, 255);
    }
  }
  return out;
}

interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function randomPlace(image: Pixels, share: number, random: MersenneTwister): Place {
  const width = Math.round(image.width * Math.sqrt(share));
  const height = Math.round(image.height * Math.sqrt(share));
  const left = Math.floor(random.nextDouble() * (image.width - width + 1));
  const top = Math.floor(random.nextDouble() * (image.height - height + 1));
  return { left, top, width, height };
}

/** `share` of the marked picture stays where it is, the rest comes from `rest` at the same size. */
export async function kept(
  image: Pixels,
  rest: Pixels,
  share: number,
  random: MersenneTwister,
): Promise<Pixels> {
  const { left, top, width, height } = randomPlace(image, share, random);
  const base = await resizePixels(rest, image.width, image.height);
  return pasted(base, cropPixels(image, left, top, width, height), left, top);
}

/** One rectangle of `share` of the area painted black (torchvision `RandomErasing`, value 0). */
export function erased(image: Pixels, share: number, random: MersenneTwister): Pixels {
  const out = { ...image, data: image.data.slice() };
  const { left, top, width, height } = randomPlace(image, share, random);
  fillRectangle(out, left, top, width, height, 0);
  return out;
}

/** Gap between the pictures of a collage, share of the shorter side: what collage makers draw. */
const COLLAGE_GAP = 0.02;

/** Two by two pictures on white; the marked one, at its own size, is the last. */
export async function collage(image: Pixels, others: readonly Pixels[]): Promise<Pixels> {
  const { width, height } = image;
  const gap = Math.round(COLLAGE_GAP * Math.min(width, height));
  let out = createPixels(2 * width + 3 * gap, 2 * height + 3 * gap, 3);
  out.data.fill(255);
  for (let i = 0; i < 4; i++) {
    const picture = i === 3 ? image : await resizePixels(others[i]!, width, height);
    const left = gap + (i % 2) * (width + gap);
    out = pasted(out, picture, left, gap + (i >> 1) * (height + gap));
  }
  return out;
}

function splice(
  name: string,
  group: Group,
  run: Attack['run'],
  suites: readonly Suite[] = [],
): Attack {
  return { name, group, category: 'splicing', suites, run };
}

export const SPLICING: readonly Attack[] = [
  splice('text on 10 %', 'core', withText),
  splice('logo on 10 %', 'core', withLogo),
  splice(
    '30 % kept, rest another picture',
    'extreme',
    async (image, { random, other }) => kept(image, await other(0), 0.3, random),
    ['OmniSeal'],
  ),
  splice('collage of four', 'extreme', async (image, { other }) =>
    collage(image, [await other(0), await other(1), await other(2)]),
  ),
  splice(
    '10 % kept, rest the original',
    'suite',
    (image, { random, original }) => kept(image, original, 0.1, random),
    ['WAM', 'OmniSeal'],
  ),
  splice('25 % erased', 'suite', (image, { random }) => erased(image, 0.25, random), ['WAVES']),
];
