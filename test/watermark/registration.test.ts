/** The parts of the blind search, one by one, on signals whose geometry is known. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MersenneTwister } from '../../src/core/index.js';
import {
  apply,
  compose,
  determinant,
  inverse,
  multiply,
  undo,
  type Affine,
  type Matrix,
} from '../../src/watermark/affine.js';
import { canonicalLuma } from '../../src/watermark/canonical.js';
import { createFft, fft2, realFft2 } from '../../src/watermark/fft.js';
import { geometryOf } from '../../src/watermark/geometry.js';
import { embedWatermark } from '../../src/watermark/index.js';
import { LAYERS, LAYOUT, PERIOD } from '../../src/watermark/layout.js';
import { PHASE_MIDDLE, phaseTable } from '../../src/watermark/pilots.js';
import { createPlane, type Plane } from '../../src/watermark/plane.js';
import { findShifts, mapOf, sharpenMatrix, sharpenPlaced } from '../../src/watermark/register.js';
import { readThrough, viewsOf, type View } from '../../src/watermark/search.js';
import { spectrumOf } from '../../src/watermark/spectrum.js';
import { MAX_VIEWS } from '../../src/watermark/statistic.js';
import { searchTemplate } from '../../src/watermark/template-search.js';
import { warpPlane } from '../../src/watermark/warp.js';
import { syntheticImage, testPayload } from './support.js';
import { distance } from './transforms.js';

const IDENTITY: Matrix = [1, 0, 0, 1];
const real = (min: number, max: number): fc.Arbitrary<number> =>
  fc.double({ min, max, noNaN: true });

/** What was done to an image: mirrored, stretched, then turned clockwise. */
interface Done {
  readonly flip: boolean;
  readonly across: number;
  readonly down: number;
  readonly degrees: number;
}

function matrixOf({ flip, across, down, degrees }: Done): Matrix {
  const c = Math.cos((degrees * Math.PI) / 180);
  const s = Math.sin((degrees * Math.PI) / 180);
  return multiply([c, -s, s, c], [flip ? -across : across, 0, 0, down]);
}

function noise(width: number, height: number, seed: number, depth: number): Plane {
  const random = new MersenneTwister(seed);
  const plane = createPlane(width, height);
  for (let i = 0; i < plane.data.length; i++) plane.data[i] = depth * (random.nextDouble() - 0.5);
  return plane;
}

interface Line {
  readonly u: number;
  readonly v: number;
  readonly phase: number;
  readonly sign: number;
}

const TEMPLATE: Line[] = LAYOUT.template.map(({ u, v }, i) => ({ u, v, phase: 2.4 * i, sign: 1 }));
const PILOT_LINES: Line[] = LAYERS.flatMap((layer) => {
  const { u, v, phase, pilot } = LAYOUT[layer];
  return [...pilot.keys()]
    .filter((k) => pilot[k] !== 0)
    .map((k) => ({ u: u[k]!, v: v[k]!, phase: phase[k]!, sign: pilot[k]! }));
});

