/**
 * The ways to make a picture of another one, side by side: `npx tsx bench/modes-sheet.ts` writes docs/generator/modes.jpg. Rows:
 * image-to-image, inpainting, outpainting, a walk; the bundled model, seeds as below, nothing chosen.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { GenerateOptions } from '../src/generate/index.js';
import { createGenerator } from '../src/generate/index.js';
import { createPixels, encodeImage, resizePixels } from '../src/image/index.js';
import type { Pixels } from '../src/image/index.js';
import { createModelStore } from '../src/onnx/index.js';

const CELL = 192;
const GAP = 8;
const COLUMNS = 6;
const PAGE = fileURLToPath(new URL('../docs/generator/modes.jpg', import.meta.url));
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

const apple = await draw(APPLE, {});
const leaf = mask(110, 60, 180, 90);
const corner = mask(330, 330, 182, 182);
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
];

async function inTurn<T>(values: readonly T[], make: (value: T) => Promise<Pixels>) {
  const out: Pixels[] = [];
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
