/** Hostile and unlucky pixels: no throw, no reading where no mark is, never another payload. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MersenneTwister } from '../../src/core/index.js';
import { cropPixels, createPixels, resizePixels, type Pixels } from '../../src/image/index.js';
import { canonicalLuma } from '../../src/watermark/canonical.js';
import { embedWatermark, extractWatermark, verifyWatermark } from '../../src/watermark/index.js';
import { LAYERS, LAYOUT, PERIOD } from '../../src/watermark/layout.js';
import { viewsOf } from '../../src/watermark/search.js';
import { createTile, TILE_SAMPLES } from '../../src/watermark/tile.js';
import { syntheticImage, testPayload } from './support.js';
import { mirror } from './transforms.js';

type Paint = (x: number, y: number, next: () => number) => number;

function paint(width: number, height: number, channels: 3 | 4, seed: number, at: Paint): Pixels {
  const random = new MersenneTwister(seed);
  const next = (): number => random.nextDouble();
  const pixels = createPixels(width, height, channels);
  for (let i = 0, p = 0; i < pixels.data.length; i += channels, p++) {
    const value = at(p % width, Math.floor(p / width), next);
    pixels.data.fill(value, i, i + 3);
    if (channels === 4) pixels.data[i + 3] = 255 * next();
  }
  return pixels;
}

function expectNothing(image: Pixels, what?: string): void {
  expect(extractWatermark(image), what).toMatchObject({ status: 'none', payload: null });
}

function expectNotVerified(image: Pixels, what?: string): void {
  expect(verifyWatermark(image, { payload: testPayload(1) }).status, what).toBe('none');
}

const CONTENT: Record<string, (a: number, b: number) => Paint> = {
  constant: (a) => () => 255 * a,
  noise: () => (_x, _y, next) => 255 * next(),
  'black and white': (a) => (_x, _y, next) => (next() < a ? 0 : 255),
  checkerboard: (a) => (x, y) => {
    const side = 1 + Math.floor(12 * a);
    return ((Math.floor(x / side) + Math.floor(y / side)) & 1) * 255;
  },
  grating: (a, b) => (x, y) => 128 + 127 * Math.sin(3.2 * a * x + 3.2 * b * y),
  'saturated grating': (a, b) => (x, y) => (Math.sin(3.2 * a * x + 3.2 * b * y) > 0 ? 255 : 0),
};

describe('pictures without a mark', () => {
  it('of any small size and content never throw and never read', () => {
    // The blind search begins at a short side of 100.
    const side = fc.integer({ min: 1, max: 140 });
    fc.assert(
      fc.property(
        side,
        side,
        fc.constantFrom(3 as const, 4 as const),
        fc.constantFrom(...Object.keys(CONTENT)),
        fc.tuple(
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.double({ min: 0, max: 1, noNaN: true }),
        ),
        (width, height, channels, kind, [a, b]) => {
          const image = paint(width, height, channels, width, CONTENT[kind]!(a, b));
          expectNothing(image, kind);
          if (a > 0.7) expectNotVerified(image, kind);
        },
      ),
      {
        numRuns: 16,
        seed: 4,
        examples: [
          [1, 1, 3, 'noise', [0, 0]],
          [1, 140, 4, 'noise', [0, 0]],
          [140, 140, 3, 'checkerboard', [0.3, 0]],
          [100, 137, 4, 'noise', [0, 0]],
        ],
      },
    );
  });

  it('but with waves at the frequencies of the lattice are not read', () => {
    const { u, v } = LAYOUT.fine;
    const wave: Paint = (x, y) =>
      [0, 300, 600].reduce(
        (sum, k) => sum + 60 * Math.cos((2 * Math.PI * (u[k]! * x + v[k]! * y)) / PERIOD),
        128,
      );
    expectNothing(paint(512, 512, 3, 1, wave));
  });

  it('but with a perfect template and perfect pilots are not read: they are no evidence', () => {
    const phases = Float64Array.from(LAYOUT.template, (_, i) => i);
    const tiles = LAYERS.map((layer) => {
      const amplitudes = Float64Array.from(LAYOUT[layer].pilot);
      return createTile(layer, amplitudes, layer === 'fine' ? { amplitude: 5, phases } : undefined);
    });
    const image = paint(512, 512, 3, 2, (x, y, next) => {
      const at = (step: number): number => ((y / step) % TILE_SAMPLES) | 0;
      const coarse = tiles[0]![at(1) * TILE_SAMPLES + (x % TILE_SAMPLES)]!;
      const fine = tiles[1]![at(0.5) * TILE_SAMPLES + ((2 * x) % TILE_SAMPLES)]!;
      return 128 + 0.5 * (coarse + fine) + 20 * (next() - 0.5);
    });
    const [asItIs] = viewsOf(canonicalLuma(image), 512);
    expect(asItIs!.pilots).toBeGreaterThan(10);
    expectNothing(image);
    expectNotVerified(image);
  });
});

describe('damaged marked pictures', () => {
  const payloads = [testPayload(60), testPayload(61)];
  const marked = payloads.map(
    (payload, i) =>
      embedWatermark(syntheticImage(60 + i, 300 + 40 * i, 330, 0.5), { payload }).pixels,
  );

  const damage = fc.record({
    first: fc.constantFrom(0, 1),
    flip: fc.boolean(),
    noise: fc.integer({ min: 0, max: 30 }),
    contrast: fc.double({ min: 0.5, max: 1.6, noNaN: true }),
    share: fc.double({ min: 0.6, max: 1, noNaN: true }),
    width: fc.integer({ min: 150, max: 300 }),
    height: fc.integer({ min: 150, max: 300 }),
    /** Columns from the left that show another marked picture. */
    other: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 300 })),
  });

  it('give the right payload or none, whatever was done to them', async () => {
    let read = 0;
    await fc.assert(
      fc.asyncProperty(damage, async (d) => {
        const image = await damaged(marked[d.first]!, marked[1 - d.first]!, d);
        const { payload } = extractWatermark(image);
        if (payload === null) return;
        read++;
        expect(d.other > 0 ? payloads : [payloads[d.first]]).toContain(payload);
      }),
      { numRuns: 8, seed: 5 },
    );
    // A reader that gives nothing ever would pass the above.
    expect(read).toBeGreaterThan(0);
  });
});

interface Damage {
  flip: boolean;
  noise: number;
  contrast: number;
  share: number;
  width: number;
  height: number;
  other: number;
}

async function damaged(image: Pixels, other: Pixels, d: Damage): Promise<Pixels> {
  const width = Math.round(300 * d.share);
  const height = Math.round(330 * d.share);
  const part = cropPixels(image, 300 - width, 330 - height, width, height);
  const random = new MersenneTwister(d.noise);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width * 3; x++, i++) {
      const value = x < 3 * d.other ? other.data[y * other.width * 3 + x]! : part.data[i]!;
      part.data[i] = 128 + d.contrast * (value - 128) + 2 * d.noise * (random.nextDouble() - 0.5);
    }
  }
  const sized = await resizePixels(part, d.width, d.height);
  return d.flip ? mirror(sized) : sized;
}
