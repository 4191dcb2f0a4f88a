/**
 * The ways to make a picture of another one, side by side: `npx tsx bench/modes-sheet.ts` writes docs/generator/modes.jpg. Rows:
 * image-to-image, inpainting, outpainting, a walk, a row for each kind of control picture, styles; the bundled model, seeds as below,
 * nothing chosen.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readControl } from '../src/generate/control/control-map.js';
import { CONTROL_KINDS } from '../src/generate/control/kinds.js';
import type { GenerateOptions } from '../src/generate/index.js';
import { createGenerator } from '../src/generate/index.js';
import { createPixels, encodeImage, resizePixels } from '../src/image/index.js';
import type { Pixels } from '../src/image/index.js';
import { createModelStore } from '../src/onnx/index.js';

const CELL = 192;
const GAP = 8;
const COLUMNS = 6;
const PAGE = fileURLToPath(new URL('../docs/generator/modes.jpg', import.meta.url));
/** Apples have no pose; people have (bench/pose.ts). */
const KINDS = CONTROL_KINDS.filter((kind) => kind !== 'pose');
const APPLE = 'a red apple on a blue background';

const models = createModelStore();
const generator = createGenerator({ models });

async function draw(prompt: string, options: GenerateOptions): Promise<Pixels> {
  const [image] = await generator.generate(prompt, { seed: 7, ...options });
  return image!.pixels;
}

/** White where the rectangle is. */
function mask(x: number, y: number, width: number, height: number): Pixels {
  const out = createPixels(512, 512, 3);
  for (let row = y; row < y + height; row++) {
    out.data.fill(255, 3 * (row * 512 + x), 3 * (row * 512 + x + width));
  }
  return out;
}

/** A thing that was drawn in the middle, smaller and in the lower left, with its own background around it. */
async function aside(picture: Pixels): Promise<Pixels> {
  const small = await resizePixels(picture, 330, 330);
  const out = createPixels(512, 512, 3);
  const clamped = (value: number): number => Math.min(329, Math.max(0, value));
  for (let i = 0; i < 512 * 512; i++) {
    const from = 3 * (clamped(Math.floor(i / 512) - 170) * 330 + clamped((i % 512) - 20));
    out.data.set(small.data.subarray(from, from + 3), 3 * i);
  }
  return out;
}

/** Flat, as a map of nearness or of things: what is far from the colour of the corner. */
function silhouette(picture: Pixels, [r, g, b]: readonly number[]): Pixels {
  const out = createPixels(512, 512, 3);
  const ground = picture.data.subarray(0, 3);
  for (let i = 0; i < out.data.length; i += 3) {
    const far = Math.hypot(...ground.map((value, c) => picture.data[i + c]! - value)) > 40;
    out.data.set(far ? [r!, g!, b!] : [30, 30, 30], i);
  }
  return out;
}

/** The picture, what is read from it, and what is made along that for three prompts and seeds. */
async function controlRow(kind: (typeof KINDS)[number]): Promise<Pixels[]> {
  const given = {
    edge: (): Pixels => placed,
    scribble: (): Pixels => placed,
    depth: (): Pixels => silhouette(placed, [210, 210, 210]),
    segmentation: (): Pixels => silhouette(placed, [230, 60, 60]),
  }[kind]();
  const map = await readControl(given, kind).map(given, { width: 128, height: 128 });
  const made = await inTurn(
    [APPLE, 'a green apple on a pink background', 'a pumpkin on a teal background'],
    (prompt) => draw(prompt, { control: given, controlKind: kind }),
  );
  return [placed, map, ...made, await draw(APPLE, {})];
}

const apple = await draw(APPLE, {});
const leaf = mask(110, 60, 180, 90);
const corner = mask(330, 330, 182, 182);
const placed = await aside(apple);
const painting = await draw('a butterfly on a purple to orange gradient from top to bottom', {
  seed: 2,
});
const walk = { prompt: 'a cat on a yellow background', seed: 3 };
const rows: Pixels[][] = [
  [
    apple,
    ...(await inTurn([0.4, 0.55, 0.7, 0.85, 1], (strength) =>
      draw('a green apple on a yellow background', { init: apple, strength }),
    )),
  ],
  [
    apple,
    leaf,
    await draw(APPLE, { init: apple, mask: leaf, seed: 5 }),
    corner,
    await draw('a blue background', { init: apple, mask: corner, seed: 5 }),
    await draw('a yellow star on a blue background', { init: apple, mask: corner, seed: 6 }),
  ],
  [
    apple,
    ...(await inTurn(
      [{ left: 128 }, { right: 256 }, { top: 96, bottom: 96 }, { left: 128, right: 128 }],
      (outpaint) => draw('a blue background', { init: apple, outpaint, seed: 5 }),
    )),
  ],
  await inTurn([0, 0.2, 0.4, 0.6, 0.8, 1], (share) => draw(APPLE, { toward: { ...walk, share } })),
  ...(await inTurn(KINDS, controlRow)),
  [
    painting,
    ...(await inTurn([0.3, 0.6, 1], (styleStrength) =>
      draw(APPLE, { style: painting, styleStrength }),
    )),
    await draw('a cat on a yellow background', { style: painting }),
    await draw('a cat on a yellow background', { style: apple }),
  ],
];

async function inTurn<T, R>(values: readonly T[], make: (value: T) => Promise<R>): Promise<R[]> {
  const out: R[] = [];
  for (const value of values) out.push(await make(value));
  return out;
}

const sheet = createPixels(COLUMNS * (CELL + GAP) - GAP, rows.length * (CELL + GAP) - GAP, 3);
sheet.data.fill(255);
for (const [r, row] of rows.entries()) {
  for (const [c, picture] of row.entries()) {
    const scale = CELL / Math.max(picture.width, picture.height);
    const small = await resizePixels(
      picture,
      Math.round(picture.width * scale),
      Math.round(picture.height * scale),
    );
    const [x, y] = [c * (CELL + GAP), r * (CELL + GAP)];
    for (let line = 0; line < small.height; line++) {
      sheet.data.set(
        small.data.subarray(3 * line * small.width, 3 * (line + 1) * small.width),
        3 * ((y + line) * sheet.width + x),
      );
    }
  }
}
writeFileSync(PAGE, await encodeImage(sheet, { format: 'jpeg', quality: 88 }));
await models.dispose();
