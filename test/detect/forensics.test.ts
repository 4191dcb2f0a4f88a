import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildForensicView, gridOfFile } from '../../src/detect/signals/forensics/build-view.js';
import { forensicEvidence, readForensics } from '../../src/detect/signals/forensics/evidence.js';
import {
  binomialLog10,
  exponentialLog10,
} from '../../src/detect/signals/forensics/false-alarms.js';
import { ijgQuality, ijgTable } from '../../src/detect/signals/forensics/ijg.js';
import { readJpegFacts, ZIGZAG } from '../../src/detect/signals/forensics/jpeg-facts.js';
import { forensicPictures } from '../../src/detect/signals/forensics/pictures/index.js';
import { readThumbnailBytes } from '../../src/detect/signals/forensics/thumbnail-bytes.js';
import type { ForensicObservation } from '../../src/detect/pixels-report.js';
import type { EncodeOptions, Pixels } from '../../src/image/index.js';
import {
  createPixels,
  cropPixels,
  decodeImage,
  encodeImage,
  resizePixels,
} from '../../src/image/index.js';
import { readFileSync } from 'node:fs';
import { assetPath, haveAssets } from '../support/assets.js';
import { fixture } from '../support/fixtures.js';
import { texturedPicture } from '../support/picture.js';

const picture = texturedPicture(448, 384, 7);

async function observe(bytes: Uint8Array): Promise<Map<string, ForensicObservation>> {
  const { observations } = await readForensics({ bytes, image: await decodeImage(bytes) });
  return new Map(observations.map((one) => [one.id.replace('forensics.', ''), one]));
}
const jpeg = (pixels: Pixels, quality: number): Promise<Uint8Array> =>
  encodeImage(pixels, { format: 'jpeg', quality });
const png = (pixels: Pixels): Promise<Uint8Array> => encodeImage(pixels, { format: 'png' });
const saved = async (pixels: Pixels, quality: number): Promise<Pixels> =>
  (await decodeImage(await jpeg(pixels, quality))).pixels;
const cropped = (pixels: Pixels, left: number, top: number): Pixels =>
  cropPixels(pixels, left, top, pixels.width - left, pixels.height - top);

describe('the tables of a JPEG', () => {
  it('are libjpeg’s for every quality that sharp writes', async () => {
    const small = texturedPicture(16, 16);
    for (const quality of [1, 24, 49, 50, 75, 92, 100]) {
      const facts = readJpegFacts(await jpeg(small, quality))!;
      expect(facts.tables[0]!.steps).toEqual(ijgTable(quality, 'luma'));
      expect(facts.tables[1]!.steps).toEqual(ijgTable(quality, 'chroma'));
    }
  });

  it('are the golden ones: T.81 table K.1 at quality 50, first row of libjpeg’s 75', () => {
    expect(ijgTable(50, 'luma').slice(0, 8)).toEqual([16, 11, 10, 16, 24, 40, 51, 61]);
    expect(ijgTable(75, 'luma').slice(0, 8)).toEqual([8, 6, 5, 8, 12, 20, 26, 31]);
    expect(ijgQuality(ijgTable(87, 'luma'), 'luma')).toBe(87);
    expect(ZIGZAG.slice(0, 10)).toEqual([0, 1, 8, 16, 9, 2, 3, 10, 17, 24]);
  });

  it('say quality, subsampling and process', async () => {
    const found = (await observe(await jpeg(picture, 60))).get('jpeg-tables')!;
    expect(found.status).toBe('observed');
    expect(found.measured).toMatchObject({
      quality: 60,
      subsampling: '4:2:0',
      process: 'baseline',
    });
  });

  it.runIf(haveAssets)('name Photoshop and a camera by their digests', () => {
    const digest = (name: string) => {
      const facts = readJpegFacts(new Uint8Array(readFileSync(assetPath(name))))!;
      return `${facts.digest}:${facts.sampling}`;
    };
    // The values that ExifTool's JPEGDigest prints for these files.
    expect(digest('photos/exif-samples/jpg_hdr_canon_hdr_YES.jpg')).toBe(
      '0147c5088beb16642f9754f8671f13b3:211111',
    );
    expect(digest('photos/exif-samples/jpg_orientation_landscape_1.jpg')).toBe(
      '240fffe5f8e2d8f3345b8175f9cb0a40:111111',
    );
  });

  it('are read from any bytes without a throw', async () => {
    const good = await jpeg(texturedPicture(16, 16), 80);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, value, end) => {
        const bad = good.slice(0, Math.max(2, end));
        if (at > 1 && at < bad.length) bad[at] = value;
        const facts = readJpegFacts(bad);
        for (const { steps } of facts?.tables ?? []) {
          expect(steps).toHaveLength(64);
          expect(Math.min(...steps)).toBeGreaterThan(0);
        }
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const block = Uint8Array.of(0x49, 0x49, 42, 0, 8, 0, 0, 0, ...bytes);
        const found = readThumbnailBytes(block);
        if (found !== null) expect(found.subarray(0, 2)).toEqual(Uint8Array.of(0xff, 0xd8));
      }),
      { numRuns: 300 },
    );
  });
});

