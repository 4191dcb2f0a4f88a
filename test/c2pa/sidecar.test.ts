/** Manifest stores that come beside their image. */
import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { reserveSize, signClaim } from '../../src/c2pa/cose.js';
import { withEngine } from '../../src/c2pa/engine.js';
import { MemoryBlob } from '../../src/c2pa/host.js';
import { readCredentials, signImage } from '../../src/c2pa/index.js';
import { signSettings } from '../../src/c2pa/settings.js';
import type { TestFormat } from './helpers.js';
import { createTestAuthority, generated, testImage } from './helpers.js';

const AI = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';
const FORMATS: readonly TestFormat[] = ['png', 'jpeg', 'webp', 'tiff'];
const authority = createTestAuthority();
const { signer, timestamp, trust } = authority;

/** What `c2patool --sidecar` does: the image stays as it is, the store goes into a file of its own. */
async function signBeside(bytes: Uint8Array, mime: string): Promise<Uint8Array> {
  const size = reserveSize(signer, timestamp);
  return withEngine(async ({ Builder }) => {
    const { definition, ingredients } = generated(mime);
    const builder = Builder.fromJson(JSON.stringify(definition), signSettings([]));
    for (const ingredient of ingredients) builder.addIngredient(JSON.stringify(ingredient));
    builder.setNoEmbed(true);
    const stamp = (digest: Uint8Array) => timestamp.timestamp(digest);
    const sign = async (claim: Uint8Array) =>
      new Uint8Array(await signClaim(new Uint8Array(claim), { signer, stamp, size }));
    const signed = (await builder.signAndGetManifestBytes(
      { alg: signer.algorithm, reserveSize: size, sign },
      [],
      mime,
      new MemoryBlob(bytes) as unknown as Blob,
    )) as { asset: Uint8Array; manifest: Uint8Array };
    builder.free();
    return new Uint8Array(signed.manifest);
  });
}

const read = (bytes: Uint8Array, mime: string, manifestData: Uint8Array) =>
  readCredentials(bytes, mime, { trust, manifestData });

describe('a store made beside the image', () => {
  it.each(FORMATS)('%s: checked against the image', async (format) => {
    const mime = `image/${format}`;
    const bytes = await testImage(format);
    const manifestData = await signBeside(bytes, mime);
    const report = await read(bytes, mime, manifestData);
    expect(report).toMatchObject({
      presence: 'sidecar',
      integrity: 'intact',
      signer: { status: 'trusted', list: 'test', timestampTrusted: true },
      claim: { digitalSourceType: AI },
      validationState: null,
      codes: { failure: [] },
    });
    expect(report.problem).toBeUndefined();

    const changed = new Uint8Array(bytes);
    changed[changed.length - 20]! ^= 1;
    const altered = await read(changed, mime, manifestData);
    expect(altered).toMatchObject({
      presence: 'sidecar',
      integrity: 'altered',
      codes: { failure: ['assertion.dataHash.mismatch'] },
    });
  });

  it('avif: compared box by box', async () => {
    const mime = 'image/avif';
    const bytes = await testImage('avif');
    const manifestData = await signBeside(bytes, mime);
    const report = await read(bytes, mime, manifestData);
    expect(report).toMatchObject({
      presence: 'sidecar',
      integrity: 'intact',
      claim: { digitalSourceType: AI },
    });
    expect(report.problem).toBeUndefined();
    expect(report.codes.success).toContain('assertion.bmffHash.match');
    for (const at of [60, bytes.length - 20]) {
      const changed = new Uint8Array(bytes);
      changed[at]! ^= 1;
      expect(await read(changed, mime, manifestData)).toMatchObject({
        integrity: 'altered',
        codes: { failure: ['assertion.bmffHash.mismatch'] },
      });
    }
    // Bytes outside of all boxes are covered by no hash.
    const tail = Uint8Array.from([...bytes, 1, 2, 3]);
    expect((await read(tail, mime, manifestData)).integrity).not.toBe('intact');
  });
});

describe('a store cut from the file', () => {
  const png = 'image/png';
  let plain: Uint8Array;
  let signed: { bytes: Uint8Array; manifest: Uint8Array };
  beforeAll(async () => {
    plain = await testImage('png');
    signed = await signImage(plain, png, { template: generated(png), signer, timestamp });
  });

  it('belongs to the file without its manifest', async () => {
    expect(await read(plain, png, signed.manifest)).toMatchObject({
      presence: 'sidecar',
      integrity: 'intact',
      signer: { status: 'trusted' },
    });
  });

  it('says nothing about a file that was written anew', async () => {
    const anew = new Uint8Array(await sharp(plain).png({ compressionLevel: 1 }).toBuffer());
    const report = await read(anew, png, signed.manifest);
    expect(report).toMatchObject({ presence: 'sidecar', integrity: 'unknown' });
    expect(report.problem).toMatch(/manifest|hash|file/i);
  });

  it('is not used when the file has its own, and garbage beside it does not matter', async () => {
    for (const manifestData of [signed.manifest, new Uint8Array(500).fill(7)]) {
      expect(await read(signed.bytes, png, manifestData)).toMatchObject({
        presence: 'embedded',
        integrity: 'intact',
      });
    }
  });

  it('is altered when it was changed itself', async () => {
    const copy = Buffer.from(signed.manifest);
    copy.write('digitalCaptureXXXXXXXXX', copy.indexOf('trainedAlgorithmicMedia'), 'latin1');
    const report = await read(plain, png, new Uint8Array(copy));
    expect(report).toMatchObject({ presence: 'sidecar', integrity: 'altered' });
  });

  it('garbage is malformed, with the problem', async () => {
    for (const garbage of [new Uint8Array(0), new Uint8Array(500).fill(7), plain]) {
      const report = await read(plain, png, garbage);
      expect(report).toMatchObject({ presence: 'malformed', integrity: 'unknown', signer: null });
      expect(report.problem).toMatch(/^the manifest beside the file cannot be read/);
    }
    await expect(read(plain, png, 'text' as unknown as Uint8Array)).rejects.toThrow(TypeError);
  });

  it('any byte changed: a report, and intact only with the same claim', async () => {
    const original = JSON.stringify((await read(plain, png, signed.manifest)).claim);
    const at = fc.integer({ min: 0, max: signed.manifest.length - 1 });
    await fc.assert(
      fc.asyncProperty(at, fc.integer({ min: 1, max: 255 }), async (offset, mask) => {
        const copy = new Uint8Array(signed.manifest);
        copy[offset]! ^= mask;
        const report = await read(plain, png, copy);
        expect(['sidecar', 'malformed']).toContain(report.presence);
        if (report.integrity === 'intact') expect(JSON.stringify(report.claim)).toBe(original);
      }),
      { numRuns: 60, seed: 11 },
    );
  });
});
