/** Control pictures: what they are read as, the lines that are drawn from them, and what the model is shown. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cannyEdges } from '../../src/generate/control/canny.js';
import { readControl } from '../../src/generate/control/control-map.js';
import { countOf } from '../../src/generate/control/masks.js';
import { inLearntColours } from '../../src/generate/control/palette.js';
import { showCondition } from '../../src/generate/pipelines/condition.js';
import { createPixels } from '../../src/image/index.js';
import type { Pixels } from '../../src/image/index.js';

const vectors = JSON.parse(
  readFileSync(new URL('../../fixtures/vectors/canny.json', import.meta.url), 'utf8'),
) as { bits: Record<string, string>; count: Record<string, number> };

type Colour = readonly [number, number, number];

function painted(width: number, height: number, colour: (x: number, y: number) => Colour): Pixels {
  const out = createPixels(width, height, 3);
  for (let i = 0; i < width * height; i++) {
    out.data.set(colour(i % width, Math.floor(i / width)), 3 * i);
  }
  return out;
}

const WHITE: Colour = [255, 255, 255];
const BLACK: Colour = [0, 0, 0];
const isInDisc = (x: number, y: number, r: number): boolean =>
  (x - 64) ** 2 + (y - 64) ** 2 < r * r;
/** A red disc on teal: both of nearly the same brightness. */
const disc = painted(128, 128, (x, y) => (isInDisc(x, y, 36) ? [214, 60, 64] : [30, 132, 132]));
const ring = (line: Colour, ground: Colour, side = 128): Pixels =>
  painted(side, side, (x, y) => {
    const d = Math.hypot(x - side / 2, y - side / 2);
    return Math.abs(d - side / 4) < 1 ? line : ground;
  });
/** Lightness that runs over all levels, as in a photo. */
const slope = painted(64, 64, (x, y) => [4 * x, 4 * y, 255 - 4 * x]);

describe('edges', () => {
  let seed = 1;
  const noise = Array.from({ length: 48 * 64 }, () => (seed = Math.imul(seed, 1103515245) >>> 0));
  const pictures: Record<string, Pixels> = {
    disc: painted(64, 48, (x, y) => {
      const v = (x - 30) ** 2 + (y - 22) ** 2 < 225 ? 200 : 60 + x;
      return [v, Math.floor(v / 2) + 20, 255 - v];
    }),
    waves: painted(64, 48, (x, y) => {
      const v = Math.floor((x * x + 3 * y * y) / 16) % 256;
      return [v, v, v];
    }),
    noise: painted(64, 48, (x, y) => {
      const v = noise[y * 64 + x]!;
      return [(v >>> 8) % 256, (v >>> 16) % 256, (v >>> 24) % 256];
    }),
  };

  it.each(Object.keys(pictures))('are those of numpy, to the bit: %s', (name) => {
    const { data } = cannyEdges(pictures[name]!);
    const bytes = Buffer.from(vectors.bits[name]!, 'hex');
    const expected = Uint8Array.from(data, (_, i) => (bytes[i >> 3]! >> (7 - (i & 7))) & 1);
    expect(countOf({ data, width: 64, height: 48 })).toBe(vectors.count[name]);
    expect(data).toEqual(expected);
  });
});

