import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  createPixels,
  cropPixels,
  decodeImage,
  encodeImage,
  extractExif,
  extractXmp,
  flattenPixels,
  isSrgbProfile,
  OUTPUT_FORMATS,
  psnr,
  readOrientation,
  resetOrientation,
  resizePixels,
} from '../../src/image/index.js';
import { fixture } from '../support/fixtures.js';
import { throwsWithCode } from '../support/throws-with-code.js';

const XMP_HEAD =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  '<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" ';
const XMP_TAIL = '/></rdf:RDF></x:xmpmeta>';
const utf8 = (text: string) => new TextEncoder().encode(text);

/** Orientation 6 and a Make, big endian, with a second directory. */
const EXIF = Uint8Array.from(
  Buffer.from(
    '4d4d002a00000008' +
      '0002' +
      '010f0002000000080000002e' +
      '011200030000000100060000' +
      '00000026' +
      '000000000000' +
      '0000' +
      '496d7072696e7400',
    'hex',
  ),
);

async function gradient(channels: 3 | 4 = 3) {
  const { pixels } = await decodeImage(fixture('images/pillow-rgb.webp'));
  if (channels === 3) return pixels;
  const rgba = createPixels(pixels.width, pixels.height, 4);
  for (let i = 0; i < pixels.width * pixels.height; i++) {
    rgba.data.set(pixels.data.subarray(3 * i, 3 * i + 3), 4 * i);
    rgba.data[4 * i + 3] = i % 256;
  }
  return rgba;
}

describe('encodeImage', () => {
  it.each(OUTPUT_FORMATS)(
    '%s: same bytes twice, upright metadata, close pixels',
    async (format) => {
      const pixels = await gradient();
      const options = {
        format,
        exif: EXIF,
        xmp: utf8(`${XMP_HEAD}tiff:Orientation="6"${XMP_TAIL}`),
      };
      const bytes = await encodeImage(pixels, options);
      expect(Buffer.compare(bytes, await encodeImage(pixels, options))).toBe(0);
      const decoded = await decodeImage(bytes);
      expect([decoded.width, decoded.height, decoded.orientation]).toEqual([128, 96, 1]);
      expect(psnr(pixels, decoded.pixels)).toBeGreaterThan(32);
      expect(new TextDecoder().decode(decoded.xmp)).toContain('tiff:Orientation="1"');
      if (format !== 'tiff') {
        expect(Buffer.from(decoded.exif!).includes('Imprint')).toBe(true);
        expect(readOrientation(decoded.exif!)).toBe(1);
      }
    },
  );

  it.each(['png', 'jpeg', 'webp'] as const)('%s: EXIF is written byte for byte', async (format) => {
    const bytes = await encodeImage(createPixels(3, 5, 3), { format, exif: EXIF });
    expect(extractExif(bytes)).toEqual(resetOrientation(EXIF));
    // And libvips reads it too, so the container around it is right.
    expect((await sharp(bytes).metadata()).exif?.includes('Imprint')).toBe(true);
  });

  it.each([
    ['png', {}],
    ['tiff', {}],
    ['webp', { lossless: true }],
  ] as const)('%s keeps alpha exactly', async (format, options) => {
    const pixels = await gradient(4);
    const decoded = await decodeImage(await encodeImage(pixels, { format, ...options }));
    expect(decoded.hasAlpha).toBe(true);
    for (let i = 3; i < pixels.data.length; i += 4) {
      if (decoded.pixels.data[i] !== pixels.data[i]) throw new Error(`alpha differs at ${i}`);
    }
  });

  it('JPEG composites alpha over white', async () => {
    const clear = createPixels(16, 16, 4);
    const decoded = await decodeImage(await encodeImage(clear, { format: 'jpeg' }));
    expect([...decoded.pixels.data].every((value) => value >= 254)).toBe(true);
    expect([
      ...flattenPixels(createPixels(1, 1, 4, Uint8ClampedArray.of(0, 100, 200, 128))).data,
    ]).toEqual([127, 177, 227]);
  });

  it.each(['jpeg', 'png', 'tiff'] as const)('%s stores density', async (format) => {
    const bytes = await encodeImage(createPixels(9, 9, 3), { format, density: 300 });
    expect(Math.round((await decodeImage(bytes)).density!)).toBe(300);
  });

  it('chroma subsampling follows quality unless told', async () => {
    const shape = async (options: object) =>
      (await decodeImage(await encodeImage(await gradient(), { format: 'jpeg', ...options })))
        .chromaSubsampling;
    expect(await shape({})).toBe('4:4:4');
    expect(await shape({ quality: 75 })).toBe('4:2:0');
    expect(await shape({ quality: 95, chromaSubsampling: '4:2:0' })).toBe('4:2:0');
  });

  it('long XMP goes into extended JPEG segments and comes back whole', async () => {
    const words = 'x'.repeat(150_000);
    const xmp = utf8(`${XMP_HEAD}tiff:Artist="${words}"${XMP_TAIL}`);
    const jpeg = await encodeImage(createPixels(8, 8, 3), { format: 'jpeg', xmp });
    expect(new TextDecoder().decode(extractXmp(jpeg))).toContain(`tiff:Artist="${words}"`);
  });

  it('what does not fit is an error with a code', async () => {
    const pixels = createPixels(8, 8, 3);
    const exif = new Uint8Array(70_000);
    await throwsWithCode(() => encodeImage(pixels, { format: 'jpeg', exif }), 'IMAGE_ENCODE');
    await throwsWithCode(
      () => encodeImage(createPixels(16_384, 1, 3), { format: 'webp' }),
      'IMAGE_ENCODE',
    );
    await expect(encodeImage(pixels, { format: 'jpeg', quality: 0 })).rejects.toThrow(RangeError);
    await expect(encodeImage(pixels, { format: 'bmp' as 'png' })).rejects.toThrow(RangeError);
  });
});

