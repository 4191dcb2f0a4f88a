import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/core/index.js';
import type { Pixels } from '../../src/image/index.js';
import { psnr, ssim } from '../../src/image/quality.js';
import {
  createWatermarkKey,
  embedWatermark,
  extractWatermark,
  PUBLIC_KEY,
  verifyWatermark,
  WATERMARK_ALG,
} from '../../src/watermark/index.js';
import { syntheticImage, testPayload } from './support.js';
import { mirror } from './transforms.js';

const SECRET = createWatermarkKey(
  'house',
  new Uint8Array(32).map((_, i) => i),
);

describe('embed and extract', () => {
  it('reports the quality that the image module measures', () => {
    const image = syntheticImage(3, 400, 300);
    const result = embedWatermark(image, { payload: testPayload(1) });
    expect(result.psnr).toBeCloseTo(psnr(image, result.pixels), 6);
    expect(result.ssim).toBeCloseTo(ssim(image, result.pixels), 4);
  });

  it('is deterministic, leaves its input alone, and has not changed unnoticed', () => {
    const image = syntheticImage(11, 320, 288);
    const before = sha256Hex(Uint8Array.from(image.data));
    const a = embedWatermark(image, { payload: '0123456789abcdef' });
    const b = embedWatermark(image, { payload: '0123456789abcdef' });
    expect(sha256Hex(Uint8Array.from(image.data))).toBe(before);
    expect(sha256Hex(Uint8Array.from(a.pixels.data))).toBe(GOLDEN);
    expect(sha256Hex(Uint8Array.from(b.pixels.data))).toBe(GOLDEN);
  });

  it('changes R, G and B alike and no transparent pixel', () => {
    const image = syntheticImage(12, 384, 384, 1, 4);
    const { pixels, embedded } = embedWatermark(image, { payload: testPayload(2) });
    expect(embedded).toBe(true);
    const wrong: number[] = [];
    for (let i = 0; i < image.data.length; i += 4) {
      const [r, g, b, alpha] = [0, 1, 2, 3].map((c) => pixels.data[i + c]! - image.data[i + c]!);
      const transparent = image.data[i + 3] === 0;
      const unclipped = [0, 1, 2].every((c) => Math.abs(image.data[i + c]! - 128) < 119);
      if (alpha !== 0 || (transparent && (r || g || b))) wrong.push(i);
      if (!transparent && unclipped && (r !== g || r !== b)) wrong.push(i);
    }
    expect(wrong).toEqual([]);
    expect(extractWatermark(pixels).payload).toBe(testPayload(2));
  });

  it('reads a mirrored copy, and says so', () => {
    const { pixels } = embedWatermark(syntheticImage(13, 400, 320), { payload: testPayload(3) });
    const mirrored = mirror(pixels);
    const read = extractWatermark(mirrored);
    expect(read.payload).toBe(testPayload(3));
    expect(read.geometry?.flip).toBe(true);
  });

  it('reads a long strip and a greyscale picture', () => {
    const strip = embedWatermark(syntheticImage(14, 1500, 260), { payload: testPayload(4) });
    expect(extractWatermark(strip.pixels).payload).toBe(testPayload(4));
    const grey = syntheticImage(15, 300, 300);
    for (let i = 0; i < grey.data.length; i += 3)
      grey.data[i + 1] = grey.data[i + 2] = grey.data[i]!;
    const marked = embedWatermark(grey, { payload: testPayload(5) });
    expect(extractWatermark(marked.pixels).payload).toBe(testPayload(5));
  });

  it('weaker marks change less', () => {
    const image = syntheticImage(16, 384, 384);
    const full = embedWatermark(image, { payload: testPayload(6) });
    const half = embedWatermark(image, { payload: testPayload(6), strength: 0.5 });
    expect(half.psnr).toBeGreaterThan(full.psnr + 3);
  });
});

describe('keys', () => {
  const marked = embedWatermark(syntheticImage(21, 400, 400), {
    payload: testPayload(7),
    key: SECRET,
  }).pixels;

  it('reads with the right key among others and names it', () => {
    const other = createWatermarkKey('other', new Uint8Array(16).fill(1));
    const read = extractWatermark(marked, { keys: [PUBLIC_KEY, other, SECRET] });
    expect(read).toMatchObject({ payload: testPayload(7), keyId: 'house' });
  });

  it('gives nothing with a wrong key, nor from an unmarked picture', () => {
    const none = { status: 'none', alg: WATERMARK_ALG, payload: null, keyId: null, geometry: null };
    expect(extractWatermark(marked)).toMatchObject({ ...none, confidence: 0 });
    expect(extractWatermark(syntheticImage(500, 300, 280)).payload).toBeNull();
  });

  it('verifies the payload that is there and no other', () => {
    expect(verifyWatermark(marked, { payload: testPayload(7), key: SECRET }).status).toBe(
      'detected',
    );
    expect(verifyWatermark(marked, { payload: testPayload(8), key: SECRET }).status).toBe('none');
    expect(verifyWatermark(marked, { payload: testPayload(7) }).status).toBe('none');
  });
});

describe('what cannot hold a mark', () => {
  it.each([
    [1, 1],
    [1, 4000],
    [63, 900],
  ])('%ix%i is too small', (width, height) => {
    const image = syntheticImage(1, width, height);
    const result = embedWatermark(image, { payload: testPayload(1) });
    expect(result).toMatchObject({ embedded: false, reason: 'too-small', psnr: Infinity });
    expect(result.pixels).toBe(image);
    expect(result.advice).toMatch(/256/);
    expect(extractWatermark(image).status).toBe('none');
  });

  it('a flat picture holds it all the same', () => {
    const data = new Uint8ClampedArray(512 * 512 * 3).fill(128);
    const image: Pixels = { data, width: 512, height: 512, channels: 3 };
    expect(extractWatermark(image).status).toBe('none');
    const result = embedWatermark(image, { payload: testPayload(1) });
    expect(result.embedded).toBe(true);
    expect(extractWatermark(result.pixels).payload).toBe(testPayload(1));
  });

  it('arguments are checked', () => {
    const image = syntheticImage(1, 80, 80);
    const payload = testPayload(1);
    expect(() => embedWatermark(image, { payload: 'no' })).toThrow(RangeError);
    expect(() => embedWatermark(image, { payload, strength: 9 })).toThrow(RangeError);
    expect(() => embedWatermark(image, { payload, minPsnr: 'a' as never })).toThrow(TypeError);
    expect(() => embedWatermark(image, { payload, minSsim: 1 })).toThrow(RangeError);
    expect(() => embedWatermark({ ...image, width: 81 }, { payload })).toThrow(RangeError);
    expect(() => embedWatermark(null as never, { payload })).toThrow(TypeError);
    expect(() => extractWatermark(image, { keys: [] })).toThrow(RangeError);
    expect(() => extractWatermark(image, { keys: [{ id: 'x' } as never] })).toThrow(TypeError);
    expect(() => extractWatermark(image, { maxFalsePositive: 0 })).toThrow(RangeError);
    expect(() => verifyWatermark(image, { payload: '12' })).toThrow(RangeError);
  });
});

/** SHA-256 of the samples of one marked picture; a new value means that old marks may not read. */
const GOLDEN = '57b5c530693e03c96bb70eac1536fc6ae19b8faeb3587de45190acaa8af7177a';
