/** Maps of the plane, and the transforms that the search is built from. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fft2, MersenneTwister, realFft2 } from '../../src/core/index.js';
import {
  apply,
  compose,
  determinant,
  inverse,
  multiply,
  invert,
  type Homography,
  type Matrix,
} from '../../src/watermark/homography.js';
import { geometryOf, mapOfGeometry } from '../../src/watermark/geometry.js';
import { PERIOD } from '../../src/watermark/layout.js';
import { PHASE_MIDDLE, phaseTable } from '../../src/watermark/pilots.js';
import { warpPlane } from '../../src/watermark/warp.js';
import { IDENTITY, matrixOf, noise } from './lattice.js';
import { distance } from './transforms.js';

const real = (min: number, max: number): fc.Arbitrary<number> =>
  fc.double({ min, max, noNaN: true });

describe('affine maps', () => {
  it('inverse undoes, determinants multiply', () => {
    const entry = real(-4, 4);
    const matrix = fc
      .tuple(entry, entry, entry, entry)
      .filter((m) => Math.abs(determinant(m)) > 0.1);
    fc.assert(
      fc.property(matrix, matrix, (p, q) => {
        multiply(p, inverse(p)).forEach((value, i) => expect(value).toBeCloseTo(IDENTITY[i]!, 8));
        expect(determinant(multiply(p, q))).toBeCloseTo(determinant(p) * determinant(q), 8);
      }),
      { numRuns: 200, seed: 1 },
    );
  });
  it.each([[[0, 0, 0, 0]], [[1, 2, 2, 4]], [[NaN, 0, 0, 1]]] as [Matrix][])(
    '%j has no inverse',
    (m) => expect(() => inverse(m)).toThrow(RangeError),
  );
});

describe('maps with a tilt', () => {
  const maps: fc.Arbitrary<Homography> = fc.record({
    matrix: fc.tuple(real(0.6, 1.4), real(-0.2, 0.2), real(-0.2, 0.2), real(0.6, 1.4)),
    x: real(-200, 200),
    y: real(-200, 200),
    tilt: fc.tuple(real(-2e-4, 2e-4), real(-2e-4, 2e-4)),
  });
  const place = fc.tuple(real(-300, 300), real(-300, 300));

  it('compose does one after the other, invert takes back', () => {
    fc.assert(
      fc.property(maps, maps, place, (p, q, [x, y]) => {
        const [a, b] = apply(p, ...apply(q, x, y));
        const [c, d] = apply(compose(p, q), x, y);
        expect(c).toBeCloseTo(a, 6);
        expect(d).toBeCloseTo(b, 6);
        const [u, v] = apply(invert(q), ...apply(q, x, y));
        expect(u).toBeCloseTo(x, 6);
        expect(v).toBeCloseTo(y, 6);
      }),
      { numRuns: 200, seed: 3 },
    );
  });
});

describe('geometryOf', () => {
  const SIZE = { width: 1024, height: 512 };

  it('tells turn, scale, stretch and flip of any map that was put together from them', () => {
    const done = fc.record({
      flip: fc.boolean(),
      across: real(0.3, 3),
      down: real(0.3, 3),
      degrees: real(0, 359.9),
    });
    fc.assert(
      fc.property(done, (d) => {
        const map = { matrix: inverse(matrixOf(d)), x: 0, y: 0 };
        const found = geometryOf(map, SIZE);
        expect(found.flip).toBe(d.flip);
        expect(distance(found.rotation, d.degrees, 360)).toBeLessThan(0.02);
        expect(found.rotation).toBeGreaterThanOrEqual(0);
        expect(found.rotation).toBeLessThan(360);
        expect(found.scale).toBeCloseTo(Math.sqrt(d.across * d.down), 3);
        expect(found.aspect).toBeCloseTo(d.across / d.down, 3);
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it('counts a cut in pixels of the image at hand, modulo the period', () => {
    const size = { width: 2048, height: 1024 };
    const moved = geometryOf({ matrix: IDENTITY, x: 10 + 3 * PERIOD, y: 100 - PERIOD }, size);
    expect(moved.crop).toEqual({ x: 20, y: 200, period: 512 });
    expect(geometryOf({ matrix: IDENTITY, x: 0, y: 0 }, size).crop).toBeNull();
    // Half of the marked picture fills the image at hand, whose pixels are then twice as dense.
    const half = geometryOf({ matrix: [0.5, 0, 0, 0.5], x: 10, y: 0 }, SIZE);
    expect(half).toMatchObject({ scale: 2, crop: { x: 20, y: 0, period: 512 } });
  });
});

describe('mapOfGeometry', () => {
  it.each<[string, Homography]>([
    ['nothing', { matrix: IDENTITY, x: 0, y: 0 }],
    ['a cut', { matrix: [0.5, 0, 0, 0.5], x: 30, y: 190 }],
    ['a turn', { matrix: [0.6, -0.8, 0.8, 0.6], x: 40, y: 250 }],
    ['a mirror and a turn', { matrix: [-0.3, 0.4, 0.4, 0.3], x: 7, y: 8 }],
    ['width and height apart', { matrix: [1.2, 0, 0, 0.9], x: 0, y: 100 }],
  ])('gives back the map of %s, modulo the period', (_name, map) => {
    const size = { width: 700, height: 1000 };
    const back = mapOfGeometry(geometryOf(map, size), size);
    back.matrix.forEach((value, i) => expect(value).toBeCloseTo(map.matrix[i]!, 3));
    expect(distance(back.x, map.x, PERIOD)).toBeLessThan(0.3);
    expect(distance(back.y, map.y, PERIOD)).toBeLessThan(0.3);
  });
});

describe('warpPlane', () => {
  const plane = noise(90, 70, 3, 100);

  it('gives the very same samples for the map that does nothing', () => {
    const same = warpPlane(plane, 1, { matrix: IDENTITY, x: 0, y: 0 })!;
    expect([same.luma.width, same.luma.height]).toEqual([90, 70]);
    expect(same.luma.data).toEqual(plane.data);
    expect(same.inside.every((value) => value === 1)).toBe(true);
    expect(same.origin).toEqual({ x: 0, y: 0 });
  });

  it('moves nothing for a shift, but says where the corner is', () => {
    const moved = warpPlane(plane, 1, { matrix: IDENTITY, x: 12.25, y: -7 })!;
    expect(moved.luma.data).toEqual(plane.data);
    expect(moved.origin).toEqual({ x: 12.25, y: -7 });
  });

  it('turns by 180 degrees', () => {
    const turned = warpPlane(plane, 1, { matrix: [-1, 0, 0, -1], x: 0, y: 0 })!;
    expect(turned.luma.data).toEqual(plane.data.slice().reverse());
    expect(turned.origin).toEqual({ x: -90, y: -70 });
  });

  it('marks what lies outside a turned picture', () => {
    const c = Math.SQRT1_2;
    const { luma, inside } = warpPlane(plane, 1, { matrix: [c, -c, c, c], x: 0, y: 0 })!;
    const covered = inside.reduce((sum, value) => sum + value, 0);
    expect(inside.length).toBe(luma.width * luma.height);
    expect(Math.abs(covered / (90 * 70) - 1)).toBeLessThan(0.05);
    expect(inside[0]).toBe(0);
    expect(inside[(luma.height >> 1) * luma.width + (luma.width >> 1)]).toBe(1);
  });

  it('bounds what it writes, and gives null when next to nothing is left', () => {
    const large = warpPlane(plane, 1, { matrix: [100, 0, 0, 100], x: 0, y: 0 })!;
    expect(large.luma.data.length).toBeLessThanOrEqual(1024 * 1024);
    expect(warpPlane(plane, 1, { matrix: [0.1, 0, 0, 0.1], x: 0, y: 0 })).toBeNull();
  });
});

describe('realFft2', () => {
  it.each([
    [32, 32, 17],
    [32, 19, 17],
    [32, 1, 17],
    [64, 64, 33],
    [64, 40, 9],
  ])(
    'of size %i agrees with the complex transform (%i rows not zero, %i columns)',
    (n, count, width) => {
      const random = new MersenneTwister(4);
      const rows = Array.from({ length: count }, (_, i) => (i * 7) % n);
      const re = new Float64Array(n * n);
      const im = new Float64Array(n * n);
      for (const y of rows) for (let x = 0; x < n; x++) re[y * n + x] = random.nextDouble() - 0.5;
      const fill = (y: number, row: Float64Array): void => row.set(re.slice(y * n, (y + 1) * n));
      const half = realFft2(n, rows, fill, width);
      expect(half.width).toBe(width);
      fft2(n, re, im);
      for (let x = 0; x < width; x++) {
        for (let y = 0; y < n; y++) {
          expect(half.re[y * half.width + x]).toBeCloseTo(re[y * n + x]!, 10);
          expect(half.im[y * half.width + x]).toBeCloseTo(im[y * n + x]!, 10);
        }
      }
    },
  );
});

describe('phaseTable', () => {
  it.each([0, 1, -3.7, 100.25, 255.9])('holds exp(2 pi i u x / PERIOD) for x = %d', (x) => {
    const table = phaseTable(x);
    for (let u = -PHASE_MIDDLE; u <= PHASE_MIDDLE; u++) {
      const angle = (2 * Math.PI * u * x) / PERIOD;
      expect(table[2 * (u + PHASE_MIDDLE)]).toBeCloseTo(Math.cos(angle), 10);
      expect(table[2 * (u + PHASE_MIDDLE) + 1]).toBeCloseTo(Math.sin(angle), 10);
    }
  });
});