describe('a control picture', () => {
  it.each([
    ['white lines on black', ring(WHITE, BLACK), 'map'],
    ['black lines on white', ring(BLACK, WHITE), 'inverted map'],
    ['a photo', disc, 'photo'],
    [
      'a shape, which is no line',
      painted(128, 128, (x, y) => (isInDisc(x, y, 36) ? BLACK : WHITE)),
      'photo',
    ],
    ['all levels', slope, 'photo'],
    ['one colour', painted(64, 64, () => BLACK), 'photo'],
  ] as const)('is recognised: %s', (_, picture, readAs) => {
    expect(readControl(picture, 'edge').readAs).toBe(readAs);
  });

  it('is what the user says it is', async () => {
    expect(readControl(ring(WHITE, BLACK), 'edge', 'photo').readAs).toBe('photo');
    const said = readControl(slope, 'edge', 'map');
    expect(said.readAs).toBe('map');
    expect(said.warnings).toHaveLength(1);
    const map = await said.map(slope, { width: 32, height: 32 });
    expect(new Set(map.data)).toEqual(new Set([0, 255]));
  });

  it('keeps its lines when it is made small, and is white on black', async () => {
    const size = { width: 128, height: 128 };
    const maps = [];
    for (const picture of [ring(WHITE, BLACK, 1024), ring(BLACK, WHITE, 1024)]) {
      maps.push(await readControl(picture, 'edge').map(picture, size));
    }
    expect(maps[0]!.data).toEqual(maps[1]!.data);
    // On every row through the ring it is met: 64 rows, at least twice each.
    for (let y = 34; y < 94; y++) {
      const row = maps[0]!.data.subarray(3 * 128 * y, 3 * 128 * (y + 1));
      expect(row.filter((value) => value === 255).length).toBeGreaterThanOrEqual(6);
    }
  });

  it('gives the outline of a thing as a scribble, though it is as bright as its ground', async () => {
    const map = await readControl(disc, 'scribble').map(disc, { width: 128, height: 128 });
    let [near, far] = [0, 0];
    for (let i = 0; i < 128 * 128; i++) {
      if (map.data[3 * i] === 0) continue;
      const d = Math.hypot((i % 128) - 64, Math.floor(i / 128) - 64);
      if (Math.abs(d - 36) <= 4) near++;
      else far++;
    }
    expect(near).toBeGreaterThan(2 * Math.PI * 36 * 2);
    expect(far).toBe(0);
  });

  it('is refused where nothing can be read from it', async () => {
    const flat = painted(64, 64, () => [90, 90, 90]);
    const size = { width: 128, height: 128 };
    await expect(readControl(flat, 'edge').map(flat, size)).rejects.toThrow(/no lines/);
    expect(() => readControl(disc, 'depth', 'photo')).toThrow(/give a ready depth map/);
    expect(readControl(disc, 'depth').warnings).toHaveLength(1);
  });
});

describe('a segmentation map', () => {
  const map = painted(64, 64, (x, y) => {
    if (isInDisc(2 * x, 2 * y - 10, 30)) return [10, 200, 250];
    if (x > 50 && y > 30 && y < 44) return [250, 250, 0];
    return y > 44 ? [120, 0, 120] : [255, 255, 255];
  });

  it('is brought to the colours that the model learnt', () => {
    const { map: learnt, isFlat } = inLearntColours(map);
    const at = (x: number, y: number) => [...learnt.data.subarray(3 * (y * 64 + x)).subarray(0, 3)];
    expect(isFlat).toBe(true);
    expect(at(2, 2)).toEqual([30, 30, 30]);
    expect(at(2, 62)).toEqual([70, 50, 40]);
    expect(at(32, 34)).toEqual([230, 60, 60]);
    expect(at(60, 36)).toEqual([60, 180, 75]);
    expect(inLearntColours(learnt).map.data).toEqual(learnt.data);
  });

  it('is known from a photo', () => {
    expect(inLearntColours(slope).isFlat).toBe(false);
  });
});

describe('what the model is shown', () => {
  const dims = [2, 2, 2] as const;
  it('is a mask, what it leaves, and the control picture, for every sample of a batch', () => {
    const condition = new Float32Array(2 * 20).fill(9);
    showCondition(condition, dims, {
      anew: Float32Array.of(1, 0, 0, 1),
      known: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
      control: Float32Array.of(1, 1, 1, 1, 2, 2, 2, 2),
      controlScale: 0.5,
    });
    const one = [1, 0, 0, 1, 0, 2, 3, 0, 0, 6, 7, 0, 0.5, 0.5, 0.5, 0.5, 1, 1, 1, 1];
    expect([...condition]).toEqual([...one, ...one]);
  });

  it('is zeros without any', () => {
    const condition = new Float32Array(40).fill(9);
    showCondition(condition, dims, {});
    expect(condition.every((value) => value === 0)).toBe(true);
  });
});
