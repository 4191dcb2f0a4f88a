import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixedClock } from '../../src/core/index.js';
import { cropPixels, decodeImage, encodeImage, psnr, resizePixels } from '../../src/image/index.js';
import type { DevCertificates } from '../../src/provenance/index.js';
import { createInspector, ensureDevCertificates, mark } from '../../src/provenance/index.js';
import { texturedPicture } from '../support/picture.js';
import { throwsWithCode } from '../support/throws-with-code.js';

const WIDTH = 576;
const HEIGHT = 512;
/** Marking costs 42 dB at most; a lossy re-encoding at the default quality leaves a little less. */
const MIN_PSNR = { lossless: 41.9, lossy: 33 };
let issuer: DevCertificates;

beforeAll(async () => {
  issuer = await ensureDevCertificates(join(mkdtempSync(join(tmpdir(), 'imprint-')), 'certs'));
});

const picture = texturedPicture(WIDTH, HEIGHT);
const base = (): Sharp =>
  sharp(picture.data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
const withAlpha = (): Sharp => base().ensureAlpha(0.5);

/** Real files of libvips: name, maker, output format when it differs, and whether it is lossy. */
const MATRIX: [string, () => Promise<Buffer>, { format?: string; lossy?: boolean }][] = [
  ['PNG', () => base().png().toBuffer(), { format: 'png' }],
  ['PNG, 16 bits', () => base().toColourspace('rgb16').png().toBuffer(), { format: 'png' }],
  ['PNG, grey', () => base().greyscale().png().toBuffer(), { format: 'png' }],
  ['PNG, alpha', () => withAlpha().png().toBuffer(), { format: 'png' }],
  ['PNG, palette', () => base().png({ palette: true }).toBuffer(), { format: 'png' }],
  ['JPEG', () => base().jpeg({ quality: 95 }).toBuffer(), { format: 'jpeg', lossy: true }],
  [
    'JPEG, CMYK',
    () => base().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer(),
    { format: 'jpeg', lossy: true },
  ],
  [
    'JPEG, Display P3',
    () => base().withIccProfile('p3').jpeg({ quality: 95 }).toBuffer(),
    { format: 'jpeg', lossy: true },
  ],
  [
    'JPEG, EXIF orientation 6',
    () => base().withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer(),
    { format: 'jpeg', lossy: true },
  ],
  ['WebP', () => base().webp({ quality: 95 }).toBuffer(), { format: 'webp', lossy: true }],
  [
    'WebP, alpha',
    () => withAlpha().webp({ lossless: true }).toBuffer(),
    { format: 'webp', lossy: true },
  ],
  [
    'AVIF',
    () => base().avif({ quality: 80, effort: 2 }).toBuffer(),
    { format: 'avif', lossy: true },
  ],
  ['TIFF', () => base().tiff({ compression: 'deflate' }).toBuffer(), { format: 'tiff' }],
  ['TIFF, 16 bits', () => base().toColourspace('rgb16').tiff().toBuffer(), { format: 'tiff' }],
  ['GIF', () => base().gif().toBuffer(), { format: 'png' }],
];

describe('mark: every format keeps what people see', () => {
  it.each(MATRIX)('%s', async (_name, make, { format, lossy }) => {
    const input = await make();
    const before = await decodeImage(input);
    const marked = await mark(input, issuer, { title: 'picture' });
    const after = await decodeImage(marked.bytes);

    expect(after.format).toBe(format);
    // Upright, same size, same transparency, same colours.
    expect([after.width, after.height, after.orientation]).toEqual([
      before.width,
      before.height,
      1,
    ]);
    expect(after.hasAlpha).toBe(before.hasAlpha);
    const floor = lossy === true ? MIN_PSNR.lossy : MIN_PSNR.lossless;
    expect(psnr(before.pixels, after.pixels)).toBeGreaterThan(floor);

    const inspector = createInspector({
      trust: { lists: [{ name: 'dev', anchorsPem: issuer.anchorsPem }] },
    });
    const { credentials, watermarks } = await inspector.inspect(marked.bytes);
    expect(credentials).toMatchObject({
      presence: 'embedded',
      integrity: 'intact',
      signer: { status: 'trusted' },
    });
    expect(credentials.claim!.ingredients[0]).toMatchObject({ relationship: 'parentOf' });
    expect(watermarks[0]).toMatchObject({ status: 'verified', payload: marked.watermark.payload });
  });
});

describe('mark: what is told and what is refused', () => {
  it('says what the output does not keep', async () => {
    const deep = await base().toColourspace('rgb16').png().toBuffer();
    expect((await mark(deep, issuer)).warnings.join()).toContain('16-bit');
    const clear = await withAlpha().png().toBuffer();
    expect((await mark(clear, issuer, { format: 'jpeg' })).warnings.join()).toContain('white');
    const { data, width, height } = texturedPicture(1400, 320);
    const strip = sharp(data, { raw: { width, height, channels: 3 } }).png();
    const { warnings } = await mark(await strip.toBuffer(), issuer);
    expect(warnings.join()).toContain('only the first 1280x320 of 1400x320 pixels carry the mark');
  });

  it('derives the payload from the input, so marking again gives the same pixels', async () => {
    const input = await base().png().toBuffer();
    const clock = fixedClock(new Date('2026-01-02T03:04:05Z'));
    const [first, second] = await Promise.all([
      mark(input, { ...issuer, clock }),
      mark(input, { ...issuer, clock }),
    ]);
    expect(first.watermark.payload).toBe(second.watermark.payload);
    expect((await decodeImage(first.bytes)).pixels.data).toEqual(
      (await decodeImage(second.bytes)).pixels.data,
    );
  });

  it.each([
    ['nothing', new Uint8Array(), 'IMAGE_EMPTY'],
    ['text', new TextEncoder().encode('no picture at all'), 'IMAGE_UNSUPPORTED'],
  ])('%s is no image', async (_name, bytes, code) => {
    await throwsWithCode(() => mark(bytes, issuer), code);
  });

  it('says so when an image is too small', async () => {
    const tiny = await encodeImage(cropPixels(picture, 0, 0, 32, 32), { format: 'png' });
    await throwsWithCode(() => mark(tiny, issuer), 'MARK_NOT_EMBEDDED');
  });

  it('warns when nobody stamps the time', async () => {
    const input = await base().png().toBuffer();
    const { warnings } = await mark(input, { signer: issuer.signer });
    expect(warnings.join()).toContain('timestamp');
  });
});

describe('a stripped copy', () => {
  it.each([
    ['JPEG 75', async (bytes: Uint8Array) => sharp(bytes).jpeg({ quality: 75 }).toBuffer()],
    ['WebP 75', async (bytes: Uint8Array) => sharp(bytes).webp({ quality: 75 }).toBuffer()],
    ['half the size', async (bytes: Uint8Array) => halved(bytes)],
  ])('%s: no credentials, the same payload, and a finding that says so', async (_name, damage) => {
    const marked = await mark(await base().png().toBuffer(), issuer);
    const report = await createInspector().inspect(await damage(marked.bytes));
    expect(report.credentials.presence).toBe('absent');
    expect(report.watermarks[0]).toMatchObject({
      status: 'detected',
      payload: marked.watermark.payload,
    });
    expect(report.findings.map(({ ruleId }) => ruleId)).toEqual(['IM101', 'IM102']);
  });
});

async function halved(bytes: Uint8Array): Promise<Uint8Array> {
  const { pixels } = await decodeImage(bytes);
  return encodeImage(await resizePixels(pixels, WIDTH / 2, HEIGHT / 2), { format: 'png' });
}