describe('profiles', () => {
  const profileOf = async (name: string) => {
    const made = sharp({ create: { width: 8, height: 8, channels: 3, background: '#123456' } });
    const png = await made.withIccProfile(name).png().toBuffer();
    return new Uint8Array((await sharp(png).metadata()).icc!);
  };

  it.each(OUTPUT_FORMATS)('%s embeds an sRGB profile and leaves others out', async (format) => {
    const srgb = await profileOf('srgb');
    const pixels = await gradient();
    const kept = await decodeImage(await encodeImage(pixels, { format, iccProfile: srgb }));
    expect(kept.iccProfile).toEqual(srgb);
    expect(psnr(kept.pixels, pixels)).toBeGreaterThan(32);
    const other = await encodeImage(pixels, { format, iccProfile: await profileOf('p3') });
    expect((await decodeImage(other)).hasProfile).toBe(false);
  });

  it('isSrgbProfile judges by numbers', async () => {
    expect(isSrgbProfile(await profileOf('srgb'))).toBe(true);
    expect(isSrgbProfile(await profileOf('p3'))).toBe(false);
    expect(isSrgbProfile(await profileOf('cmyk'))).toBe(false);
    expect(isSrgbProfile(new Uint8Array(200))).toBe(false);
  });
});

describe('resetOrientation', () => {
  it('changes the tag and unlinks the thumbnail, nothing else', () => {
    const out = resetOrientation(EXIF);
    const changed = [...out.keys()].filter((i) => out[i] !== EXIF[i]);
    expect(readOrientation(EXIF)).toBe(6);
    expect(readOrientation(out)).toBe(1);
    expect(changed).toEqual([31, 37]);
  });

  it.each([0, 1, 7, 8, 9, 20, 33])('survives a block cut at %i bytes', (length) => {
    expect(resetOrientation(EXIF.subarray(0, length))).toEqual(EXIF.slice(0, length));
  });
});

describe('geometry', () => {
  it('resizes to the exact size with every kernel', async () => {
    const pixels = await gradient(4);
    for (const kernel of ['nearest', 'linear', 'cubic', 'lanczos3'] as const) {
      const out = await resizePixels(pixels, 37, 150, kernel);
      expect([out.width, out.height, out.channels]).toEqual([37, 150, 4]);
    }
    await expect(resizePixels(pixels, 0, 5)).rejects.toThrow(RangeError);
  });

  it('a half-size smooth picture doubled is the same picture', async () => {
    const { pixels } = await decodeImage(fixture('images/pillow-rgb.webp'));
    const soft = cropPixels(pixels, 0, 0, 60, 60);
    const back = await resizePixels(await resizePixels(soft, 30, 30), 60, 60);
    expect(psnr(soft, back)).toBeGreaterThan(38);
  });

  it('crops rows', () => {
    const data = Uint8ClampedArray.from({ length: 4 * 3 * 3 }, (_, i) => i);
    const out = cropPixels(createPixels(4, 3, 3, data), 1, 1, 2, 2);
    expect([...out.data]).toEqual([15, 16, 17, 18, 19, 20, 27, 28, 29, 30, 31, 32]);
    expect(() => cropPixels(createPixels(4, 3, 3, data), 3, 0, 2, 1)).toThrow(RangeError);
  });
});
