/** What a lossy format leaves of the mark is known before the file is signed. */
import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeImage, encodeImage } from '../../src/image/index.js';
import type { Generator, Issuer } from '../../src/provenance/index.js';
import {
  createWatermarkKey,
  ensureDevCertificates,
  extractWatermark,
  generateMarked,
  mark,
  payloadFor,
} from '../../src/provenance/index.js';
import { texturedPicture } from '../support/picture.js';

const picture = texturedPicture(576, 512);
let issuer: Issuer;
let input: Uint8Array;

beforeAll(async () => {
  issuer = await ensureDevCertificates(join(mkdtempSync(join(tmpdir(), 'imprint-')), 'certs'));
  input = await encodeImage(picture, { format: 'png' });
});

/** Draws the same picture whatever it is asked. */
const generator: Generator = {
  generate: (prompt, { seed = 1 } = {}) =>
    Promise.resolve([
      {
        pixels: picture,
        seed,
        prompt,
        settings: {
          steps: 1,
          guidance: 1,
          negative: '',
          size: { width: 576, height: 512 },
          scheduler: 'none',
        },
        model: { name: 'still', version: '1', sha256s: {} },
      },
    ]),
};

const readBlind = async (bytes: Uint8Array): Promise<string | null> =>
  extractWatermark((await decodeImage(bytes)).pixels).payload;

const LOST = /^jpeg at quality 3 leaves no readable watermark; quality (\d+) holds it/;

describe('a quality that leaves no mark', () => {
  it('is refused by mark with one that holds, which does', async () => {
    const refused = await mark(input, issuer, { format: 'jpeg', quality: 3 }).catch(
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({
      code: 'MARK_LOST_IN_ENCODING',
      message: expect.stringMatching(LOST) as string,
    });
    const quality = Number(LOST.exec((refused as Error).message)![1]);
    const marked = await mark(input, issuer, { format: 'jpeg', quality });
    expect(await readBlind(marked.bytes)).toBe(marked.watermark.payload);
    expect(marked.warnings.join()).not.toContain('holds it');
  });

  it('is refused by generate', async () => {
    await expect(
      generateMarked(generator, 'a dog', issuer, { format: 'jpeg', quality: 3 }),
    ).rejects.toMatchObject({ code: 'MARK_LOST_IN_ENCODING' });
  });

  it('is a warning when the mark is still found by who knows it', async () => {
    const marked = await mark(input, issuer, { format: 'jpeg', quality: 8 });
    expect(marked.warnings.join()).toMatch(
      new RegExp(`only by who knows its payload ${marked.watermark.payload}.*quality \\d+ holds`),
    );
    expect(await readBlind(marked.bytes)).toBeNull();
  });
});

describe('strength', () => {
  it('follows minPsnr, and says when the mark that this leaves is weak', async () => {
    const weak = await mark(input, issuer, { minPsnr: 55 });
    expect(weak.watermark.psnr).toBeGreaterThanOrEqual(55);
    expect(weak.watermark.margin).toBeLessThan(1);
    expect(weak.warnings.join()).toContain('lower minPsnr or minSsim');
    const usual = await mark(input, issuer);
    expect(usual.watermark.psnr).toBeLessThan(55);
    expect(usual.warnings).toEqual([]);
    const [made] = await generateMarked(generator, 'a dog', issuer, { watermark: { minPsnr: 55 } });
    expect(made!.watermark.psnr).toBeGreaterThanOrEqual(55);
    expect(made!.warnings.join()).toContain('lower minPsnr or minSsim');
  });
});

describe('the payload', () => {
  const key = (fill: number) => createWatermarkKey('mine', new Uint8Array(32).fill(fill));
  const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest();

  it('of mark is the digest of the input under the public key', async () => {
    const { watermark } = await mark(input, issuer);
    expect(watermark.payload).toBe(payloadFor('unstated', sha256(input)));
  });

  it('of mark and generate tells nothing without the secret key, and is the same again with it', async () => {
    const marked = async (fill: number) =>
      (await mark(input, { ...issuer, key: key(fill) })).watermark.payload;
    const first = await marked(1);
    expect(first).not.toBe(payloadFor('unstated', sha256(input)));
    expect(await marked(1)).toBe(first);
    expect(await marked(2)).not.toBe(first);

    const made = async (signed: Issuer) =>
      (await generateMarked(generator, 'a dog', signed))[0]!.watermark.payload;
    const secret = await made({ ...issuer, key: key(1) });
    expect(secret).not.toBe(await made(issuer));
    expect(await made({ ...issuer, key: key(1) })).toBe(secret);
  });
});