/** Adds plane waves to `plane`, whose samples are `pitch` canonical pixels apart, seen through a map. */
function addLines(
  plane: Plane,
  pitch: number,
  lines: readonly Line[],
  depth: number,
  map: { matrix: Matrix; x: number; y: number },
): void {
  const { matrix: m } = map;
  const turn = (2 * Math.PI) / PERIOD;
  for (const { u, v, phase, sign } of lines) {
    // Phase added from column to column and from row to row.
    const across = turn * pitch * (m[0] * u + m[2] * v);
    const down = turn * pitch * (m[1] * u + m[3] * v);
    const start = turn * (u * map.x + v * map.y) + phase;
    const c = Math.cos(across);
    const s = Math.sin(across);
    for (let y = 0, i = 0; y < plane.height; y++) {
      let re = sign * depth * Math.cos(start + across / 2 + down * (y + 0.5));
      let im = sign * depth * Math.sin(start + across / 2 + down * (y + 0.5));
      for (let x = 0; x < plane.width; x++, i++) {
        plane.data[i] = plane.data[i]! + re;
        const next = re * c - im * s;
        im = re * s + im * c;
        re = next;
      }
    }
  }
}

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
  const maps: fc.Arbitrary<Affine> = fc.record({
    matrix: fc.tuple(real(0.6, 1.4), real(-0.2, 0.2), real(-0.2, 0.2), real(0.6, 1.4)),
    x: real(-200, 200),
    y: real(-200, 200),
    tilt: fc.tuple(real(-2e-4, 2e-4), real(-2e-4, 2e-4)),
  });
  const place = fc.tuple(real(-300, 300), real(-300, 300));

  it('compose does one after the other, undo takes back', () => {
    fc.assert(
      fc.property(maps, maps, place, (p, q, [x, y]) => {
        const [a, b] = apply(p, ...apply(q, x, y));
        const [c, d] = apply(compose(p, q), x, y);
        expect(c).toBeCloseTo(a, 6);
        expect(d).toBeCloseTo(b, 6);
        const [u, v] = apply(undo(q), ...apply(q, x, y));
        expect(u).toBeCloseTo(x, 6);
        expect(v).toBeCloseTo(y, 6);
      }),
      { numRuns: 200, seed: 3 },
    );
  });

  it('what parts of a picture say leads to its tilt, and to more agreement of the pilots', () => {
    const tilted: Affine = { matrix: IDENTITY, x: 30, y: 40, tilt: [1e-4, 0] };
    const flat = noise(512, 512, 11, 10);
    addLines(flat, 1, PILOT_LINES, 0.5, { matrix: IDENTITY, x: 0, y: 0 });
    // What is seen at c shows the lattice at tilted(c).
    const seen = warpPlane(flat, 1, undo(tilted))!;
    const start: Affine = { matrix: IDENTITY, x: 30 + seen.origin.x, y: 40 + seen.origin.y };
    const views = [...readThrough(seen.luma, 1, start)];
    expect(views.length).toBeGreaterThan(1);
    const [first, last] = [views[0]!, views.at(-1)!];
    expect(last.pilots).toBeGreaterThan(first.pilots + 1);
    /** Greatest error over the corners, canonical pixels. */
    const error = ({ map }: View): number => {
      const corners = [0, 512].flatMap((x) => [0, 512].map((y) => [x, y] as const));
      const errors = corners.flatMap(([x, y]) => {
        const [u, v] = apply(map, x, y);
        const [wantedU, wantedV] = apply(tilted, x + seen.origin.x, y + seen.origin.y);
        return [distance(u, wantedU, PERIOD), distance(v, wantedV, PERIOD)];
      });
      return Math.max(...errors);
    };
    expect(error(first)).toBeGreaterThan(15);
    expect(error(last)).toBeLessThan(5);
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
  it.each([32, 19, 1])('agrees with the complex transform (%i rows that are not zero)', (count) => {
    const n = 32;
    const random = new MersenneTwister(4);
    const rows = Array.from({ length: count }, (_, i) => (i * 7) % n);
    const re = new Float64Array(n * n);
    const im = new Float64Array(n * n);
    for (const y of rows) for (let x = 0; x < n; x++) re[y * n + x] = random.nextDouble() - 0.5;
    const half = realFft2(createFft(n), rows, (y, row) => row.set(re.slice(y * n, (y + 1) * n)));
    fft2(createFft(n), re, im);
    for (let x = 0; x <= n / 2; x++) {
      for (let y = 0; y < n; y++) {
        expect(half.re[x * n + y]).toBeCloseTo(re[y * n + x]!, 10);
        expect(half.im[x * n + y]).toBeCloseTo(im[y * n + x]!, 10);
      }
    }
  });
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

/** One octave as the search sees it: samples two canonical pixels apart. */
const PITCH = 2;

describe('searchTemplate', () => {
  it.each<Done>([
    { flip: false, across: 1, down: 1, degrees: 0 },
    { flip: false, across: 1.3, down: 1.3, degrees: 33 },
    { flip: true, across: 0.95, down: 0.95, degrees: 100 },
    { flip: false, across: 1.4, down: 0.9, degrees: 0 },
    { flip: false, across: 1.2, down: 0.95, degrees: 90 },
  ])('finds the template of an image that was changed so: %j', (done) => {
    const matrix = inverse(matrixOf(done));
    const plane = noise(256, 256, 5, 8);
    addLines(plane, PITCH, TEMPLATE, 0.5, { matrix, x: 20, y: 30 });
    const spectrum = spectrumOf(plane, 512);
    const [best] = searchTemplate(spectrum, PITCH, 4);
    expect(best!.score).toBeGreaterThan(3);
    const sharp = sharpenMatrix({ spectrum, pitch: PITCH, upright: false, ...best! });
    // Power alone does not tell a picture from the same turned by 180 degrees.
    const sides = [matrix, multiply(matrix, [-1, 0, 0, -1])];
    const error = Math.min(
      ...sides.map((m) => Math.max(...m.map((value, i) => Math.abs(value - sharp.matrix[i]!)))),
    );
    expect(error).toBeLessThan(0.01);
  });

  it('keeps the proportions of a pose that is upright', () => {
    const matrix: Matrix = [0.7, 0, 0, 0.7];
    const plane = noise(256, 256, 12, 8);
    addLines(plane, PITCH, TEMPLATE, 0.5, { matrix, x: 20, y: 30 });
    const pose = { pitch: PITCH, upright: true, matrix: [0.705, 0, 0, 0.705] as Matrix, score: 0 };
    const [a, b, c, d] = sharpenMatrix({ spectrum: spectrumOf(plane, 512), ...pose }).matrix;
    expect([b, c]).toEqual([0, 0]);
    expect(d).toBe(a);
    expect(Math.abs(a - 0.7)).toBeLessThan(0.003);
  });

  it('finds nothing that stands out in noise', () => {
    const found = searchTemplate(spectrumOf(noise(256, 256, 6, 8), 512), PITCH, 4);
    for (const { score } of found) expect(score).toBeLessThan(3);
  });
});

describe('findShifts', () => {
  it.each([
    [IDENTITY, 3, 250],
    [[0, -0.9, 0.9, 0], 130, 17.5],
    [[-0.8, 0.1, 0.1, 0.8], 77.3, 201],
  ] as [Matrix, number, number][])('finds the shift for %j: %d, %d', (matrix, x, y) => {
    const plane = noise(256, 256, 7, 20);
    addLines(plane, PITCH, PILOT_LINES, 0.1, { matrix, x, y });
    const pose = {
      spectrum: spectrumOf(plane, 512),
      pitch: PITCH,
      matrix,
      score: 0,
      upright: false,
    };
    const [rough] = findShifts(pose, 3);
    expect(rough!.score).toBeGreaterThan(8);
    const map = mapOf(sharpenPlaced(rough!));
    map.matrix.forEach((value, i) => expect(Math.abs(value - matrix[i]!)).toBeLessThan(0.005));
    expect(distance(map.x, x, PERIOD)).toBeLessThan(0.5);
    expect(distance(map.y, y, PERIOD)).toBeLessThan(0.5);
  });

  it('tells a picture from the same turned by 180 degrees', () => {
    const plane = noise(256, 256, 8, 20);
    addLines(plane, PITCH, PILOT_LINES, 0.1, { matrix: IDENTITY, x: 0, y: 0 });
    const turned: Matrix = [-1, 0, 0, -1];
    const pose = {
      spectrum: spectrumOf(plane, 512),
      pitch: PITCH,
      matrix: turned,
      score: 0,
      upright: false,
    };
    const [best] = findShifts(pose, 3);
    expect(best!.matrix[0]).toBe(1);
    expect(best!.matrix[3]).toBe(1);
  });

  it('gives scores of chance for noise', () => {
    const spectrum = spectrumOf(noise(256, 256, 9, 20), 512);
    const [best] = findShifts(
      { spectrum, pitch: PITCH, matrix: IDENTITY, score: 0, upright: false },
      3,
    );
    // The highest of 2 * 128 * 128 places; an N(0, 1) exceeds 6 once in 10^9.
    expect(best!.score).toBeLessThan(6);
  });
});

describe('viewsOf', () => {
  it('looks at fewer views than the bound counts, of a marked picture too', () => {
    const { pixels } = embedWatermark(syntheticImage(40, 512, 512), { payload: testPayload(40) });
    const views = [...viewsOf(canonicalLuma(pixels), 512)];
    // As it is, mirrored, and what the search found of it.
    expect(views.length).toBeGreaterThan(2);
    expect(views.length).toBeLessThanOrEqual(MAX_VIEWS);
    expect([...viewsOf(noise(512, 512, 10, 60), 512)].length).toBeLessThanOrEqual(MAX_VIEWS);
  });
});
