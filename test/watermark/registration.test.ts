/** The stages of the blind search, one by one, on signals whose geometry is known. */
import { describe, expect, it } from 'vitest';
import {
  apply,
  inverse,
  multiply,
  invert,
  type Homography,
  type Matrix,
} from '../../src/watermark/homography.js';
import { canonicalLuma } from '../../src/watermark/canonical.js';
import { embedWatermark } from '../../src/watermark/index.js';
import { PERIOD } from '../../src/watermark/layout.js';
import { mapOf, sharpenMatrix, sharpenPlaced } from '../../src/watermark/register.js';
import { findShifts } from '../../src/watermark/shifts.js';
import { viewsOf } from '../../src/watermark/search.js';
import { readThrough, type View } from '../../src/watermark/view.js';
import { spectrumOf } from '../../src/watermark/spectrum.js';
import { MAX_VIEWS } from '../../src/watermark/statistic.js';
import { searchTemplate } from '../../src/watermark/template-search.js';
import { warpPlane } from '../../src/watermark/warp.js';
import {
  addLines,
  IDENTITY,
  matrixOf,
  noise,
  PILOT_LINES,
  TEMPLATE,
  type Done,
} from './lattice.js';
import { syntheticImage, testPayload } from './support.js';
import { distance } from './transforms.js';

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

describe('readThrough', () => {
  it('what parts of a picture say leads to its tilt, and to more agreement of the pilots', () => {
    const tilted: Homography = { matrix: IDENTITY, x: 30, y: 40, tilt: [1e-4, 0] };
    const flat = noise(512, 512, 11, 10);
    addLines(flat, 1, PILOT_LINES, 0.5, { matrix: IDENTITY, x: 0, y: 0 });
    // What is seen at c shows the lattice at tilted(c).
    const seen = warpPlane(flat, 1, invert(tilted))!;
    const start: Homography = { matrix: IDENTITY, x: 30 + seen.origin.x, y: 40 + seen.origin.y };
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
