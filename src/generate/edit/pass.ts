/** One look of the model at a part of a canvas: what it is shown, and how what it made is put back. */
import { createPixels, cropPixels, resizePixels } from '../../image/index.js';
import type { Pixels } from '../../image/index.js';
import { pixelsToPlanar } from '../planar.js';
import type { PlanarImage } from '../planar.js';
import type { Canvas, Pass, Rect } from './canvas.js';
import { fillHoles } from './holes.js';

export interface Shown {
  /** The window in 0..1 at the encoder's size; what is not known is filled smoothly, so that it does not bleed. */
  readonly picture: PlanarImage;
  /** Per row and column of the latent; undefined: all is made anew. */
  readonly cells: Cells | undefined;
}

/** Which rows and columns of the latent are made, as 1. */
export interface Cells {
  /** Where anything is made anew. */
  readonly anew: Float32Array;
  /** Where nothing is known. */
  readonly inner: Float32Array;
}

/** @param cells rows and columns of the latent. @param cell pixels of the encoder's picture a row or column. */
export async function showWindow(
  canvas: Canvas,
  pass: Pass,
  cells: number,
  cell: number,
): Promise<Shown> {
  const { x, y, width, height } = pass.window;
  const seen = cropPixels(canvas.pixels, x, y, width, height);
  const known = knownIn(canvas, pass.window);
  if (known !== null) fillPixels(seen, known);
  const small = await resizePixels(seen, cells * cell, cells * cell);
  return {
    picture: pixelsToPlanar(small),
    cells: known === null ? undefined : cellsOf(pass, canvas, cells),
  };
}

/** The window at the encoder's size, with what is known as it is and what was `made` fitted to it. */
export async function showJoined(
  canvas: Canvas,
  { window }: Pass,
  made: Pixels,
  side: number,
): Promise<PlanarImage> {
  const joined = await resizePixels(made, window.width, window.height);
  const known = knownIn(canvas, window);
  if (known !== null) {
    matchSeam(canvas, window, joined, known);
    known.forEach((value, i) => {
      if (value === 0) return;
      const y = Math.floor(i / window.width);
      const at = 3 * ((window.y + y) * canvas.pixels.width + window.x + (i - y * window.width));
      for (let c = 0; c < 3; c++) joined.data[3 * i + c] = canvas.pixels.data[at + c]!;
    });
  }
  return pixelsToPlanar(await resizePixels(joined, side, side));
}

/** Put `made` into the canvas; known pixels stay to the bit, and its part then counts as known. */
export async function putBack(canvas: Canvas, pass: Pass, made: Pixels): Promise<void> {
  const { window } = pass;
  const fitted = await resizePixels(made, window.width, window.height);
  const known = knownIn(canvas, window);
  if (known !== null) matchSeam(canvas, window, fitted, known);
  eachIn(pass.part, (x, y) => {
    const at = y * canvas.pixels.width + x;
    if (canvas.known !== null && canvas.known[at] !== 0) return;
    const from = 3 * ((y - window.y) * window.width + (x - window.x));
    for (let c = 0; c < 3; c++) canvas.pixels.data[3 * at + c] = fitted.data[from + c]!;
    if (canvas.known !== null) canvas.known[at] = 1;
  });
}

/**
 * Add to what was made a membrane over the difference at the edge of what is known (Pérez et al. 2003, Poisson image
 * editing, as the membrane of the differences), so that colours meet without a step.
 */
function matchSeam(canvas: Canvas, window: Rect, made: Pixels, known: Uint8Array): void {
  const { width, height } = window;
  const difference = new Float32Array(width * height);
  for (let c = 0; c < 3; c++) {
    for (let y = 0, i = 0; y < height; y++) {
      let at = 3 * ((window.y + y) * canvas.pixels.width + window.x) + c;
      for (let x = 0; x < width; x++, i++, at += 3) {
        difference[i] = known[i] === 0 ? 0 : canvas.pixels.data[at]! - made.data[3 * i + c]!;
      }
    }
    fillHoles(difference, known, width, height);
    for (let i = 0; i < known.length; i++) {
      if (known[i] === 0) made.data[3 * i + c] = made.data[3 * i + c]! + difference[i]!;
    }
  }
}

function fillPixels(pixels: Pixels, known: Uint8Array): void {
  const { data, width, height } = pixels;
  const plane = new Float32Array(width * height);
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < plane.length; i++) plane[i] = data[3 * i + c]!;
    fillHoles(plane, known, width, height);
    for (let i = 0; i < plane.length; i++) data[3 * i + c] = plane[i]!;
  }
}

function knownIn(canvas: Canvas, { x, y, width, height }: Rect): Uint8Array | null {
  if (canvas.known === null) return null;
  const out = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const at = (y + row) * canvas.pixels.width + x;
    out.set(canvas.known.subarray(at, at + width), row * width);
  }
  return out;
}

/** A cell that holds one pixel to be made is made. What a later pass makes counts as well: it is no context yet. */
function cellsOf({ window }: Pass, canvas: Canvas, cells: number): Cells {
  const anew = new Float32Array(cells * cells);
  const inner = new Float32Array(cells * cells).fill(1);
  eachIn(window, (x, y) => {
    const row = Math.floor(((y - window.y) * cells) / window.height);
    const column = Math.floor(((x - window.x) * cells) / window.width);
    const cell = row * cells + column;
    if (canvas.known![y * canvas.pixels.width + x] === 0) anew[cell] = 1;
    else inner[cell] = 0;
  });
  return { anew, inner };
}

function eachIn({ x, y, width, height }: Rect, use: (x: number, y: number) => void): void {
  for (let row = y; row < y + height; row++) {
    for (let column = x; column < x + width; column++) use(column, row);
  }
}

/** A copy, for a canvas that several seeds begin from. */
export function copyCanvas({ pixels, known, passes }: Canvas): Canvas {
  const { width, height, channels, data } = pixels;
  return {
    pixels: createPixels(width, height, channels, data.slice()),
    known: known === null ? null : known.slice(),
    passes,
  };
}
