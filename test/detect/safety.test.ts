/** Every file of any kind gets a report or an error with a code, and the command line's exit code with it. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../src/cli/exit.js';
import type { OutputFormat, Pixels } from '../../src/image/index.js';
import { createPixels, encodeImage, ImageError, OUTPUT_FORMATS } from '../../src/image/index.js';
import type { Report } from '../../src/provenance/index.js';
import { createInspector } from '../../src/provenance/index.js';
import { fixture } from '../support/fixtures.js';
import { hugeAvif, hugeGif, hugeJpeg, hugeTiff, hugeWebp } from '../support/huge-headers.js';
import { texturedPicture } from '../support/picture.js';

const inspector = createInspector();

/** A report, or the code and the exit code of the error; anything else fails the test. */
async function outcome(bytes: Uint8Array): Promise<Report | { code: string; exit: number }> {
  try {
    return await inspector.inspect(bytes);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    return { code: error.code, exit: exitCodeOf(error) };
  }
}

async function refused(bytes: Uint8Array, code: string): Promise<void> {
  expect(await outcome(bytes)).toEqual({ code, exit: 5 });
}

async function reported(bytes: Uint8Array, file: object): Promise<void> {
  const report = await outcome(bytes);
  expect(report).toMatchObject({ file, verdict: { state: 'no-ai-evidence' } });
}

describe('files that ask for too much or make no sense: an error with a code', () => {
  it.each([
    ['broken/bomb-30000x30000.png', 'IMAGE_TOO_MANY_PIXELS'],
    ['broken/truncated.jpg', 'IMAGE_MALFORMED'],
    ['broken/truncated.png', 'IMAGE_MALFORMED'],
    ['broken/garbage.jpg', 'IMAGE_UNSUPPORTED'],
    ['broken/empty.png', 'IMAGE_EMPTY'],
  ])('%s: %s', (name, code) => refused(fixture(name), code));

  it.each([
    ['GIF', () => hugeGif(true)],
    ['WebP, one picture', () => hugeWebp('VP8L')],
    ['WebP, an animation of small frames', () => hugeWebp('VP8X')],
    ['JPEG', hugeJpeg],
    ['TIFF', hugeTiff],
    ['AVIF', hugeAvif],
  ])('%s whose header says more than 200 million pixels', async (_name, make) => {
    const before = process.resourceUsage().maxRSS;
    await refused(await make(), 'IMAGE_TOO_MANY_PIXELS');
    // In KiB: such a picture would need more than 600 MB.
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(200_000);
  });
});

describe('unusual files: a report', () => {
  it.each([
    ['images/one-pixel.png', { mime: 'image/png', width: 1, height: 1 }],
    ['images/pillow-cmyk.jpg', { mime: 'image/jpeg', width: 128, height: 96 }],
    ['images/pillow-palette.png', { mime: 'image/png', width: 128, height: 96 }],
    ['images/pillow-rgb.gif', { mime: 'image/gif', width: 128, height: 96 }],
    ['images/animated.png', { mime: 'image/png', width: 48, height: 36 }],
    ['images/animated.webp', { mime: 'image/webp', width: 48, height: 36 }],
    ['images/animated.avif', { mime: 'image/avif', width: 48, height: 36 }],
    ['broken/ztxt-bomb.png', { mime: 'image/png', width: 1, height: 1 }],
    ['broken/png-named.jpg', { mime: 'image/png', width: 1, height: 1 }],
    ['broken/trailer.jpg', { mime: 'image/jpeg', width: 128, height: 96 }],
  ])('%s', (name, file) => reported(fixture(name), file));

  it('a GIF whose screen is huge around small frames is shown as its frames, as decoders do', () =>
    reported(hugeGif(false), { width: 128, height: 96 }));

  const raw = () => {
    const { data, width, height, channels } = texturedPicture(80, 60);
    return sharp(data, { raw: { width, height, channels } });
  };
  it.each([
    ['PNG, 16 bits', () => raw().toColourspace('rgb16').png()],
    ['PNG, 16 bits, grey', () => raw().toColourspace('grey16').png()],
    ['TIFF, 16 bits', () => raw().toColourspace('rgb16').tiff({ compression: 'lzw' })],
    ['TIFF, CMYK', () => raw().toColourspace('cmyk').tiff({ compression: 'lzw' })],
    ['JPEG, CMYK with a profile', () => raw().withIccProfile('cmyk').jpeg()],
    ['AVIF, 12 bits', () => raw().avif({ bitdepth: 12 })],
  ])('%s', async (_name, make) => {
    await reported(await make().toBuffer(), { width: 80, height: 60 });
  });

  it.each(OUTPUT_FORMATS)('one pixel: %s', async (format) => {
    await reported(await encodeImage(createPixels(1, 1, 3), { format }), { width: 1, height: 1 });
  });

  it.each<[number, number, OutputFormat]>([
    [30_000, 1, 'png'],
    [1, 30_000, 'png'],
    [30_000, 24, 'jpeg'],
    [24, 30_000, 'tiff'],
  ])('%i x %i: %s', async (width, height, format) => {
    const strip: Pixels = createPixels(width, height, 3);
    for (let i = 0; i < strip.data.length; i++) strip.data[i] = (i * 2654435761) >>> 24;
    await reported(await encodeImage(strip, { format }), { width, height });
  });
});

describe('files cut off anywhere', () => {
  it('within the signature', () =>
    refused(fixture('images/one-pixel.png').subarray(0, 5), 'IMAGE_UNSUPPORTED'));

  it.each([...OUTPUT_FORMATS, 'gif'] as const)('%s', async (format) => {
    const whole =
      format === 'gif'
        ? fixture('images/pillow-rgb.gif')
        : await encodeImage(texturedPicture(80, 60), { format });
    for (const share of [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99]) {
      const got = await outcome(whole.subarray(0, Math.ceil(share * whole.length)));
      // The first of the two frames of the GIF is whole from about the middle on, and it alone is looked at.
      if (format === 'gif' && share > 0.6) {
        expect(got).toMatchObject({ file: { width: 128, height: 96 } });
      } else {
        expect(got, `${100 * share} %`).toEqual({ code: 'IMAGE_MALFORMED', exit: 5 });
      }
    }
  });
});
