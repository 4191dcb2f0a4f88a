import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadImprintLdm } from '../../src/generate/pipelines/imprint-ldm.js';
import { skeletonOfKeypoints } from '../../src/generate/control/keypoints.js';
import { pixelsToPlanar, planarToPixels } from '../../src/generate/planar.js';
import { decodeImage, encodeImage, resizePixels } from '../../src/image/index.js';
import type { Pixels } from '../../src/image/index.js';
import type { GeneratedMarkedImage, Generator, Issuer } from '../../src/provenance/index.js';
import {
  createGenerator,
  createInspector,
  createModelStore,
  createWatermarkKey,
  drawnControl,
  ensureDevCertificates,
  generateMarked,
  TURBO_PIPELINE,
} from '../../src/provenance/index.js';
import { texturedPicture } from '../support/picture.js';

const PROMPT = 'a red apple on a blue background';
const models = createModelStore({ threads: 1 });
const generator = createGenerator({ models });
let issuer: Issuer & { anchorsPem: string };
let apple: GeneratedMarkedImage;

beforeAll(async () => {
  issuer = await ensureDevCertificates(join(mkdtempSync(join(tmpdir(), 'imprint-')), 'certs'));
  [apple] = (await generateMarked(generator, PROMPT, issuer, { seed: 7 })) as [
    GeneratedMarkedImage,
  ];
});
afterAll(() => models.dispose());

const inspector = () =>
  createInspector({ trust: { lists: [{ name: 'dev', anchorsPem: issuer.anchorsPem }] } });

describe('generateMarked', () => {
  it('makes a 512x512 image whose credentials, watermark and label agree', async () => {
    expect(apple).toMatchObject({ width: 512, height: 512, mime: 'image/png', seed: 7 });
    expect(apple.watermark.psnr).toBeGreaterThanOrEqual(42);
    const report = await inspector().inspect(apple.bytes);
    expect(report.verdict).toMatchObject({ state: 'ai-generated', strength: 'cryptographic' });
    expect(report.credentials).toMatchObject({
      integrity: 'intact',
      validationState: 'Trusted',
      claim: {
        digitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia',
      },
    });
    expect(report.watermarks[0]).toMatchObject({ status: 'verified', origin: 'generated' });
    expect(report.evidence.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        'credentials.ai-generated',
        'watermark.generated',
        'metadata.digital-source-type',
        'metadata.iptc-ai-properties',
      ]),
    );
    expect(report.clashes).toEqual([]);
  });

  it('makes the same pixels and payload again, and other ones for another seed', async () => {
    const [again] = await generateMarked(generator, PROMPT, issuer, { seed: 7 });
    const [other] = await generateMarked(generator, PROMPT, issuer, { seed: 8 });
    const pixels = async (image: GeneratedMarkedImage | undefined) =>
      (await decodeImage(image!.bytes)).pixels.data;
    expect(await pixels(again)).toEqual(await pixels(apple));
    expect(again!.watermark.payload).toBe(apple.watermark.payload);
    expect(other!.watermark.payload).not.toBe(apple.watermark.payload);
    expect(await pixels(other)).not.toEqual(await pixels(apple));
  });

  it.each(['jpeg', 'webp', 'avif'] as const)('writes %s', async (format) => {
    const [image] = await generateMarked(generator, PROMPT, issuer, { seed: 7, format });
    const report = await inspector().inspect(image!.bytes);
    expect(report.file.mime).toBe(`image/${format}`);
    expect(report.credentials.signer?.status).toBe('trusted');
    expect(report.watermarks[0]?.status).toBe('verified');
  });

  it('leaves the prompt out of the file unless asked', async () => {
    const holds = (image: GeneratedMarkedImage) => Buffer.from(image.bytes).includes(PROMPT);
    expect(holds(apple)).toBe(false);
    const [open] = await generateMarked(generator, PROMPT, issuer, {
      seed: 7,
      includePrompt: true,
    });
    expect(holds(open!)).toBe(true);
  });

  it('signs what it made of a photograph as an edit of it, prompt and all when asked', async () => {
    const { data } = texturedPicture(320, 256);
    const raw = sharp(data, { raw: { width: 320, height: 256, channels: 3 } });
    const photo = await raw.toColourspace('rgb16').png().toBuffer();
    const init = { bytes: photo, title: 'photo.png' };
    const options = { init, strength: 0.5, steps: 4, seed: 7, includePrompt: true };
    const [made] = await generateMarked(generator, PROMPT, issuer, options);
    expect(made).toMatchObject({ width: 320, height: 256 });
    expect(made!.warnings).toContain('16-bit samples were rounded to 8 bits');
    const report = await inspector().inspect(made!.bytes);
    expect(report.verdict.state).toBe('ai-edited');
    expect(report.clashes).toEqual([]);
    expect(report.watermarks[0]).toMatchObject({ status: 'verified', origin: 'edited' });
    expect(JSON.stringify(report.credentials)).toMatch(
      /photo\.png.*compositeWithTrained|compositeWithTrained.*photo\.png/,
    );
    expect(Buffer.from(made!.bytes).includes(PROMPT)).toBe(true);
  });

  it('calls what it made of a generated picture generated, and keeps that picture as parent', async () => {
    const init = { bytes: apple.bytes, title: 'apple.png' };
    const options = { init, outpaint: { left: 64 }, steps: 4, seed: 7 };
    const [made] = await generateMarked(generator, 'a blue background', issuer, options);
    expect(made).toMatchObject({ width: 576, height: 512 });
    const report = await inspector().inspect(made!.bytes);
    expect(report.verdict.state).toBe('ai-generated');
    expect(report.clashes).toEqual([]);
    expect(JSON.stringify(report.credentials)).toContain('apple.png');
  });

  it('names the pictures that it drew along and in the style of as inputs', async () => {
    const { data } = texturedPicture(128, 128);
    const raw = sharp(data, { raw: { width: 128, height: 128, channels: 3 } });
    const photo = await raw.jpeg().toBuffer();
    const [made] = await generateMarked(generator, PROMPT, issuer, {
      control: { bytes: photo, title: 'lines.jpg' },
      controlKind: 'edge',
      style: { bytes: apple.bytes, title: 'style.png' },
      steps: 2,
      seed: 7,
    });
    expect(made!.settings.control).toMatchObject({ kind: 'edge', readAs: 'photo' });
    const report = await inspector().inspect(made!.bytes);
    expect(report.verdict.state).toBe('ai-generated');
    expect(report.clashes).toEqual([]);
    const ingredients = report.credentials.claim!.ingredients;
    for (const title of ['lines.jpg', 'style.png']) {
      expect(ingredients).toContainEqual(
        expect.objectContaining({ title, relationship: 'inputTo' }),
      );
    }
  });

  it('draws along keypoints as their skeleton, which becomes the ingredient', async () => {
    const joints = Array.from({ length: 18 }, (_, i) => [20 + 3 * i, 90 - 4 * i, 1]);
    const bytes = Buffer.from(
      JSON.stringify({
        people: [{ pose_keypoints_2d: joints.flat() }],
        canvas_width: 100,
        canvas_height: 100,
      }),
    );
    let along: Pixels | undefined;
    const spy: Generator = {
      generate(_, options) {
        along = options?.control;
        return Promise.reject(new Error('seen'));
      },
    };
    const control = { bytes, title: 'pose.json' };
    const made = generateMarked(spy, PROMPT, issuer, { control, controlKind: 'pose' });
    await expect(made).rejects.toThrow('seen');
    expect(along).toEqual(skeletonOfKeypoints(bytes));
    const drawn = await drawnControl(control, 'pose');
    expect([...drawn.bytes.subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
    expect(drawn.title).toBe('pose.json');
    expect(await drawnControl(control, 'depth')).toBe(control);
  });

  it('is still known after half the size, JPEG 75 and no metadata', async () => {
    const copy = await sharp(apple.bytes).resize(256, 256).jpeg({ quality: 75 }).toBuffer();
    const report = await inspector().inspect(copy);
    expect(report.credentials.presence).toBe('absent');
    expect(report.watermarks[0]).toMatchObject({
      status: 'detected',
      payload: apple.watermark.payload,
    });
    expect(report.verdict.state).toBe('ai-generated');
    expect(report.verdict.falsePositiveRate).toBeLessThanOrEqual(1e-9);
  });
});

