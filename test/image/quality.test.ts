import { describe, expect, it } from 'vitest';
import { createPixels, luma, psnr, ssim } from '../../src/image/index.js';
import type { Pixels } from '../../src/image/index.js';
import { fixture } from '../support/fixtures.js';

interface Row {
  width: number;
  height: number;
  change: string;
  psnr: number;
  ssim: number;
}
const { rows } = JSON.parse(new TextDecoder().decode(fixture('vectors/quality.json'))) as {
  rows: Row[];
};

/** The formulas of fixtures/vectors/quality.py. */
function picture(width: number, height: number, change: string): Pixels {
  const pixels = createPixels(width, height, 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++, at++) {
        let value = (x * 3 + y * 5 + c * 40 + ((x * y) % 17) * 4) % 256;
        if (change === 'noise') value += ((x * 7 + y * 13 + c * 29) % 11) - 5;
        if (change === 'brighter') value += 20;
        if (change === 'flat') value = 128;
        pixels.data[at] = value;
      }
    }
  }
  return pixels;
}

describe('quality measures agree with scikit-image', () => {
  it.each(rows)('$change at $width x $height', ({ width, height, change, ...golden }) => {
    const a = picture(width, height, 'none');
    const b = picture(width, height, change);
    expect(psnr(a, b)).toBeCloseTo(golden.psnr, 9);
    expect(ssim(a, b)).toBeCloseTo(golden.ssim, 7);
  });
});

describe('quality measures at their edges', () => {
  it('equal pictures are Infinity and 1', () => {
    const a = picture(16, 16, 'none');
    expect(psnr(a, a)).toBe(Infinity);
    expect(ssim(a, a)).toBeCloseTo(1, 12);
  });

  it('sizes must be the same and large enough', () => {
    expect(() => psnr(createPixels(2, 2, 3), createPixels(2, 3, 3))).toThrow(RangeError);
    expect(() => ssim(createPixels(6, 9, 3), createPixels(6, 9, 3))).toThrow(RangeError);
  });

  it('luma weighs the channels by BT.601 and ignores alpha', () => {
    const pixels = createPixels(
      3,
      1,
      4,
      Uint8ClampedArray.of(255, 0, 0, 9, 0, 255, 0, 0, 0, 0, 255, 1),
    );
    expect([...luma(pixels)].map((value) => value.toFixed(3))).toEqual([
      '76.245',
      '149.685',
      '29.070',
    ]);
  });
});
