import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  createPixels,
  decodeImage,
  encodeImage,
  insertMetadata,
  psnr,
  readImageFile,
} from '../../src/image/index.js';
import type { DecodedImage } from '../../src/image/index.js';
import { assetPath, haveAssets } from '../support/assets.js';
import { fixture } from '../support/fixtures.js';
import { throwsWithCode } from '../support/throws-with-code.js';

const RED = [200, 40, 60];

/** An 8x4 picture of one colour. */
function flat(channels: 3 | 4 = 3, alpha = 128) {
  const [r, g, b] = RED as [number, number, number];
  const background = channels === 4 ? { r, g, b, alpha: alpha / 255 } : { r, g, b };
  return sharp({ create: { width: 8, height: 4, channels, background } });
}

function pixelAt({ pixels }: DecodedImage, x: number, y: number): number[] {
  const at = (y * pixels.width + x) * pixels.channels;
  return [...pixels.data.subarray(at, at + pixels.channels)];
}

function expectNear(actual: number[], expected: number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) =>
    expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(tolerance),
  );
}

describe('formats and sample layouts become sRGB, 8 bits', () => {
  it.each([
    ['png', () => flat().png(), RED, 0],
    ['png rgba', () => flat(4).png(), [...RED, 128], 0],
    ['png palette', () => flat().png({ palette: true }), RED, 1],
    // libvips writes v * 256 and not v * 257, hence the 1.
    ['png 16 bit', () => flat().toColourspace('rgb16').png(), RED, 1],
    ['png 16 bit rgba', () => flat(4).toColourspace('rgb16').png(), [...RED, 128], 1],
    ['png grey', () => flat().toColourspace('b-w').png(), null, 0],
    ['png grey + alpha', () => flat(4).toColourspace('b-w').png(), null, 0],
    ['png grey 16', () => flat().toColourspace('grey16').png(), null, 0],
    ['jpeg', () => flat().jpeg({ quality: 95 }), RED, 4],
    ['jpeg grey', () => flat().toColourspace('b-w').jpeg(), null, 0],
    ['jpeg progressive', () => flat().jpeg({ progressive: true }), RED, 4],
    ['webp lossless rgba', () => flat(4).webp({ lossless: true }), [...RED, 128], 0],
    ['avif', () => flat().avif({ quality: 90 }), RED, 5],
    ['tiff', () => flat().tiff(), RED, 4],
    ['tiff deflate rgba', () => flat(4).tiff({ compression: 'deflate' }), [...RED, 128], 0],
    ['tiff 16 bit', () => flat().toColourspace('rgb16').tiff({ compression: 'lzw' }), RED, 1],
    ['tiff cmyk', () => flat().toColourspace('cmyk').tiff({ compression: 'lzw' }), RED, 20],
    ['jpeg cmyk', () => flat().toColourspace('cmyk').withIccProfile('cmyk').jpeg(), RED, 20],
    [
      'jpeg display-p3',
      () => flat().withIccProfile('p3').jpeg({ quality: 100, chromaSubsampling: '4:4:4' }),
      RED,
      4,
    ],
    ['png display-p3', () => flat().withIccProfile('p3').png(), RED, 2],
    [
      'png 16 bit display-p3',
      () => flat().toColourspace('rgb16').withIccProfile('p3').png(),
      RED,
      2,
    ],
    ['gif', () => flat().gif(), [...RED, 255], 3],
  ] as const)('%s', async (_name, make, expected, tolerance) => {
    const decoded = await decodeImage(new Uint8Array(await make().toBuffer()));
    expect([decoded.width, decoded.height]).toEqual([8, 4]);
    expect(decoded.pixels.channels).toBe(decoded.hasAlpha ? 4 : 3);
    const pixel = pixelAt(decoded, 3, 2);
    if (expected) expectNear(pixel, [...expected], tolerance);
    else expect(pixel[0] === pixel[1] && pixel[1] === pixel[2]).toBe(true);
  });

  it('keeps saturated colours that a profile with other primaries describes', async () => {
    // Stored numbers of sRGB red in Display P3 (ICC's own published conversion): 234, 51, 35.
    const stored = Buffer.from(Array.from({ length: 64 }, () => [234, 51, 35]).flat());
    const raw = sharp(stored, { raw: { width: 8, height: 8, channels: 3 } });
    const profile = (await sharp(await flat().withIccProfile('p3').png().toBuffer()).metadata())
      .icc;
    const png = await raw.png().toBuffer();
    const tagged = insertMetadata(png, 'png', {
      exif: null,
      xmp: null,
      icc: new Uint8Array(profile!),
    });
    const decoded = await decodeImage(tagged);
    expect(decoded.hasProfile).toBe(true);
    expectNear(pixelAt(decoded, 2, 2), [255, 0, 0], 6);
  });

  it('keeps 16-bit grey at its value', async () => {
    const samples = Uint16Array.from({ length: 256 }, (_, i) => i * 257);
    const png = await sharp(samples, { raw: { width: 256, height: 1, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    const decoded = await decodeImage(new Uint8Array(png));
    expect(decoded.colourSpace).toBe('grey16');
    expect([...decoded.pixels.data].filter((_, i) => i % 3 === 1)).toEqual(
      Array.from({ length: 256 }, (_, i) => i),
    );
  });

  it('rounds 16 bits to the nearest of 8', async () => {
    const samples = Uint16Array.from({ length: 3 * 768 }, (_, i) => Math.min(65535, i * 29));
    const png = await sharp(samples, { raw: { width: 768, height: 1, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    const decoded = await decodeImage(png);
    expect(decoded.bitDepth).toBe(16);
    expect([...decoded.pixels.data]).toEqual([...samples].map((value) => Math.round(value / 257)));
  });
});

describe('orientation', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF orientation %i is applied', async (orientation) => {
    const upright = createPixels(16, 8, 3);
    for (let y = 0; y < 4; y++) upright.data.fill(255, y * 48, y * 48 + 24);
    const [width, height] = orientation < 5 ? [16, 8] : [8, 16];
    const stored = Buffer.alloc(3 * width * height);
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 16; x++) {
        // Where Exif 2.32 §4.6.4 says that this upright pixel is stored.
        const [column, row] = [
          [x, y],
          [15 - x, y],
          [15 - x, 7 - y],
          [x, 7 - y],
          [y, x],
          [y, 15 - x],
          [7 - y, 15 - x],
          [7 - y, x],
        ][orientation - 1] as [number, number];
        stored.fill(
          upright.data[(y * 16 + x) * 3]!,
          (row * width + column) * 3,
          (row * width + column) * 3 + 3,
        );
      }
    }
    const png = await sharp(stored, { raw: { width, height, channels: 3 } })
      .withMetadata({ orientation })
      .png()
      .toBuffer();
    const decoded = await decodeImage(new Uint8Array(png));
    expect(decoded.orientation).toBe(orientation);
    expect([decoded.width, decoded.height]).toEqual([16, 8]);
    expect(pixelAt(decoded, 1, 1)).toEqual([255, 255, 255]);
    expect(pixelAt(decoded, 14, 1)).toEqual([0, 0, 0]);
    expect(pixelAt(decoded, 1, 6)).toEqual([0, 0, 0]);
  });
});

describe('files of other makers', () => {
  const original = () => decodeImage(fixture('images/pillow-rgb.webp'));

  it.each([
    ['pillow-rgb.jpg', 34],
    ['pillow-rgb.tif', Infinity],
    ['pillow-text.png', Infinity],
    ['pillow-cmyk.jpg', 12],
  ])('%s', async (name, least) => {
    const decoded = await decodeImage(fixture(`images/${name}`));
    expect(psnr((await original()).pixels, decoded.pixels)).toBeGreaterThanOrEqual(least);
  });

  it('an animation gives its first frame and its count', async () => {
    const decoded = await decodeImage(fixture('images/pillow-rgb.gif'));
    expect([decoded.width, decoded.height, decoded.pages]).toEqual([128, 96, 2]);
    await throwsWithCode(
      () => decodeImage(fixture('images/pillow-rgb.gif'), { maxPages: 1 }),
      'IMAGE_CONTAINER_LIMIT',
    );
  });

  it('a JPEG of more scans than any encoder writes is refused before they are read', async () => {
    // 100 million pixels of one colour in SOF2, then one and the same scan of a few bytes again and again.
    const segment = (marker: number, ...data: number[]): Buffer =>
      Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255, ...data]);
    const frame = segment(0xc2, 8, 0x27, 0x10, 0x27, 0x10, 1, 1, 0x11, 0);
    const table = segment(0xdb, 0, ...new Array<number>(64).fill(16));
    const scan = Buffer.concat([segment(0xda, 1, 1, 0, 0, 0, 0), Buffer.alloc(8)]);
    const file = (scans: number, stray: number[] = []): Buffer =>
      Buffer.concat([
        Buffer.from([0xff, 0xd8]),
        table,
        Buffer.from(stray),
        frame,
        ...new Array<Buffer>(scans).fill(scan),
        Buffer.from([0xff, 0xd9]),
      ]);
    await throwsWithCode(() => decodeImage(file(101)), 'IMAGE_CONTAINER_LIMIT');
    // Bytes that decoders pass over.
    for (const stray of [[0], [0xff, 0], [0x12, 0x34], [0xff, 0xff]]) {
      await throwsWithCode(() => decodeImage(file(101, stray)), 'IMAGE_CONTAINER_LIMIT');
    }
    await throwsWithCode(() => decodeImage(file(100)), 'IMAGE_MALFORMED');
  });

  it.each(['png', 'webp', 'avif'])('animated.%s', async (extension) => {
    const bytes = fixture(`images/animated.${extension}`);
    const decoded = await decodeImage(bytes);
    expect([decoded.width, decoded.height, decoded.pages]).toEqual([48, 36, 2]);
    // The gradient; the second frame is turned by half a circle.
    expectNear(pixelAt(decoded, 1, 1), [8, 8, 8], 12);
    await throwsWithCode(() => decodeImage(bytes, { maxPages: 1 }), 'IMAGE_CONTAINER_LIMIT');
  });

  it('one pixel', async () => {
    expect(pixelAt(await decodeImage(fixture('images/one-pixel.png')), 0, 0)).toEqual([
      41, 107, 57,
    ]);
  });

  it('the longest line', async () => {
    const line = await encodeImage(createPixels(65_535, 1, 3), { format: 'png' });
    expect((await decodeImage(line)).width).toBe(65_535);
  });
});

