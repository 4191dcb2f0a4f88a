import { describe, expect, it } from 'vitest';
import { hammingDistance } from '../../src/core/index.js';
import type { Pixels } from '../../src/image/index.js';
import {
  createPixels,
  decodeImage,
  encodeImage,
  fingerprintOf,
  fingerprintVariants,
  pdqHash,
  pdqVariants,
  resizePixels,
} from '../../src/image/index.js';
import { fixture } from '../support/fixtures.js';
import { texturedPicture } from '../support/picture.js';

interface Golden {
  formula: { width: number; height: number; seed: number; quality: number; variants: string[] }[];
  files: Record<string, { hash: string; quality: number }>;
}
const golden = JSON.parse(Buffer.from(fixture('vectors/pdq.json')).toString()) as Golden;

/** The reference allows its implementations 10 bits of difference; here only ties at the median may fall otherwise. */
const TOLERANCE = 2;

/** As in fixtures/vectors/pdq.py. */
function formula(width: number, height: number, seed: number): Pixels {
  const pixels = createPixels(width, height, 3);
  const whole = Math.floor;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++, at++) {
        const waves = (x * (3 + seed + c) + y * (7 + 2 * c)) % 256;
        const product = whole((x * y * (seed + 1)) / (97 + c)) % 128;
        const checks = ((whole(x / 16) + whole(y / 16)) % 2) * 60;
        pixels.data[at] = whole((waves + product + checks) / 2) % 256;
      }
    }
  }
  return pixels;
}

describe('PDQ', () => {
  it.each(golden.formula)(
    "is that of Meta's C++ at $width x $height, turned and mirrored too",
    ({ width, height, seed, quality, variants }) => {
      const found = pdqVariants(formula(width, height, seed));
      expect(found).toHaveLength(8);
      found.forEach((variant, i) => {
        expect(hammingDistance(variant.hash, variants[i]!)).toBeLessThanOrEqual(TOLERANCE);
        expect(Math.abs(variant.quality - quality)).toBeLessThanOrEqual(1);
      });
      expect(pdqHash(formula(width, height, seed))).toEqual(found[0]);
    },
  );

  it.each(Object.entries(golden.files))('is that of the file %s', async (name, expected) => {
    const { pixels } = await decodeImage(fixture(`images/${name}`));
    const found = pdqHash(pixels);
    expect(hammingDistance(found.hash, expected.hash)).toBeLessThanOrEqual(TOLERANCE);
    expect(Math.abs(found.quality - expected.quality)).toBeLessThanOrEqual(1);
  });

  it('has nothing to say about what is too small to hash', () => {
    expect(pdqHash(createPixels(4, 100, 3))).toEqual({ hash: '0'.repeat(64), quality: 0 });
  });
});

describe('a fingerprint', () => {
  const picture = texturedPicture(900, 700);

  it('hardly moves by shrinking and re-encoding, and is far from that of another picture', async () => {
    const own = await fingerprintOf(picture);
    const small = await resizePixels(picture, 300, 233);
    const { pixels: worn } = await decodeImage(
      await encodeImage(small, { format: 'jpeg', quality: 40 }),
    );
    expect(hammingDistance(own.hash, (await fingerprintOf(worn)).hash)).toBeLessThanOrEqual(16);
    const other = await fingerprintOf(texturedPicture(900, 700, 2));
    expect(hammingDistance(own.hash, other.hash)).toBeGreaterThan(31);
    expect(own.quality).toBe(100);
  });

  it('has eight forms, of which one is that of the mirrored picture', async () => {
    const mirrored = createPixels(900, 700, 3);
    for (let y = 0; y < 700; y++) {
      for (let x = 0; x < 900; x++) {
        const from = (y * 900 + 899 - x) * 3;
        mirrored.data.set(picture.data.subarray(from, from + 3), (y * 900 + x) * 3);
      }
    }
    const [, , , , , leftRight] = await fingerprintVariants(picture);
    const { hash } = await fingerprintOf(mirrored);
    expect(hammingDistance(leftRight!.hash, hash)).toBeLessThanOrEqual(16);
  });
});