describe('numbers of false alarms', () => {
  it('bound the binomial tail from above', () => {
    // P(K >= 9), K ~ B(64, 1/64), is 1.0e-6 (exact sum), so ten thousand tests give 1e-2.
    expect(10 ** binomialLog10(1, 64, 9, 1 / 64)).toBeGreaterThan(6.9e-7);
    expect(binomialLog10(1, 64, 9, 1 / 64)).toBeLessThan(-4);
    expect(binomialLog10(100, 64, 1, 1 / 64)).toBe(2);
    expect(exponentialLog10(10, 10 * Math.LN10)).toBe(-9);
    expect(exponentialLog10(1, 1e6)).toBe(-300);
  });
});

describe('traces of a known past', () => {
  it('a picture without one has none, in PNG and in one JPEG', async () => {
    for (const bytes of [await png(picture), await jpeg(picture, 85)]) {
      const found = await observe(bytes);
      for (const [id, { status }] of found) {
        if (id !== 'jpeg-tables') expect(`${id} ${status}`).not.toBe(`${id} observed`);
      }
    }
  });

  it('a JPEG that was cropped and made a PNG keeps its grid', async () => {
    const grid = (await observe(await png(cropped(await saved(picture, 80), 3, 5)))).get(
      'grid-origin',
    )!;
    expect(grid.status).toBe('observed');
    expect(grid.measured).toMatchObject({ x: 5, y: 3, cropX: 3, cropY: 5 });
    expect(grid.falseAlarms).toBeLessThan(1e-20);
  });

  it('a pasted part has the grid of where it comes from', async () => {
    const background = await saved(picture, 80);
    const patch = cropPixels(await saved(texturedPicture(256, 256, 9), 75), 0, 0, 160, 160);
    const joined = createPixels(picture.width, picture.height, 3, background.data.slice());
    for (let y = 0; y < 160; y++) {
      joined.data.set(
        patch.data.subarray(y * 480, y * 480 + 480),
        ((y + 101) * joined.width + 99) * 3,
      );
    }
    const found = (await observe(await png(joined))).get('foreign-grid')!;
    expect(found).toMatchObject({ status: 'observed', measured: { x: 3, y: 5 } });
    const [{ x, y, width, height }] = found.regions as [NonNullable<typeof found.regions>[number]];
    // The windows are coarse: the part (99..259, 101..261) is inside, and half of the picture is not.
    expect([x <= 179, x + width >= 179, y <= 181, y + height >= 181]).not.toContain(false);
    expect(width * height).toBeLessThan(0.5 * picture.width * picture.height);
  });

  it('saved at 60 and then at 90: both compressions, and the ghost', async () => {
    const found = await observe(await jpeg(await saved(picture, 60), 90));
    expect(found.get('double-jpeg')).toMatchObject({
      status: 'observed',
      measured: { firstQuality: 60, lastQuality: 90 },
    });
    expect(found.get('ghost')).toMatchObject({ status: 'observed', measured: { quality: 60 } });
    expect(found.get('shifted-jpeg')!.status).toBe('not-observed');
  });

  it('saved at 60, cropped, saved at 90: the earlier grid and its step', async () => {
    const found = await observe(await jpeg(cropped(await saved(picture, 60), 3, 5), 90));
    expect(found.get('shifted-jpeg')).toMatchObject({
      status: 'observed',
      measured: { x: 5, y: 3, step: 13 },
    });
  });

  it('enlarged by 1.3: the factor; by repeating pixels: the period', async () => {
    const larger = await resizePixels(picture, 582, 499, 'cubic');
    const resampled = (await observe(await png(larger))).get('resampling')!;
    expect(resampled.status).toBe('observed');
    expect(resampled.measured.factor).toBeCloseTo(1.3, 1);
    const repeated = await resizePixels(picture, 896, 768, 'nearest');
    expect((await observe(await png(repeated))).get('upsampler-peaks')).toMatchObject({
      status: 'observed',
      measured: { period: 2 },
    });
  });

  it.runIf(haveAssets)('an EXIF block from another picture shows in its thumbnail', async () => {
    const bytes = new Uint8Array(
      readFileSync(assetPath('photos/exif-samples/jpg_hdr_canon_hdr_YES.jpg')),
    );
    expect((await observe(bytes)).get('thumbnail')!.status).toBe('not-observed');
    const { exif } = await decodeImage(bytes);
    const options: EncodeOptions = { format: 'jpeg', quality: 90, exif };
    const grafted = await encodeImage(texturedPicture(320, 240), options);
    const found = (await observe(grafted)).get('thumbnail')!;
    // Turned pictures lose the thumbnail when they are written upright.
    expect(['observed', 'not-applicable']).toContain(found.status);
  });
});

