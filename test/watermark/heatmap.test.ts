import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../src/image/index.js';
import { canonicalLuma } from '../../src/watermark/canonical.js';
import { mapOfGeometry } from '../../src/watermark/geometry.js';
import {
  createWatermarkKey,
  embedWatermark,
  extractWatermark,
  PUBLIC_KEY,
} from '../../src/watermark/index.js';
import { viewsOf } from '../../src/watermark/search.js';
import { watermarkHeatmap, type WatermarkHeatmap } from '../../src/watermark/heatmap.js';
import { texturedPicture } from '../support/picture.js';
import { testPayload } from './support.js';
import { pad, rotate } from './transforms.js';

const payload = testPayload(1);
const secretKey = () => createWatermarkKey('secret', new Uint8Array(32).fill(7));
/** One marked picture of each size and payload serves all cases: none of them writes to it. */
const made = new Map<string, Pixels>();
function marked(width: number, height: number, said = payload): Pixels {
  const name = `${width} ${height} ${said}`;
  const known = made.get(name);
  if (known) return known;
  const result = embedWatermark(texturedPicture(width, height), { payload: said });
  if (!result.embedded) throw new Error('the test picture holds no mark');
  made.set(name, result.pixels);
  return result.pixels;
}

/** `over` where `inside` says so, else `under`; both of one size. */
function collage(over: Pixels, under: Pixels, inside: (x: number, y: number) => boolean): Pixels {
  const data = under.data.slice();
  for (let y = 0; y < under.height; y++) {
    for (let x = 0; x < under.width; x++) {
      if (!inside(x, y)) continue;
      const at = (y * under.width + x) * 3;
      data.set(over.data.subarray(at, at + 3), at);
    }
  }
  return { ...under, data };
}

/** Values at places (shares of width and height, 0..1) that `where` picks. */
function valuesAt(map: WatermarkHeatmap, where: (x: number, y: number) => boolean): number[] {
  return [...map.data].filter((_, i) =>
    where(((i % map.width) + 0.5) / map.width, (Math.floor(i / map.width) + 0.5) / map.height),
  );
}
const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function firstOf<T>(values: Iterable<T>, count: number): T[] {
  const first: T[] = [];
  for (const value of values) {
    if (first.push(value) === count) break;
  }
  return first;
}

function found(pixels: Pixels, key = PUBLIC_KEY): WatermarkHeatmap {
  const map = watermarkHeatmap(pixels, { payload, key });
  if (!map) throw new Error('the mark was not found');
  return map;
}

/** The positive half of N(0, 1) has mean 0.4; a window or two of a few hundred may stand out. */
function expectChance(values: number[]): void {
  expect(values.length).toBeGreaterThan(100);
  expect(mean(values)).toBeLessThan(0.6);
  expect(values.filter((value) => value > 3).length / values.length).toBeLessThan(0.03);
}
function expectMark(values: number[]): void {
  expect(values.length).toBeGreaterThan(100);
  expect(mean(values)).toBeGreaterThan(2);
}