describe('hostile and broken files get a typed error', () => {
  it.each([
    ['broken/bomb-30000x30000.png', 'IMAGE_TOO_MANY_PIXELS'],
    ['broken/truncated.jpg', 'IMAGE_MALFORMED'],
    ['broken/truncated.png', 'IMAGE_MALFORMED'],
    ['broken/garbage.jpg', 'IMAGE_UNSUPPORTED'],
    ['broken/empty.png', 'IMAGE_EMPTY'],
  ])('%s: %s', async (name, code) => {
    await throwsWithCode(() => decodeImage(fixture(name)), code);
  });

  it('a renamed file is what its bytes say', async () => {
    expect((await decodeImage(fixture('broken/png-named.jpg'))).format).toBe('png');
  });

  it('of more channels than colour and alpha', async () => {
    const channels = 6;
    const [header, fields] = [8, 9];
    const strip = header + 2 + 12 * fields + 4;
    const tiff = Buffer.alloc(strip + 2 * channels + 64 * channels);
    tiff.write('II*\0', 'latin1');
    tiff.writeUInt32LE(header, 4);
    tiff.writeUInt16LE(fields, header);
    // [tag, type, count, value]: baseline fields of TIFF 6.0; bits of each sample stand behind the directory.
    const directory: [number, number, number, number][] = [
      [256, 3, 1, 8],
      [257, 3, 1, 8],
      [258, 3, channels, strip],
      [259, 3, 1, 1],
      [262, 3, 1, 2],
      [273, 4, 1, strip + 2 * channels],
      [277, 3, 1, channels],
      [278, 3, 1, 8],
      [279, 4, 1, 64 * channels],
    ];
    for (const [i, [tag, type, count, value]] of directory.entries()) {
      const at = header + 2 + 12 * i;
      tiff.writeUInt16LE(tag, at);
      tiff.writeUInt16LE(type, at + 2);
      tiff.writeUInt32LE(count, at + 4);
      if (type === 3 && count === 1) tiff.writeUInt16LE(value, at + 8);
      else tiff.writeUInt32LE(value, at + 8);
    }
    for (let k = 0; k < channels; k++) tiff.writeUInt16LE(8, strip + 2 * k);
    await throwsWithCode(() => decodeImage(tiff), 'IMAGE_UNSUPPORTED');
  });

  it('SVG is recognised and never rendered', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1/x"/></svg>';
    await throwsWithCode(() => decodeImage(Buffer.from(svg)), 'IMAGE_UNSUPPORTED');
  });

  it('limits hold at their exact value', async () => {
    const png = new Uint8Array(await flat().png().toBuffer());
    await decodeImage(png, { maxPixels: 32, maxSide: 8, maxBytes: png.length });
    for (const limits of [{ maxPixels: 31 }, { maxSide: 7 }]) {
      await throwsWithCode(() => decodeImage(png, limits), 'IMAGE_TOO_MANY_PIXELS');
    }
    await throwsWithCode(() => decodeImage(png, { maxBytes: png.length - 1 }), 'IMAGE_TOO_LARGE');
    await expect(decodeImage(png, { maxPixels: 0 })).rejects.toThrow(RangeError);
  });
});

