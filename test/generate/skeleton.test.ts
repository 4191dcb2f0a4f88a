/** Skeletons of people: how they are drawn, read from keypoints, known from photos, and what the model is shown. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readControl } from '../../src/generate/control/control-map.js';
import { drawSkeleton } from '../../src/generate/control/draw-skeleton.js';
import { isKeypointFile, skeletonOfKeypoints } from '../../src/generate/control/keypoints.js';
import { isSkeleton, thickened } from '../../src/generate/control/skeleton-map.js';
import { createPixels } from '../../src/image/index.js';
import type { Pixels } from '../../src/image/index.js';

const vectors = JSON.parse(
  readFileSync(new URL('../../fixtures/vectors/skeleton.json', import.meta.url), 'utf8'),
) as { joints: [number, number, number][][]; picture: string };

/** Somebody who stands with both arms out, in a picture of 200 x 400; the ears are not seen. */
const STANDING = [
  [100, 60],
  [100, 100],
  [70, 100],
  [40, 100],
  [10, 100],
  [130, 100],
  [160, 100],
  [190, 100],
  [85, 200],
  [85, 280],
  [85, 360],
  [115, 200],
  [115, 280],
  [115, 360],
  [92, 52],
  [108, 52],
  [0, 0],
  [0, 0],
];
const flat = (scale = 1): number[] =>
  STANDING.flatMap(([x, y], i) => [x! * scale, y! * scale, i < 16 ? 0.9 : 0]);
const file = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const drawn = (value: unknown): Pixels => skeletonOfKeypoints(file(value));
const person = { people: [{ pose_keypoints_2d: flat() }] };
const onCanvas = { ...person, canvas_width: 200, canvas_height: 400 };
const at = ({ data, width }: Pixels, x: number, y: number): number[] => [
  ...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3),
];

describe('a skeleton', () => {
  it('is drawn as numpy draws it', () => {
    const people = vectors.joints.map((joints) =>
      joints.map(([x, y, seen]) => ({ x: 64 * x, y: 64 * y, isSeen: seen > 0 })),
    );
    const { data } = drawSkeleton(people, { width: 64, height: 64 }, 0.03 * 64);
    const expected = Buffer.from(vectors.picture, 'hex');
    expect(data.some((value) => value > 0)).toBe(true);
    expect(data.every((value, i) => Math.abs(value - expected[i]!) <= 1)).toBe(true);
  });

  it('is read from keypoints on their canvas, in the colours of OpenPose', () => {
    const picture = drawn(onCanvas);
    expect([picture.width, picture.height]).toEqual([256, 512]);
    const scale = 512 / 400;
    const on = (x: number, y: number) => at(picture, Math.floor(x * scale), Math.floor(y * scale));
    expect(on(40, 100)).toEqual([255, 255, 0]); // the right elbow
    expect(on(55, 100)).toEqual([153, 102, 0]); // the right upper arm
    expect(on(115, 320)).toEqual([0, 51, 153]); // the left shin
    expect(on(20, 300)).toEqual([0, 0, 0]);
  });

  it('is the same from shares of the picture, from BODY_25 and from the first of several frames', () => {
    const { data } = drawn(onCanvas);
    const shares = flat().map((value, i) => [value / 200, value / 400, value][i % 3]!);
    const wide = [
      ...flat().slice(0, 24),
      100,
      200,
      0.9,
      ...flat().slice(24),
      ...new Array<number>(18).fill(0),
    ];
    const others = [
      { ...onCanvas, people: [{ pose_keypoints_2d: shares }] },
      { ...onCanvas, people: [{ pose_keypoints_2d: wide }] },
      [onCanvas, person],
    ];
    for (const other of others) {
      // Shares do not divide to the same doubles.
      expect(drawn(other).data.every((value, i) => Math.abs(value - data[i]!) <= 1)).toBe(true);
    }
  });

  it('without a canvas stands in the middle of a square', () => {
    for (const scale of [1, 40]) {
      const picture = drawn({ people: [{ pose_keypoints_2d: flat(scale) }] });
      expect([picture.width, picture.height]).toEqual([512, 512]);
      const rows = Array.from({ length: 512 }, (_, y) =>
        picture.data.subarray(3 * 512 * y, 3 * 512 * (y + 1)).some((value) => value > 0),
      );
      expect(Math.abs(rows.indexOf(true) - (511 - rows.lastIndexOf(true)))).toBeLessThanOrEqual(1);
    }
  });

  it.each<[string, unknown, RegExp]>([
    ['nobody', { people: [] }, /hold nobody/],
    ['something else', { faces: 1 }, /hold nobody/],
    ['nothing', null, /hold nobody/],
    ['too few joints', { people: [{ pose_keypoints_2d: flat().slice(3) }] }, /54 numbers/],
    [
      'what is no number',
      { people: [{ pose_keypoints_2d: flat().fill(NaN) }] },
      /people\[0\].*54 numbers/,
    ],
    ['no joint', { people: [{ pose_keypoints_2d: flat().fill(0) }] }, /no joint/],
    ['a canvas of no size', { ...person, canvas_width: 0, canvas_height: 9 }, /"canvas_width"/],
  ])('tells what is wrong with keypoints of %s', (_, value, message) => {
    expect(() => drawn(value)).toThrow(message);
  });

  it('tells that a file is no JSON, and keypoints from pictures', () => {
    expect(() => skeletonOfKeypoints(new TextEncoder().encode('{"people": ['))).toThrow(/no JSON/);
    expect(isKeypointFile(new TextEncoder().encode('\ufeff\n {}'))).toBe(true);
    expect(isKeypointFile(Uint8Array.of(0x89, 0x50, 0x4e, 0x47))).toBe(false);
  });
});

