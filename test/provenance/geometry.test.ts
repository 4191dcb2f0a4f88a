import { describe, expect, it } from 'vitest';
import { describeGeometry } from '../../src/provenance/note/geometry.js';

const untouched = { rotation: 0, scale: 1, aspect: 1, crop: null, flip: false };
const at = (x: number, y: number) => ({ x, y, period: 256 });

describe('describeGeometry', () => {
  it.each<[string, Partial<Parameters<typeof describeGeometry>[0]>]>([
    ['', {}],
    ['', { rotation: 359.98, scale: 1.004, aspect: 0.996, crop: at(1, 255) }],
    ['rotated 5.0 degrees clockwise', { rotation: 5.02 }],
    ['rotated 5.0 degrees counter-clockwise', { rotation: 354.98 }],
    ['rotated 180.0 degrees clockwise', { rotation: 180 }],
    ['cut to 71 % of the short side', { scale: 1.41, crop: at(40, 30) }],
    ['within something larger, at 71 % of the short side', { scale: 0.709, crop: at(200, 190) }],
    ['cut or moved', { crop: at(100, 0) }],
    ['cut or moved', { crop: at(0, 100) }],
    ['stretched to 150 % of its width', { aspect: 1.5, scale: 1.22, crop: at(0, 0) }],
    ['stretched to 67 % of its width, cut or moved', { aspect: 2 / 3, scale: 0.8, crop: at(9, 0) }],
    ['mirrored', { flip: true }],
    [
      'rotated 5.0 degrees clockwise, cut to 71 % of the short side, mirrored',
      { rotation: 5, scale: 1.41, crop: at(3, 4), flip: true },
    ],
  ])('%j', (words, change) => {
    expect(describeGeometry({ ...untouched, ...change })).toBe(words);
  });
});
