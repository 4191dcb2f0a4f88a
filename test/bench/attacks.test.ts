/** The attacks of the watermark bench do what their names say, the same in every run. */
import { describe, expect, it } from 'vitest';
import { ATTACKS, type Attack } from '../../bench/watermark/attacks/index.js';
import { contrast, hue, saturation } from '../../bench/watermark/attacks/colour.js';
import { noise } from '../../bench/watermark/attacks/filters.js';
import {
  cropped,
  linesRemoved,
  mirrored,
  perspective,
} from '../../bench/watermark/attacks/geometry.js';
import { kept } from '../../bench/watermark/attacks/splicing.js';
import { seeded } from '../../bench/watermark/hash.js';
import { homography, rotated } from '../../bench/watermark/warp.js';
import { MersenneTwister } from '../../src/core/index.js';
import { createPixels, psnr, type Pixels } from '../../src/image/index.js';

/** Smooth colour with some texture, no two pixels of a row alike. */
function picture(width: number, height: number, seed: number): Pixels {
  const random = new MersenneTwister(seed);
  const out = createPixels(width, height, 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      out.data[at] = 60 + (120 * x) / width + 10 * random.nextFloat();
      out.data[at + 1] = 60 + (120 * y) / height + 10 * random.nextFloat();
      out.data[at + 2] = 100 + 40 * Math.sin((x + y) / 17) + 10 * random.nextFloat();
    }
  }
  return out;
}

const run = (attack: Attack, image: Pixels): Promise<Pixels> =>
  Promise.resolve(
    attack.run(image, {
      random: seeded('test', attack.name),
      original: picture(image.width, image.height, 9),
      other: (index) => Promise.resolve(picture(200 + index, 180, 20 + index)),
    }),
  );

describe('every attack', () => {
  it('has a name of its own', () => {
    expect(new Set(ATTACKS.map(({ name }) => name)).size).toBe(ATTACKS.length);
  });

  it.each(
    ATTACKS.filter(({ group }) => group !== 'regeneration').map((attack) => [attack.name, attack]),
  )('%s: same result twice, input untouched, a picture comes out', async (name, attack) => {
    for (const [width, height] of [
      [256, 192],
      [150, 231],
    ] as const) {
      const image = picture(width, height, 1);
      const before = image.data.slice();
      const first = await run(attack, image);
      const second = await run(attack, image);
      expect(Buffer.compare(Buffer.from(image.data), Buffer.from(before))).toBe(0);
      expect(Buffer.compare(Buffer.from(first.data), Buffer.from(second.data))).toBe(0);
      expect(first.channels).toBe(3);
      expect(first.data.length).toBe(first.width * first.height * 3);
      expect(Math.min(first.width, first.height)).toBeGreaterThanOrEqual(32);
      const same =
        first.width === width &&
        first.height === height &&
        Buffer.compare(Buffer.from(first.data), Buffer.from(before)) === 0;
      // The rows that only reduce large pictures still pass through a codec.
      expect(same).toBe(name === 'none');
    }
  });
});

describe('geometry', () => {
  const image = picture(97, 60, 3);
  const at = ({ data, width }: Pixels, x: number, y: number): number => data[(y * width + x) * 3]!;

  it('turns counter-clockwise, and by 90 degrees without resampling', () => {
    const turned = rotated(image, 90, true);
    expect([turned.width, turned.height]).toEqual([60, 97]);
    expect(at(turned, 0, 96)).toBe(at(image, 0, 0));
    expect(at(turned, 0, 0)).toBe(at(image, 96, 0));
    expect(at(turned, 59, 0)).toBe(at(image, 96, 59));
  });

  it('keeps the canvas or grows it to hold every corner', () => {
    expect(rotated(image, 45, false)).toMatchObject({ width: 97, height: 60 });
    const side = Math.ceil((97 + 60) / Math.SQRT2);
    expect(rotated(image, 45, true)).toMatchObject({ width: side, height: side });
  });

  it('comes back after four quarter turns and after two mirrors', () => {
    const turned = [1, 2, 3, 4].reduce((i) => rotated(i, 90, true), image);
    expect(turned).toEqual(image);
    expect(mirrored(mirrored(image, 'x'), 'x')).toEqual(image);
    expect(at(mirrored(image, 'y'), 5, 0)).toBe(at(image, 5, 59));
  });

  it('maps each corner onto its partner', () => {
    const from = [
      [3, 2],
      [90, 5],
      [95, 58],
      [1, 50],
    ] as const;
    const to = [
      [0, 0],
      [97, 0],
      [97, 60],
      [0, 60],
    ] as const;
    const h = homography(from, to);
    from.forEach(([x, y], i) => {
      const w = h[6] * x + h[7] * y + h[8];
      expect((h[0] * x + h[1] * y + h[2]) / w).toBeCloseTo(to[i]![0], 8);
      expect((h[3] * x + h[4] * y + h[5]) / w).toBeCloseTo(to[i]![1], 8);
    });
    expect(perspective(image, 0, new MersenneTwister(1))).toEqual(image);
  });

  it('cuts the share of the area that it names', () => {
    const big = picture(640, 480, 4);
    for (const share of [0.5, 0.25, 0.1]) {
      const part = cropped(big, share, new MersenneTwister(7));
      expect((part.width * part.height) / (640 * 480)).toBeCloseTo(share, 2);
    }
    expect(linesRemoved(big, 10)).toMatchObject({ width: 576, height: 432 });
  });
});

describe('values', () => {
  const image = picture(200, 150, 5);

  it('leaves a picture alone at the neutral setting', () => {
    expect(contrast(image, 1)).toEqual(image);
    expect(saturation(image, 1)).toEqual(image);
    expect(hue(image, 0)).toEqual(image);
  });

  it('turns red into green into blue', () => {
    const red = createPixels(1, 1, 3, Uint8ClampedArray.of(200, 20, 20));
    expect([...hue(red, 1 / 3).data]).toEqual([20, 200, 20]);
    expect([...hue(red, -1 / 3).data]).toEqual([20, 20, 200]);
  });

  it('adds noise of the sigma that it names', () => {
    const grey = createPixels(200, 200, 3);
    grey.data.fill(128);
    const db = psnr(grey, noise(grey, 10, new MersenneTwister(2)));
    expect(db).toBeCloseTo(20 * Math.log10(255 / 10), 1);
  });

  it('keeps the share of the marked picture that it names, in place', async () => {
    const black = createPixels(200, 150, 3);
    const after = await kept(image, black, 0.3, new MersenneTwister(3));
    const same = after.data.filter((value, i) => value === image.data[i]).length;
    expect(same / image.data.length).toBeCloseTo(0.3, 1);
  });
});
