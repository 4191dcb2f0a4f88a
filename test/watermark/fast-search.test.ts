/** The fast search reads what the full one reads near the image's own size, and nothing else. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Pixels } from '../../src/image/index.js';
import { cropPixels } from '../../src/image/index.js';
import { embedWatermark, extractWatermark } from '../../src/watermark/index.js';
import { texturedPicture } from '../support/picture.js';

const PAYLOAD = '00112233445566ff';
let marked: Pixels;
beforeAll(() => {
  marked = embedWatermark(texturedPicture(768, 640), { payload: PAYLOAD }).pixels;
});
const read = (pixels: Pixels, search: 'fast' | 'full') => extractWatermark(pixels, { search });

describe('search: fast', () => {
  it('reads the image as it is and cut to a third of its sides, exactly as the full search does', () => {
    for (const pixels of [marked, cropPixels(marked, 40, 30, 256, 230)]) {
      const fast = read(pixels, 'fast');
      expect(fast.payload).toBe(PAYLOAD);
      expect(fast).toEqual(read(pixels, 'full'));
    }
  });

  it('does not read it within a picture of twice its sides, which the full search does', () => {
    const around = texturedPicture(1536, 1280, 2);
    for (let y = 0; y < 640; y++) {
      const row = marked.data.subarray(y * 768 * 3, (y + 1) * 768 * 3);
      around.data.set(row, ((y + 300) * 1536 + 400) * 3);
    }
    expect(read(around, 'fast').status).toBe('none');
    expect(read(around, 'full').payload).toBe(PAYLOAD);
  });

  it('knows no other name', () => {
    expect(() => read(marked, 'quick' as 'fast')).toThrow(RangeError);
  });
});