describe('a skeleton picture', () => {
  const filled = (colour: (i: number) => number[]): Pixels => {
    const out = createPixels(64, 64, 3);
    for (let i = 0; i < 64 * 64; i++) out.data.set(colour(i), 3 * i);
    return out;
  };

  it.each<[string, Pixels, boolean]>([
    ['one', drawn(onCanvas), true],
    ['a bright photo', filled((i) => [i % 256, 90, 200]), false],
    ['black', filled(() => [0, 0, 0]), false],
    ['white lines', filled((i) => (i % 64 < 6 ? [250, 250, 250] : [0, 0, 0])), false],
    ['a grey thing at night', filled((i) => (i % 64 < 20 ? [90, 80, 70] : [9, 9, 9])), false],
  ])('is recognised: %s', (_, picture, expected) => {
    expect(isSkeleton(picture)).toBe(expected);
  });

  it('is refused where it is a photo, unless the user knows better', () => {
    const photo = filled((i) => [i % 256, 90, 200]);
    expect(() => readControl(photo, 'pose')).toThrow(/no pose estimator is bundled/);
    expect(() => readControl(drawn(onCanvas), 'pose', 'photo')).toThrow(/no pose estimator/);
    expect(readControl(photo, 'pose', 'map').warnings).toHaveLength(1);
  });

  it('keeps its proportions on a square', async () => {
    const picture = drawn(onCanvas);
    const reading = readControl(picture, 'pose');
    expect(reading).toMatchObject({ readAs: 'map', warnings: [] });
    const map = await reading.map(picture, { width: 256, height: 256 });
    const [red, green, blue] = at(map, 64 + Math.floor(40 * 0.64), 64);
    expect(Math.min(red!, green!)).toBeGreaterThan(240);
    expect(blue).toBe(0);
    expect(at(map, 30, 64)).toEqual([0, 0, 0]);
  });

  it('is shown in lines as thick as the model learnt them, and no thicker', async () => {
    const picture = drawn(onCanvas);
    const map = await readControl(picture, 'pose').map(picture, { width: 256, height: 256 });
    const across = ({ data, width }: Pixels): number =>
      [...Array(256).keys()].filter((x) => {
        const [r, g, b] = data.subarray(3 * (210 * width + x), 3 * (210 * width + x) + 3);
        return Math.max(r!, g!, b!) >= 48;
      }).length;
    const thick = thickened(map);
    expect(across(map) / 2).toBeLessThan(6);
    expect(across(thick) / 2).toBeGreaterThanOrEqual(7);
    expect(across(thick) / 2).toBeLessThanOrEqual(13);
    expect(thickened(thick).data).toEqual(thick.data);
  });
});
