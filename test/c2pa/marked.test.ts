/** Images made elsewhere: what they carried stays, what the user says is recorded, nothing is invented. */
import { describe, expect, it } from 'vitest';
import { markedManifest, readCredentials, signImage } from '../../src/c2pa/index.js';
import type { SignImageOptions } from '../../src/c2pa/index.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import { createTestAuthority, generated, marked, testImage, WHEN } from './helpers.js';

const PNG = 'image/png';
const SOURCE = 'http://cv.iptc.org/newscodes/digitalsourcetype/';
const { signer, timestamp, trust } = createTestAuthority();

describe('markedManifest', () => {
  it('an unsigned parent: opened, watermarked, no origin claimed', async () => {
    const bytes = await testImage('jpeg');
    const parent = { bytes, mime: 'image/jpeg', title: 'photo.jpg' };
    const options = { template: marked(PNG), signer, timestamp, parent };
    const signed = await signImage(await testImage('png'), PNG, options);
    const report = await readCredentials(signed.bytes, PNG, { trust });
    expect(report).toMatchObject({ validationState: 'Trusted', integrity: 'intact' });
    expect(report.codes.informational).toContain('ingredient.unknownProvenance');
    expect(report.claim?.actions.map((action) => action.action)).toEqual([
      'c2pa.opened',
      'c2pa.watermarked.bound',
    ]);
    expect(report.claim?.digitalSourceType).toBeNull();
    expect(report.claim?.ingredients).toMatchObject([
      { title: 'photo.jpg', format: 'image/jpeg', relationship: 'parentOf', manifest: null },
    ]);
  });

  it('the origin that the user states', async () => {
    const parent = { bytes: await testImage('png'), mime: PNG, title: 'photo' };
    const template = marked(PNG, 'digitalCapture');
    const signed = await signImage(parent.bytes, PNG, { template, signer, timestamp, parent });
    const { claim } = await readCredentials(signed.bytes, PNG, { trust });
    expect(claim?.digitalSourceType).toBe(`${SOURCE}digitalCapture`);
    expect(claim?.actions.every((action) => action.digitalSourceType === null)).toBe(true);
  });

  it('credentials of the parent are kept, and its AI claim is found', async () => {
    const first = await signImage(await testImage('png'), PNG, {
      template: generated(PNG),
      signer,
      timestamp,
    });
    const parent = { bytes: first.bytes, mime: PNG, title: 'generated' };
    const second = await signImage(await testImage('webp'), 'image/webp', {
      template: marked('image/webp'),
      signer,
      timestamp,
      parent,
    });
    const report = await readCredentials(second.bytes, 'image/webp', { trust });
    expect(report).toMatchObject({ validationState: 'Trusted', integrity: 'intact' });
    expect(report.claim?.digitalSourceType).toBe(`${SOURCE}trainedAlgorithmicMedia`);
    expect(report.claim?.ingredients.map((ingredient) => ingredient.depth)).toEqual([0, 1]);
    expect(report.claim?.ingredients[0]?.manifest).toMatch(/^urn:c2pa:/);
  });

  it('a parent whose pixels were altered is recorded as such', async () => {
    const first = await signImage(await testImage('png'), PNG, {
      template: generated(PNG),
      signer,
    });
    const bytes = new Uint8Array(first.bytes);
    bytes[bytes.length - 20]! ^= 1;
    const parent = { bytes, mime: PNG, title: 'altered' };
    const options = { template: marked(PNG), signer, parent };
    const second = await signImage(await testImage('png'), PNG, options);
    const report = await readCredentials(second.bytes, PNG, { trust });
    expect(report.claim?.ingredients[0]?.failure).toContain('assertion.dataHash.mismatch');
  });

  it('hostile strings come back whole or cut, never as a failure', async () => {
    const title = `\u001b[31m<script>=cmd()${'x'.repeat(10_000)}\u202e`;
    const template = markedManifest({
      title,
      format: PNG,
      generator: { name: title, version: '1' },
      when: WHEN,
    });
    const parent = { bytes: await testImage('png'), mime: PNG, title };
    const signed = await signImage(parent.bytes, PNG, { template, signer, parent });
    const report = await readCredentials(signed.bytes, PNG, { trust });
    expect(report.integrity).toBe('intact');
    expect(report.claim?.title).toBe(title.slice(0, 1000));
    expect(JSON.stringify(report).length).toBeLessThan(60_000);
  });
});

describe('textToImageManifest', () => {
  it('holds the prompt only when it is given', async () => {
    for (const prompt of [undefined, 'a secret red apple']) {
      const template = generated(PNG, prompt === undefined ? {} : { prompt });
      const { bytes } = await signImage(await testImage('png'), PNG, { template, signer });
      expect(Buffer.from(bytes).includes('secret red apple')).toBe(prompt !== undefined);
      const report = await readCredentials(bytes, PNG, { trust });
      expect(report).toMatchObject({ validationState: 'Trusted', integrity: 'intact' });
    }
  });
});

describe('signImage, refusals', () => {
  const refuse = async (
    code: string,
    bytes: Uint8Array,
    mime: string,
    more: Partial<SignImageOptions>,
  ) =>
    throwsWithCode(
      () => signImage(bytes, mime, { template: generated(mime), signer, ...more }),
      code,
    );

  it('names what went wrong', async () => {
    const png = await testImage('png');
    await refuse('C2PA_UNSUPPORTED_FORMAT', png, 'image/bmp', {});
    await refuse('C2PA_SIGN_FAILED', new Uint8Array(100), PNG, {});
    const down = { timestamp: () => Promise.reject(new Error('no route')) };
    await refuse('C2PA_TIMESTAMP', png, PNG, { timestamp: down });
    const broken = { ...signer, sign: () => Promise.reject(new Error('HSM is out')) };
    const error = await refuse('C2PA_SIGN_FAILED', png, PNG, { signer: broken });
    expect(error.message).toContain('HSM is out');
    const wrong = { ...signer, sign: () => Promise.resolve(new Uint8Array(64)) };
    await refuse('C2PA_SIGNATURE', png, PNG, { signer: wrong });
    await expect(signImage(png, PNG, { template: marked(PNG), signer })).rejects.toThrow(TypeError);
  });
});