describe('a mark in the noise', () => {
  const deep = { deep: true, models, pixelSignals: false } as const;

  async function regenerated(bytes: Uint8Array): Promise<Uint8Array> {
    const parts = await loadImprintLdm(models);
    const { pixels } = await decodeImage(bytes);
    const small = pixelsToPlanar(await resizePixels(pixels, 128, 128));
    const latent = await (await parts.encoder!()).encode(small);
    const made = planarToPixels(await parts.upscale!(await parts.decode(latent)));
    return encodeImage(made, { format: 'jpeg', quality: 90 });
  }

  it('is declared, and found where the auto-encoder took the other one', async () => {
    const fast = createGenerator({ models, pipeline: TURBO_PIPELINE });
    const key = createWatermarkKey('own', new Uint8Array(32).fill(3));
    const own = { ...issuer, key };
    const [image] = await generateMarked(fast, PROMPT, own, { seed: 4100, latentMark: true });
    expect(image!.settings.latentMark).toBe('io.github.imprint.latent.1');

    const whole = await createInspector({ ...deep, keys: [key], watermark: true }).inspect(
      image!.bytes,
    );
    expect(whole.credentials.claim?.actions.map(({ action }) => action)).toContain(
      'c2pa.watermarked.unbound',
    );
    expect(whole.watermarks.map(({ status }) => status)).toEqual(['verified', 'detected']);

    const again = await regenerated(image!.bytes);
    const report = await createInspector({ ...deep, keys: [key], search: 'fast' }).inspect(again);
    expect(report.watermarks).toMatchObject([
      { status: 'none' },
      { status: 'detected', payload: '004', keyId: 'own', origin: 'generated' },
    ]);
    expect(report.watermarks[1]!.pValue).toBeLessThanOrEqual(1e-4);
    expect(report.evidence.map(({ id }) => id)).toContain('watermark.latent');

    const strange = await createInspector({ ...deep, search: 'fast' }).inspect(again);
    expect(strange.watermarks.map(({ status }) => status)).toEqual(['none', 'none']);
    expect(strange.watermarks[1]!.pValue).toBeGreaterThan(1e-3);
  });

  it('is not in an image that was drawn without it, and is not looked for unasked', async () => {
    const report = await createInspector({ ...deep, search: 'fast' }).inspect(apple.bytes);
    expect(report.watermarks.map(({ status }) => status)).toEqual(['verified', 'none']);
    const plain = await createInspector({ models, search: 'fast' }).inspect(apple.bytes);
    expect(plain.watermarks).toHaveLength(1);
  });
});
