import { describe, expect, it } from 'vitest';
import { MersenneTwister } from '../../src/core/index.js';
import { compareHighlights } from '../../src/detect/signals/forensics/eye-highlights.js';
import { findEyes } from '../../src/detect/signals/forensics/eye-finder.js';
import { eyeHighlights } from '../../src/detect/signals/forensics/observations/eye-highlights.js';
import type { ForensicView } from '../../src/detect/signals/forensics/view.js';
import type { Pixels } from '../../src/image/index.js';

interface Drawing {
  side?: number;
  /** Radius of an iris. */
  radius?: number;
  tilt?: number;
  /** Where the highlight of either eye lies, in radii from the middle of its iris; none when left out. */
  highlights?: [number, number][];
}

const at = (side: number, tilt: number, sign: number, radius: number): [number, number] => [
  side / 2 + sign * 5.2 * radius * Math.cos(tilt),
  0.45 * side + sign * 5.2 * radius * Math.sin(tilt),
];

/** Skin with two almond-shaped whites, an iris and a pupil in each, and a little noise. */
function face({ side = 600, radius = 14, tilt = 0, highlights = [] }: Drawing = {}): Pixels {
  const random = new MersenneTwister(5);
  const eyes = [-1, 1].map((sign) => at(side, tilt, sign, radius));
  const data = new Uint8ClampedArray(3 * side * side);
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [(i % side) + 0.5, Math.floor(i / side) + 0.5];
    let grey = 165 + 20 * Math.cos((x - side / 2) / side);
    eyes.forEach(([ex, ey], k) => {
      const [dx, dy] = [(x - ex) / radius, (y - ey) / radius];
      const [u, v] = [
        dx * Math.cos(tilt) + dy * Math.sin(tilt),
        dy * Math.cos(tilt) - dx * Math.sin(tilt),
      ];
      if ((u / 2.2) ** 2 + (v / 1.1) ** 2 < 1) grey = 215;
      if (u * u + v * v < 1) grey = 70;
      if (u * u + v * v < 0.16) grey = 25;
      const [hu, hv] = highlights[k] ?? [9, 9];
      if ((u - hu) ** 2 + (v - hv) ** 2 < 0.05) grey = 250;
    });
    data.fill(grey + 6 * (random.nextDouble() - 0.5), 3 * i, 3 * i + 3);
  }
  return { data, width: side, height: side, channels: 3 };
}

const measure = (pixels: Pixels) => eyeHighlights.measure({ pixels } as ForensicView);

describe('eyes', () => {
  it.each([
    { side: 600, radius: 14, tilt: 0 },
    { side: 500, radius: 20, tilt: 0.25 },
    { side: 1200, radius: 40, tilt: -0.15 },
  ])('are found to a tenth of an iris: $side px, radius $radius, tilt $tilt', (drawing) => {
    const eyes = findEyes(face(drawing))!;
    const { side, tilt, radius } = drawing;
    for (const [iris, sign] of [
      [eyes.left, -1],
      [eyes.right, 1],
    ] as const) {
      const [x, y] = at(side, tilt, sign, radius);
      expect(Math.hypot(iris.x - x, iris.y - y)).toBeLessThan(0.12 * radius);
      expect(Math.abs(iris.radius / radius - 1)).toBeLessThan(0.12);
    }
    expect(eyes.tilt).toBeCloseTo(tilt, 1);
  });

  it('are not found in noise, stripes, one disc, or a picture that is too small', () => {
    const side = 400;
    const random = new MersenneTwister(6);
    const picture = (grey: (x: number, y: number) => number): Pixels => {
      const data = new Uint8ClampedArray(3 * side * side);
      for (let i = 0; i < side * side; i++) {
        data.fill(grey(i % side, Math.floor(i / side)), 3 * i, 3 * i + 3);
      }
      return { data, width: side, height: side, channels: 3 };
    };
    expect(findEyes(picture(() => 255 * random.nextDouble()))).toBeNull();
    expect(findEyes(picture((x) => 120 + 60 * Math.sin(x / 9)))).toBeNull();
    expect(findEyes(picture((x, y) => (Math.hypot(x - 150, y - 200) < 12 ? 40 : 180)))).toBeNull();
    const tiny = { data: new Uint8ClampedArray(3), width: 1, height: 1, channels: 3 } as const;
    expect(findEyes(tiny)).toBeNull();
    expect(measure(tiny)).toMatchObject({ status: 'not-applicable', regions: [] });
  });

  it('are where they were, whatever was looked at before', () => {
    const [large, small] = [face({ side: 500, radius: 20 }), face({ side: 240, radius: 9 })];
    const known = [findEyes(small), findEyes(large)];
    expect(known[0]).not.toBeNull();
    for (let i = 0; i < 2; i++) expect([findEyes(small), findEyes(large)]).toEqual(known);
  });

  it('have highlights that overlap where one light made them, and do not where two did', () => {
    const overlap = (highlights: [number, number][]): number | undefined => {
      const pixels = face({ radius: 20, highlights });
      return compareHighlights(pixels, findEyes(pixels)!)?.overlap;
    };
    const alike: [number, number] = [-0.4, -0.3];
    expect(overlap([alike, alike])).toBeGreaterThan(0.7);
    expect(overlap([alike, [0.45, -0.3]])).toBeLessThan(0.1);
    expect(overlap([alike])).toBeUndefined();
  });

  it('are an observation that is never observed', () => {
    const alike: [number, number] = [0.3, -0.35];
    const measured = measure(face({ radius: 20, highlights: [alike, alike] }));
    expect(measured).toMatchObject({ status: 'not-observed', log10FalseAlarms: null });
    expect(measured.finding).toMatch(/^Highlights of what may be two eyes overlap by [01]\.\d\d/);
    expect(measured.regions).toHaveLength(2);
    expect(measure(face()).finding).toBe('What may be a pair of eyes shows no highlight in both');
  });
});
