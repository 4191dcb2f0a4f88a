import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { cropPixels, decodeImage, resizePixels, type Pixels } from '../../src/image/index.js';
import { embedWatermark, extractWatermark, type Geometry } from '../../src/watermark/index.js';
import { assetPath, haveAssets } from '../support/assets.js';
import { texturedPicture } from '../support/picture.js';
import { syntheticImage, testPayload } from './support.js';
import { distance, mirror, pad, rotate, tilt } from './transforms.js';

/** From positions in the changed picture to positions in the marked one, pixels. */
type Back = (x: number, y: number) => readonly [number, number];

interface Change {
  readonly name: string;
  readonly apply: (image: Pixels) => Pixels | Promise<Pixels>;
  readonly back: (image: Pixels, changed: Pixels) => Back;
  readonly rotation?: number;
  readonly flip?: boolean;
  /** Factors of width and height. */
  readonly stretch?: readonly [number, number];
}

const turned = (degrees: number, expand: boolean): Change => ({
  name: `turned by ${degrees} degrees, ${expand ? 'on a larger canvas' : 'corners cut'}`,
  apply: (image) => rotate(image, degrees, expand),
  back: (image, changed) => {
    const c = Math.cos((degrees * Math.PI) / 180);
    const s = Math.sin((degrees * Math.PI) / 180);
    return (x, y) => {
      const dx = x - changed.width / 2;
      const dy = y - changed.height / 2;
      return [c * dx + s * dy + image.width / 2, c * dy - s * dx + image.height / 2];
    };
  },
  rotation: degrees,
});

const stretched = (across: number, down: number): Change => ({
  name: `width times ${across}, height times ${down}`,
  apply: (image) =>
    resizePixels(image, Math.round(image.width * across), Math.round(image.height * down)),
  back: () => (x, y) => [x / across, y / down],
  stretch: [across, down],
});

const cut = (left: number, top: number, share: number): Change => ({
  name: `cut to ${100 * share} % of the area`,
  apply: (image) => {
    const side = Math.sqrt(share);
    return cropPixels(
      image,
      left,
      top,
      Math.round(image.width * side),
      Math.round(image.height * side),
    );
  },
  back: () => (x, y) => [x + left, y + top],
});

const padded = (left: number, top: number, right: number, bottom: number): Change => ({
  name: `margins of ${left}, ${top}, ${right} and ${bottom} pixels`,
  apply: (image) => pad(image, { left, top, right, bottom }, 240),
  back: () => (x, y) => [x - left, y - top],
});

const mirrored: Change = {
  name: 'mirrored left to right',
  apply: mirror,
  back: (image) => (x, y) => [image.width - x, y],
  flip: true,
};

/** Mirrored top to bottom is mirrored left to right, then turned by 180 degrees. */
const upsideDown: Change = {
  name: 'mirrored top to bottom',
  apply: (image) => rotate(mirror(image), 180, false),
  back: (image) => (x, y) => [x, image.height - y],
  flip: true,
  rotation: 180,
};

const TURNS = [
  ...[5, 90, 180, 211].map((degrees) => turned(degrees, false)),
  ...[37, 90].map((degrees) => turned(degrees, true)),
];
const OTHERS = [
  mirrored,
  upsideDown,
  stretched(0.7, 1),
  stretched(1, 0.8),
  stretched(0.6, 0.6),
  cut(41, 67, 0.5),
  cut(141, 127, 0.25),
  padded(60, 130, 200, 40),
  padded(300, 230, 500, 340),
];

async function expectFound(marked: Pixels, payload: string, change: Change): Promise<void> {
  const changed = await change.apply(marked);
  const read = extractWatermark(changed);
  expect(read).toMatchObject({ status: 'detected', payload });
  expect(read.pValue).toBeLessThanOrEqual(1e-9);
  expectGeometry(read.geometry!, marked, changed, change);
}

