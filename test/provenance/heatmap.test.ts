import { describe, expect, it } from 'vitest';
import { decodeImage, encodeImage } from '../../src/image/index.js';
import type { Pixels } from '../../src/image/index.js';
import {
  createWatermarkKey,
  embedWatermark,
  heatmapPicture,
  inspect,
  PUBLIC_KEY,
} from '../../src/provenance/index.js';
import { viridis } from '../../src/provenance/viridis.js';
import { texturedPicture } from '../support/picture.js';

const secret = createWatermarkKey('secret', new Uint8Array(32).fill(7));
/** Another key that bears the same name. */
const namesake = createWatermarkKey('secret', new Uint8Array(32).fill(8));

/** The textured picture with a strip of full transparency at its right end. */
function withAlpha(pixels: Pixels): Pixels {
  const { width, height, data } = pixels;
  const out = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    out.set(data.subarray(3 * i, 3 * i + 3), 4 * i);
    out[4 * i + 3] = i % width < width - 100 ? 255 : 0;
  }
  return { data: out, width, height, channels: 4 };
}

describe('heatmapPicture', () => {
  it('uses the key that the report names, and keeps the size of a small image', async () => {
    const { pixels } = embedWatermark(texturedPicture(600, 512), {
      payload: 'a10123456789abcd',
      key: secret,
    });
    const bytes = await encodeImage(pixels, { format: 'webp', quality: 90 });
    const keys = [namesake, secret, PUBLIC_KEY];
    const report = await inspect(bytes, { keys });
    const picture = await heatmapPicture(bytes, report, { keys });
    const decoded = await decodeImage(picture!);
    expect(decoded).toMatchObject({ mime: 'image/png', width: 600, height: 512 });
    expect(await heatmapPicture(bytes, report)).toBeNull();
  });

  it('shows transparent parts as the white they are seen over, dimmed', async () => {
    const { pixels } = embedWatermark(withAlpha(texturedPicture(600, 512)), {
      payload: 'a10123456789abcd',
    });
    const bytes = await encodeImage(pixels, { format: 'png' });
    const picture = await heatmapPicture(bytes, await inspect(bytes));
    const { data } = (await decodeImage(picture!)).pixels;
    const [r, g, b] = data.subarray((256 * 600 + 590) * 3);
    expect([g, b]).toEqual([r, r]);
    expect(r).toBeGreaterThan(100);
    expect(r).toBeLessThan(180);
  });

  it('is null when the report found none', async () => {
    const bytes = await encodeImage(texturedPicture(512, 512), { format: 'png' });
    expect(await heatmapPicture(bytes, await inspect(bytes))).toBeNull();
  });
});

describe('viridis', () => {
  it('runs from dark violet to yellow, ever brighter', () => {
    expect(viridis(-1)).toEqual([68, 1, 84]);
    expect(viridis(2)).toEqual([253, 231, 37]);
    const brightness = Array.from({ length: 41 }, (_, i) => {
      const [r, g, b] = viridis(i / 40);
      return 0.299 * r + 0.587 * g + 0.114 * b;
    });
    brightness.slice(1).forEach((value, i) => expect(value).toBeGreaterThan(brightness[i]!));
  });
});