describe('watermarkHeatmap', () => {
  it('shows evidence all over a marked image, in its proportions', () => {
    const map = found(marked(768, 512));
    expect(map).toMatchObject({ width: 256, height: 171, unit: 'standard deviations' });
    expect(map.data).toHaveLength(256 * 171);
    expect(Math.min(...map.data)).toBeGreaterThanOrEqual(0);
    for (const left of [0, 1 / 3, 2 / 3]) {
      for (const top of [0, 0.5]) {
        expectMark(
          valuesAt(map, (x, y) => x > left && x < left + 1 / 3 && y > top && y < top + 0.5),
        );
      }
    }
  });

  it('shows none where another picture was put over it', () => {
    const mixed = collage(texturedPicture(768, 512, 2), marked(768, 512), (x) => x < 384);
    const map = found(mixed);
    expectMark(valuesAt(map, (x) => x > 0.55));
    expectChance(valuesAt(map, (x) => x < 0.45));
  });

  it('shows none where the same picture carries another payload', () => {
    const other = marked(768, 512, testPayload(2));
    const map = found(collage(other, marked(768, 512), (x) => x >= 384));
    expectMark(valuesAt(map, (x) => x < 0.45));
    expectChance(valuesAt(map, (x) => x > 0.55));
  });

  it('shows none in the margins of a screenshot, be they plain or a picture', () => {
    const margins = { left: 160, top: 96, right: 64, bottom: 64 };
    const plain = pad(marked(640, 512), margins, 236);
    const desktop = texturedPicture(plain.width, plain.height, 3);
    const within = (x: number, y: number): boolean => x >= 160 && x < 800 && y >= 96 && y < 608;
    for (const shot of [plain, collage(plain, desktop, within)]) {
      const map = found(shot);
      const place = (x: number, y: number, slack: number): boolean =>
        x * shot.width > 160 - slack &&
        x * shot.width < 800 + slack &&
        y * shot.height > 96 - slack &&
        y * shot.height < 608 + slack;
      expectMark(valuesAt(map, (x, y) => place(x, y, 0)));
      expectChance(valuesAt(map, (x, y) => !place(x, y, 48)));
    }
  });

  it('follows a rotation by 30 degrees', () => {
    const half = collage(texturedPicture(640, 640, 2), marked(640, 640), (x) => x < 320);
    const turned = rotate(half, 30, true);
    const map = found(turned);
    expectTurned(map, turned);
    // What a reading told of the image leads to the same place, right after the untouched and the mirrored view.
    const geometry = extractWatermark(turned).geometry!;
    const known = mapOfGeometry(geometry, turned);
    const third = firstOf(viewsOf(canonicalLuma(turned), 512, known), 3)[2]!;
    expect(third.pilots).toBeGreaterThan(6);
    third.map.matrix.forEach((value, i) => expect(value).toBeCloseTo(known.matrix[i]!, 2));
    expectTurned(watermarkHeatmap(turned, { payload, geometry })!, turned);
  });

  function expectTurned(map: WatermarkHeatmap, turned: Pixels): void {
    // Where a place was before it was turned, pixels from the middle.
    const before = (x: number, y: number): { x: number; y: number } => {
      const dx = (x - 0.5) * turned.width;
      const dy = (y - 0.5) * turned.height;
      const angle = Math.PI / 6;
      return {
        x: Math.cos(angle) * dx + Math.sin(angle) * dy,
        y: -Math.sin(angle) * dx + Math.cos(angle) * dy,
      };
    };
    const outside = (x: number, y: number, slack: number): boolean => {
      const place = before(x, y);
      return Math.max(Math.abs(place.x), Math.abs(place.y)) > 320 + slack;
    };
    expectMark(valuesAt(map, (x, y) => !outside(x, y, -30) && before(x, y).x > 30));
    expectChance(valuesAt(map, (x, y) => !outside(x, y, 0) && before(x, y).x < -48));
    expectChance(valuesAt(map, (x, y) => outside(x, y, 48)));
  }

  it('reaches both ends of a panorama that is turned a little', () => {
    const map = found(rotate(marked(1600, 512), 2, false));
    expectMark(valuesAt(map, (x) => x < 0.2));
    expectMark(valuesAt(map, (x) => x > 0.8));
  });

  it('is null without the mark, with another payload and with another key', () => {
    const image = marked(512, 512);
    expect(watermarkHeatmap(texturedPicture(512, 512), { payload })).toBeNull();
    expect(watermarkHeatmap(image, { payload: testPayload(2) })).toBeNull();
    expect(watermarkHeatmap(image, { payload, key: secretKey() })).toBeNull();
  });

  it('finds a mark under a secret key', () => {
    const key = secretKey();
    const image = embedWatermark(texturedPicture(512, 512), { payload, key }).pixels;
    expectMark([...found(image, key).data]);
  });

  it('refuses what is no payload', () => {
    expect(() => watermarkHeatmap(texturedPicture(64, 64), { payload: 'xyz' })).toThrow(RangeError);
  });
});
