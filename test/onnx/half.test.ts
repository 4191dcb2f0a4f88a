import { describe, expect, it } from 'vitest';
import { floatsToHalves, halvesToFloats } from '../../src/onnx/half.js';

describe('half precision', () => {
  it('comes back from every one of its 65,536 patterns', () => {
    const all = Uint16Array.from({ length: 0x10000 }, (_, i) => i);
    const floats = halvesToFloats(all);
    const back = floatsToHalves(floats);
    const wrong = [...all].filter((h) => back[h] !== h && !Number.isNaN(floats[h]));
    expect(wrong).toEqual([]);
    expect(floats.filter(Number.isNaN).length).toBe(2 * 1023);
  });

  /** `numpy.float32(x).astype(numpy.float16).view(numpy.uint16)`, numpy 2.4.6. */
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [0.1, 0x2e66],
    [-2.71828, 0xc170],
    [65504, 0x7bff],
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [1e9, 0x7c00],
    [-Infinity, 0xfc00],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [1.5 * 2 ** -25, 0x0001],
    [2049, 0x6800],
    [2051, 0x6802],
  ])('%d is rounded as numpy rounds it', (value, half) => {
    expect(floatsToHalves([value])[0]).toBe(half);
  });
});
