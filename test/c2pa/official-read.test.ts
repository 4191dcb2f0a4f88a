/** What c2pa-rs itself says about files that we signed. */
import { beforeAll, describe, expect, it } from 'vitest';
import { readCredentials, signImage } from '../../src/c2pa/index.js';
import type { CredentialsReport } from '../../src/c2pa/index.js';
import type { TestAuthority, TestFormat } from './helpers.js';
import { ALG, BINDING, createTestAuthority, generated, testImage } from './helpers.js';

const FORMATS: readonly TestFormat[] = ['png', 'jpeg', 'webp', 'avif', 'tiff'];

/** Claim and credential first, then one match for each of the 6 assertions, and the hard binding. */
const EXPECTED_SUCCESS = (binding: string): string[] => [
  'timeStamp.validated',
  'timeStamp.trusted',
  'signingCredential.trusted',
  'claimSignature.insideValidity',
  'claimSignature.validated',
  ...Array<string>(6).fill('assertion.hashedURI.match'),
  binding,
];

let authority: TestAuthority;
beforeAll(() => {
  authority = createTestAuthority();
});

async function signAndRead(format: TestFormat): Promise<CredentialsReport> {
  const mime = `image/${format}`;
  const signed = await signImage(await testImage(format), mime, {
    template: generated(mime),
    signer: authority.signer,
    timestamp: authority.timestamp,
    softBindingAlgorithms: [ALG],
  });
  expect(signed.warnings).toEqual([]);
  return readCredentials(signed.bytes, mime, { trust: authority.trust });
}

describe('the official read of our own manifest', () => {
  it.each(FORMATS)('%s: Trusted, with exactly these codes', async (format) => {
    const report = await signAndRead(format);
    const hardBinding = format === 'avif' ? 'assertion.bmffHash.match' : 'assertion.dataHash.match';
    console.log(
      `${format}: ${report.validationState} by ${report.engine}: ${report.codes.success.join(' ')}`,
    );
    expect(report.codes.success).toEqual(EXPECTED_SUCCESS(hardBinding));
    expect(report.codes.failure).toEqual([]);
    expect(report).toMatchObject({
      presence: 'embedded',
      integrity: 'intact',
      validationState: 'Trusted',
      engine: 'c2pa-wasm 0.13.3 (c2pa-rs 0.91.3)',
      signer: {
        status: 'trusted',
        subject: 'CN=Test signer, O=Test',
        issuer: 'CN=Test CA, O=Test',
        list: 'test',
      },
      softBindings: [{ alg: ALG, value: BINDING.value }],
      claim: {
        generator: 'imprint/0.1.0',
        digitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia',
      },
    });
    expect(report.claim?.actions.map((action) => action.action)).toEqual([
      'c2pa.created',
      'c2pa.watermarked.bound',
    ]);
    expect(Date.parse(report.signer?.timestamp ?? '')).toBeGreaterThan(Date.now() - 60_000);
  });

  it('without a trust list: the same file is intact and its signer untrusted', async () => {
    const mime = 'image/png';
    const signed = await signImage(await testImage('png'), mime, {
      template: generated(mime),
      signer: authority.signer,
      timestamp: authority.timestamp,
    });
    const report = await readCredentials(signed.bytes, mime);
    expect(report).toMatchObject({
      integrity: 'intact',
      validationState: 'Valid',
      signer: { status: 'untrusted', list: null },
    });
  });

  it('names the list that vouches, of several', async () => {
    const mime = 'image/png';
    const signed = await signImage(await testImage('png'), mime, {
      template: generated(mime),
      signer: authority.signer,
      timestamp: authority.timestamp,
    });
    const other = { name: 'other', anchorsPem: createTestAuthority().anchorsPem };
    const mine = { name: 'mine', anchorsPem: authority.anchorsPem };
    for (const lists of [
      [other, mine],
      [mine, other],
    ]) {
      const report = await readCredentials(signed.bytes, mime, { trust: { lists } });
      expect(report.signer).toMatchObject({ status: 'trusted', list: 'mine' });
    }
  });
});