describe('any picture that can be decoded', () => {
  it('where the grid lies after each EXIF orientation', () => {
    const origins = [1, 2, 3, 4, 5, 6, 7, 8].map((o) => gridOfFile(o, 101, 67));
    expect(origins.map(({ x, y }) => [x, y])).toEqual([
      [0, 0],
      [5, 0],
      [5, 3],
      [0, 3],
      [0, 0],
      [5, 0],
      [5, 3],
      [0, 3],
    ]);
    expect(origins.map(({ transposed }) => transposed)).toEqual([
      ...[false, false, false, false],
      ...[true, true, true, true],
    ]);
  });

  it.each([
    ['1x1', () => png(createPixels(1, 1, 3))],
    ['7x900', () => png(texturedPicture(7, 900))],
    ['30,000 px wide', () => png(createPixels(30_000, 20, 3))],
    ['flat with alpha', () => png(createPixels(200, 200, 4))],
    ['CMYK JPEG', () => Promise.resolve(fixture('images/pillow-cmyk.jpg'))],
    ['palette PNG', () => Promise.resolve(fixture('images/pillow-palette.png'))],
    ['lossy WebP', () => encodeImage(picture, { format: 'webp', quality: 60 })],
  ])('%s has every observation, evidence without weight, and pictures', async (_, make) => {
    const bytes = await make();
    const image = await decodeImage(bytes);
    const { observations, evidence } = await readForensics({ bytes, image });
    expect(observations).toHaveLength(12);
    expect(evidence).toEqual(forensicEvidence(observations));
    for (const { llr, claim, layer } of evidence) {
      expect([llr, claim, layer]).toEqual([0, null, 'forensics']);
    }
    for (const { pixels } of await forensicPictures({ bytes, image })) {
      expect(Math.max(pixels.width, pixels.height)).toBeLessThanOrEqual(1024);
    }
  });

  it('looks at no more than 1.25 megapixels', async () => {
    const large = createPixels(2400, 1000, 3);
    const view = await buildForensicView(await png(large), await decodeImage(await png(large)));
    expect(view.luma.width * view.luma.height).toBeLessThanOrEqual(1.25 * 1024 * 1024);
    expect([view.luma.left % 16, view.luma.top % 16]).toEqual([0, 0]);
  });
});
