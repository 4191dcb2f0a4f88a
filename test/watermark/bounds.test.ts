/** The forms that pictures come in: large and small, 16 bits, grey, alpha, 4:2:0. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage, encodeImage, resizePixels, type Pixels } from '../../src/image/index.js';
import type { EncodeOptions } from '../../src/image/index.js';
import { embedWatermark, extractWatermark } from '../../src/watermark/index.js';
import { largePicture } from './large-picture.js';
import { syntheticImage, testPayload } from './support.js';

const made = new WeakMap<Pixels, Pixels>();

/** `image` marked, once: a picture is given to one payload only, and none of the cases writes to it. */
function mark(image: Pixels, payload: string): Pixels {
  const known = made.get(image);
  if (known) return known;
  const result = embedWatermark(image, { payload });
  expect(result.embedded).toBe(true);
  made.set(image, result.pixels);
  return result.pixels;
}

async function through(image: Pixels, options: EncodeOptions): Promise<Pixels> {
  return (await decodeImage(await encodeImage(image, options))).pixels;
}

describe('sizes', () => {
  it('a 3,000 px original is read from its 512 px thumbnail, JPEG 75 with 4:2:0', async () => {
    const payload = testPayload(80);
    const marked = mark(largePicture(3000, 2000), payload);
    const thumbnail = await resizePixels(marked, 512, 341);
    const jpeg = await through(thumbnail, { format: 'jpeg', quality: 75 });
    expect(extractWatermark(jpeg)).toMatchObject({ payload, geometry: { scale: 1, rotation: 0 } });
  });

  it('the least promised size, 256 px, holds the mark', () => {
    const payload = testPayload(81);
    expect(extractWatermark(mark(syntheticImage(81, 256, 256), payload)).payload).toBe(payload);
  });
});

describe('formats', () => {
  const payload = testPayload(82);
  const WIDTH = 420;
  const HEIGHT = 360;
  const image = syntheticImage(82, WIDTH, HEIGHT);
  const stripes = syntheticImage(83, WIDTH, HEIGHT, 1, 4);

  it('a 16-bit PNG goes in, a 4:2:0 JPEG comes out', async () => {
    const deep = Uint16Array.from(image.data, (value, i) => 257 * value + (i % 100));
    const raw = { width: WIDTH, height: HEIGHT, channels: 3 as const };
    const png = await sharp(deep, { raw }).toColourspace('rgb16').png().toBuffer();
    const decoded = await decodeImage(new Uint8Array(png));
    expect(decoded.bitDepth).toBe(16);
    const options = { format: 'jpeg', quality: 85, chromaSubsampling: '4:2:0' } as const;
    const file = await decodeImage(await encodeImage(mark(decoded.pixels, payload), options));
    expect(file.chromaSubsampling).toBe('4:2:0');
    expect(extractWatermark(file.pixels).payload).toBe(payload);
  });

  it('a grey PNG stays grey and holds the mark', async () => {
    const raw = { width: WIDTH, height: HEIGHT, channels: 3 as const };
    const grey = await sharp(image.data, { raw }).greyscale().toColourspace('b-w').png().toBuffer();
    const decoded = await decodeImage(new Uint8Array(grey));
    expect(decoded.storedChannels).toBe(1);
    const marked = mark(decoded.pixels, payload);
    for (let i = 0; i < marked.data.length; i += 3) {
      if (marked.data[i] !== marked.data[i + 1] || marked.data[i] !== marked.data[i + 2]) {
        expect.fail(`pixel ${i / 3} is no longer grey`);
      }
    }
    expect(extractWatermark(await through(marked, { format: 'png' })).payload).toBe(payload);
  });

  it.each([{ format: 'png' }, { format: 'webp', quality: 85 }] as EncodeOptions[])(
    'alpha is kept, and the mark read through it: %j',
    async (options) => {
      const read = await through(mark(stripes, payload), options);
      expect(read.channels).toBe(4);
      for (let i = 3; i < read.data.length; i += 4 * 37) expect(read.data[i]).toBe(stripes.data[i]);
      expect(extractWatermark(read).payload).toBe(payload);
    },
  );

  it('and through a JPEG of it, which is flattened over white', async () => {
    const marked = mark(stripes, payload);
    const jpeg = await through(marked, { format: 'jpeg', quality: 85 });
    expect(extractWatermark(jpeg).payload).toBe(payload);
  });
});