describe.skipIf(!haveAssets)('real files (needs ../shared/assets)', () => {
  it.each([
    'photos/exif-samples/heic_IMG_5195.HEIC',
    'photos/exif-samples/heic_samplefilehub.heif',
    'c2pa/c2pa-rs/sample1.heic',
  ])('%s: HEVC is named as unsupported', async (name) => {
    const bytes = await readImageFile(assetPath(name));
    const error = await throwsWithCode(() => decodeImage(bytes), 'IMAGE_UNSUPPORTED');
    expect(error.message).toMatch(/HEVC/);
  });

  it.each([1, 5, 6, 7, 8])('landscape_%i.jpg is upright', async (orientation) => {
    const path = `photos/exif-samples/jpg_orientation_landscape_${orientation}.jpg`;
    const decoded = await decodeImage(await readImageFile(assetPath(path)));
    expect(decoded.orientation).toBe(orientation);
    expect(decoded.width).toBeGreaterThan(decoded.height);
  });

  it.each([
    'photos/exif-samples/jpg_hdr_canon_hdr_YES.jpg',
    'photos/exif-samples/jpg_tests_36-memory_error.jpg',
    'c2pa/c2pa-rs/TUSCANY.TIF',
    'c2pa/c2pa-rs/MultiPage.tif',
    'c2pa/c2pa-rs/sample1.avif',
    'c2pa/c2pa-rs/sample1.webp',
  ])('%s decodes', async (name) => {
    const decoded = await decodeImage(await readImageFile(assetPath(name)));
    expect(decoded.pixels.data.length).toBe(
      decoded.width * decoded.height * decoded.pixels.channels,
    );
  });
});
