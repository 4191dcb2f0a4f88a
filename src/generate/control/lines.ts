/** Line drawings: what is one, and how it is brought to another size with its lines whole. */
import type { Pixels } from '../../image/index.js';
import type { ImageSize } from '../options.js';
import { countOf, dilated, eroded } from './masks.js';
import type { Mask } from './masks.js';

/** Levels of grey that count as black and white; between them lies what smoothing left at the edge of a line. */
const BLACK_MOST = 48;
const WHITE_LEAST = 207;
/** Shares of the pixels: without colour, black or white, and on a line. */
const GREY_LEAST = 0.99;
const PURE_LEAST = 0.9;
const LINE_MOST = 0.35;
/** Side at which it is asked how broad the lines are. */
const LOOK = 128;
/** Of a drawing, the share that is farther than two pixels from the end of a line at that size. */
const BROAD_MOST = 0.2;

/** Which of black and white is the line, or null for a picture that is no line drawing. @param pixels RGB */
export function lineColour(pixels: Pixels): 'white' | 'black' | null {
  const { data } = pixels;
  const count = data.length / 3;
  let [grey, black, white] = [0, 0, 0];
  for (let i = 0; i < data.length; i += 3) {
    const [r, g, b] = [data[i]!, data[i + 1]!, data[i + 2]!];
    const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)];
    if (most - least <= 40) grey++;
    if (most <= BLACK_MOST) black++;
    if (least >= WHITE_LEAST) white++;
  }
  if (grey < GREY_LEAST * count || black + white < PURE_LEAST * count) return null;
  const colour = white < black ? 'white' : 'black';
  const lines = Math.min(black, white);
  if (lines === 0 || lines > LINE_MOST * count) return null;
  const small = fittedLines(pixels, colour, { width: LOOK, height: LOOK });
  return countOf(eroded(eroded(small))) <= BROAD_MOST * countOf(small) ? colour : null;
}

/** A pixel is on a line when one of those that it stands for is, so that thin lines do not fade. @param pixels RGB */
export function fittedLines(
  { data, width, height }: Pixels,
  colour: 'white' | 'black',
  size: ImageSize,
): Mask {
  const out = new Uint8Array(size.width * size.height);
  const [across, down] = [size.width / width, size.height / height];
  const mark = (x: number, y: number): void => {
    const top = Math.floor(y * down);
    const left = Math.floor(x * across);
    for (let row = top; row < Math.max(top + 1, Math.floor((y + 1) * down)); row++) {
      const end = Math.max(left + 1, Math.floor((x + 1) * across));
      out.fill(1, row * size.width + left, row * size.width + end);
    }
  };
  for (let i = 0; i < width * height; i++) {
    const isLight = 299 * data[3 * i]! + 587 * data[3 * i + 1]! + 114 * data[3 * i + 2]! >= 127_500;
    if (isLight === (colour === 'white')) mark(i % width, Math.floor(i / width));
  }
  return { data: out, ...size };
}

/** Strokes as broad as a scribble has them: thin ones are made three pixels wide. */
export function asStrokes(lines: Mask): Mask {
  return countOf(eroded(lines)) < 0.1 * countOf(lines) ? dilated(lines) : lines;
}
