/** Skeleton pictures as users have them: whether a picture is one, and how the bundled model is shown it. */
import { createPixels, resizePixels } from '../../image/index.js';
import type { Pixels } from '../../image/index.js';
import type { ImageSize } from '../options.js';
import { countOf, neighbours, outline } from './masks.js';
import type { Mask } from './masks.js';

/** Levels of the strongest colour: what is darker is ground. */
const LIT_MIN = 48;
/** Of a skeleton picture: black ground, and of what is not ground, colours as strong as those of OpenPose (white dots of a face are few). */
const GROUND_LEAST = 0.6;
const STRONG_LEAST = 0.6;
const LIT_LEAST = 0.0005;
/** How thick bones are that the bundled model learnt, of the picture's side (training/condition.py: 5 of 128 on average). */
const THICK_MIN = 4 / 128;

/** Whether this is lines in strong colours on black. @param pixels RGB */
export function isSkeleton({ data }: Pixels): boolean {
  const count = data.length / 3;
  let [ground, strong] = [0, 0];
  for (let i = 0; i < data.length; i += 3) {
    const [most, least] = extremes(data, i);
    if (most < LIT_MIN) ground++;
    else if (least < 0.4 * most) strong++;
  }
  const lit = count - ground;
  return ground >= GROUND_LEAST * count && lit >= LIT_LEAST * count && strong >= STRONG_LEAST * lit;
}

/** The picture as large as fits, in the middle of black: a body keeps its proportions. @param pixels RGB */
export async function laidOnBlack(pixels: Pixels, size: ImageSize): Promise<Pixels> {
  const scale = Math.min(size.width / pixels.width, size.height / pixels.height);
  const [width, height] = [pixels.width, pixels.height].map((side) =>
    Math.max(1, Math.round(side * scale)),
  ) as [number, number];
  const fitted = await resizePixels(pixels, width, height);
  if (width === size.width && height === size.height) return fitted;
  const out = createPixels(size.width, size.height, 3);
  const [left, top] = [(size.width - width) >> 1, (size.height - height) >> 1];
  for (let y = 0; y < height; y++) {
    const row = fitted.data.subarray(3 * y * width, 3 * (y + 1) * width);
    out.data.set(row, 3 * ((y + top) * size.width + left));
  }
  return out;
}

/** The map with its lines grown to the thickness that the bundled model learnt. @param map RGB */
export function thickened(map: Pixels): Pixels {
  const least = THICK_MIN * Math.max(map.width, map.height);
  let grown = map;
  for (let step = 0; step < least / 2 && thicknessOf(litIn(grown)) < least; step++) {
    grown = grownOnce(grown);
  }
  return grown;
}

/** Of a strip, twice its area over the length of its outline; 0 where there is nothing. */
function thicknessOf(lines: Mask): number {
  return (2 * countOf(lines)) / Math.max(1, countOf(outline(lines)));
}

const litIn = ({ data, width, height }: Pixels): Mask => ({
  data: Uint8Array.from({ length: width * height }, (_, i) => {
    return extremes(data, 3 * i)[0] < LIT_MIN ? 0 : 1;
  }),
  width,
  height,
});

/** Every pixel takes the brightest colour among itself and its neighbours, so that joints stay over bones. */
function grownOnce({ data, width, height }: Pixels): Pixels {
  const out = createPixels(width, height, 3);
  for (let i = 0; i < width * height; i++) {
    let [brightest, from] = [extremes(data, 3 * i)[0], i];
    for (const near of neighbours(i, width, width * height)) {
      const most = extremes(data, 3 * near)[0];
      if (most > brightest) [brightest, from] = [most, near];
    }
    out.data.set(data.subarray(3 * from, 3 * from + 3), 3 * i);
  }
  return out;
}

function extremes(data: Uint8ClampedArray, at: number): [number, number] {
  const [r, g, b] = [data[at]!, data[at + 1]!, data[at + 2]!];
  return [Math.max(r, g, b), Math.min(r, g, b)];
}
