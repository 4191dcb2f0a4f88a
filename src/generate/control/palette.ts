/** Segmentation maps in the colours that the bundled model learnt (training/condition.py), whatever colours they came in. */
import { createPixels } from '../../image/index.js';
import type { Pixels } from '../../image/index.js';

type Colour = readonly [number, number, number];

const WALL: Colour = [30, 30, 30];
const FLOOR: Colour = [70, 50, 40];
/** Of the things, in turn. */
const THINGS: readonly Colour[] = [
  [230, 60, 60],
  [60, 180, 75],
  [70, 110, 230],
  [245, 200, 40],
  [170, 80, 200],
  [60, 200, 210],
  [250, 140, 40],
  [160, 160, 160],
];
/** Two colours closer than this are one that a lossy format has spread. */
const NEAR = 40;
/** A colour on fewer pixels is noise. */
const SHARE_MIN = 0.004;

export interface Segments {
  readonly map: Pixels;
  /** False when the picture is no map of a few flat colours. */
  readonly isFlat: boolean;
}

/**
 * The most frequent colour of the border is the background; a colour along the whole lower border that is not, and does not
 * reach the top, is the floor; the others are things, the largest first.
 *
 * @param pixels RGB
 */
export function inLearntColours(pixels: Pixels): Segments {
  const { width, height } = pixels;
  const colours = colourList(pixels);
  const labels = labelled(pixels, colours);
  const areas = colours.map((_, label) => labels.filter((value) => value === label).length);
  const row = (y: number): Uint8Array => labels.subarray(y * width, (y + 1) * width);
  const bottom = spanning(row(height - 1));
  const border = [...row(0), ...row(height - 1)];
  for (let y = 0; y < height; y++) border.push(labels[y * width]!, labels[(y + 1) * width - 1]!);
  const isFloor = bottom !== null && !row(0).includes(bottom);
  const wall = mostFrequent(isFloor ? border.filter((label) => label !== bottom) : border);
  const things = [...areas.keys()]
    .filter((label) => label !== wall && !(isFloor && label === bottom))
    .sort((a, b) => areas[b]! - areas[a]!);
  const out = createPixels(width, height, 3);
  labels.forEach((label, i) => {
    const thing = THINGS[things.indexOf(label) % THINGS.length];
    out.data.set(thing ?? (isFloor && label === bottom ? FLOOR : WALL), 3 * i);
  });
  return { map: out, isFlat: isFlat(pixels, labels, colours) };
}

/** The colours that make up the picture, the most frequent first. */
function colourList({ data }: Pixels): Colour[] {
  const bins = new Map<number, number>();
  for (let i = 0; i < data.length; i += 3) {
    const bin = ((data[i]! >> 3) << 10) | ((data[i + 1]! >> 3) << 5) | (data[i + 2]! >> 3);
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  }
  const list: Colour[] = [];
  for (const [bin, count] of [...bins].sort((a, b) => b[1] - a[1] || a[0] - b[0])) {
    if (count < SHARE_MIN * (data.length / 3) && list.length > 0) break;
    const colour = [bin >> 10, (bin >> 5) & 31, bin & 31].map((c) => 8 * c + 4);
    if (list.every((other) => distance(other, colour, 0) >= NEAR)) list.push(colour as never);
    if (list.length === THINGS.length + 2) break;
  }
  return list;
}

function labelled({ data, width, height }: Pixels, colours: readonly Colour[]): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const distances = colours.map((colour) => distance(colour, data, 3 * i));
    return distances.indexOf(Math.min(...distances));
  });
}

function isFlat({ data }: Pixels, labels: Uint8Array, colours: readonly Colour[]): boolean {
  let far = 0;
  labels.forEach((label, i) => {
    if (distance(colours[label]!, data, 3 * i) > NEAR) far++;
  });
  return colours.length > 1 && far < 0.1 * labels.length;
}

function distance([r, g, b]: Colour, data: ArrayLike<number>, at: number): number {
  return Math.hypot(r - data[at]!, g - data[at + 1]!, b - data[at + 2]!);
}

/** The label of nine in ten, or null. */
function spanning(row: Uint8Array): number | null {
  const most = mostFrequent([...row]);
  return row.filter((label) => label === most).length >= 0.9 * row.length ? most : null;
}

function mostFrequent(labels: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0] as [number, number])[0];
}