function expectGeometry(found: Geometry, marked: Pixels, changed: Pixels, change: Change): void {
  const { rotation = 0, flip = false, stretch = [1, 1] } = change;
  expect(found.flip).toBe(flip);
  expect(distance(found.rotation, rotation, 360), 'rotation').toBeLessThan(0.5);
  expect(Math.abs((found.aspect * stretch[1]) / stretch[0] - 1), 'aspect').toBeLessThan(0.01);
  const size = Math.sqrt(stretch[0] * stretch[1]);
  const shortSide = (image: Pixels): number => Math.min(image.width, image.height);
  const scale = (size * shortSide(marked)) / shortSide(changed);
  expect(Math.abs(found.scale / scale - 1), 'scale').toBeLessThan(0.01);

  // Left and top end, in the marked picture, of what is seen; counted in pixels of the changed one.
  const back = change.back(marked, changed);
  const corners = [0, changed.width].flatMap((x) => [0, changed.height].map((y) => back(x, y)));
  const period = (size * shortSide(marked)) / 2;
  const { x, y } = found.crop ?? { x: 0, y: 0 };
  const left = size * Math.min(...corners.map(([cx]) => cx));
  const top = size * Math.min(...corners.map(([, cy]) => cy));
  expect(distance(x, left, period), 'left').toBeLessThan(2);
  expect(distance(y, top, period), 'top').toBeLessThan(2);
  if (found.crop) expect(Math.abs(found.crop.period / period - 1)).toBeLessThan(0.01);
}

describe.each([
  ['blobs and noise, 640 x 560', () => syntheticImage(31, 640, 560), [...TURNS, ...OTHERS]],
  [
    'waves and edges, 520 x 600',
    () => texturedPicture(520, 600, 3),
    [turned(5, true), stretched(1, 0.8), cut(141, 127, 0.25), padded(300, 230, 500, 340)],
  ],
  [
    'nearly flat, 560 x 700',
    () => syntheticImage(33, 560, 700, 0.2),
    [turned(37, true), cut(41, 67, 0.5), padded(60, 130, 200, 40)],
  ],
] as const)('%s', (_, make, changes) => {
  const payload = testPayload(50);
  let marked: Pixels;
  beforeAll(() => {
    const result = embedWatermark(make(), { payload });
    expect(result.embedded).toBe(true);
    marked = result.pixels;
  });
  it.each(changes.map((change) => [change.name, change] as const))('%s', (_, change) =>
    expectFound(marked, payload, change),
  );
});

describe.skipIf(!haveAssets).each(['cat2_01', 'backpack_01'])(
  'photograph %s (needs ../shared/assets)',
  (name) => {
    const payload = testPayload(51);
    let marked: Pixels;
    beforeAll(async () => {
      const file = readFileSync(assetPath(`photos/dreambooth/${name}.jpg`));
      const { pixels } = await decodeImage(new Uint8Array(file));
      const share = 640 / Math.max(pixels.width, pixels.height);
      const width = Math.round(pixels.width * share);
      const height = Math.round(pixels.height * share);
      const small = await resizePixels(pixels, width, height);
      marked = embedWatermark(small, { payload }).pixels;
    });
    it.each(
      [turned(211, true), cut(141, 127, 0.25), padded(60, 130, 200, 40)].map(
        (change) => [change.name, change] as const,
      ),
    )('%s', (_, change) => expectFound(marked, payload, change));
  },
);

describe('geometry of an untouched picture', () => {
  it('is none at all', () => {
    const { pixels } = embedWatermark(syntheticImage(34, 512, 400), { payload: testPayload(52) });
    const { geometry } = extractWatermark(pixels);
    expect(geometry).toEqual({ rotation: 0, scale: 1, aspect: 1, crop: null, flip: false });
  });
});

describe('a photograph of the picture, taken at a slant', () => {
  const payload = testPayload(53);
  const { pixels } = embedWatermark(texturedPicture(600, 560, 4), { payload });
  it.each([
    [0.06, 0],
    [-0.05, 0.06],
  ])('is read: %d across, %d down', (across, down) => {
    const read = extractWatermark(tilt(pixels, across, down));
    expect(read.payload).toBe(payload);
    expect(distance(read.geometry!.rotation, 0, 360)).toBeLessThan(1);
  });
});
