/** Signing without touching the pixels, and what the user can say in the manifest. */
import { describe, expect, it } from 'vitest';
import type { Issuer, SignOnlyOptions } from '../../src/index.js';
import { signOnly } from '../../src/index.js';
import { readCredentials, readCrJson } from '../../src/c2pa/index.js';
import { encodeImage } from '../../src/image/index.js';
import { createTestAuthority, testImage } from '../c2pa/helpers.js';
import { fixture } from '../support/fixtures.js';
import { texturedPicture } from '../support/picture.js';
import { throwsWithCode } from '../support/throws-with-code.js';

const { signer, timestamp, trust } = createTestAuthority();
const issuer: Issuer = { signer, timestamp };
const PNG = 'image/png';
type Json = Record<string, unknown>;

/** Assertions of the active manifest as crJSON shows them. */
async function assertions(bytes: Uint8Array, mime: string): Promise<Record<string, Json>> {
  const { crJson } = await readCrJson(bytes, mime, { trust });
  const [active] = crJson!['manifests'] as { assertions: Record<string, Json> }[];
  return active!.assertions;
}

const actionNames = (found: Record<string, Json>): string[] =>
  (found['c2pa.actions.v2']!['actions'] as { action: string }[]).map(({ action }) => action);

describe('signOnly', () => {
  it('leaves every byte of a JPEG’s picture as it was', async () => {
    const bytes = fixture('images/pillow-rgb.jpg');
    const signed = await signOnly(bytes, issuer);
    expect(signed).toMatchObject({ mime: 'image/jpeg', kind: 'full', warnings: [] });
    const scan = Buffer.from(bytes.subarray(bytes.length - 1500));
    expect(Buffer.from(signed.bytes).includes(scan)).toBe(true);
    const found = await assertions(signed.bytes, 'image/jpeg');
    expect(actionNames(found)).toEqual(['c2pa.opened']);
    expect(found['c2pa.soft-binding']).toBeUndefined();
  });

  it.each(['jpeg', 'png', 'webp', 'avif', 'tiff'] as const)(
    'refuses a %s that was cut off',
    async (format) => {
      const bytes = await testImage(format);
      const cut = bytes.subarray(0, Math.floor(bytes.length * 0.8));
      await throwsWithCode(() => signOnly(cut, issuer), 'IMAGE_MALFORMED');
    },
  );

  it('updates intact credentials, which keep holding', async () => {
    const first = await signOnly(await testImage('png'), issuer, { source: 'digitalCapture' });
    const second = await signOnly(first.bytes, issuer, { metadata: { creators: ['Ann'] } });
    expect(second.kind).toBe('update');
    const report = await readCredentials(second.bytes, PNG, { trust });
    expect(report).toMatchObject({ integrity: 'intact', validationState: 'Trusted' });
    const found = await assertions(second.bytes, PNG);
    expect(actionNames(found)).toEqual(['c2pa.opened', 'c2pa.edited.metadata']);
    expect(Object.keys(found).filter((label) => label.startsWith('c2pa.hash'))).toEqual([]);
    // What the update does not speak of stays as it was stated.
    expect(found['cawg.training-mining']).toBeUndefined();
    expect(report.claim?.digitalSourceType).toMatch(/digitalCapture$/);
  });

  it.each(['webp', 'tiff'] as const)(
    '%s takes no update: a full manifest, told',
    async (format) => {
      const mime = `image/${format}`;
      const first = await signOnly(await testImage(format), issuer);
      const second = await signOnly(first.bytes, issuer, { metadata: { creators: ['Ann'] } });
      expect(second.kind).toBe('full');
      expect(second.warnings.join()).toContain('full manifest');
      const report = await readCredentials(second.bytes, mime, { trust });
      expect(report).toMatchObject({ integrity: 'intact', validationState: 'Trusted' });
      expect(report.claim?.ingredients.map(({ depth }) => depth)).toEqual([0, 1]);
    },
  );

  it('does not wash altered credentials clean', async () => {
    const first = await signOnly(await testImage('png'), issuer);
    const bytes = new Uint8Array(first.bytes);
    bytes[bytes.length - 20]! ^= 1;
    const second = await signOnly(bytes, issuer);
    expect(second.kind).toBe('full');
    expect(second.warnings.join()).toContain('broken');
    const report = await readCredentials(second.bytes, PNG, { trust });
    expect(report.claim?.ingredients[0]?.failure).toContain('assertion.dataHash.mismatch');
  });

  it('an edit names its parent, its kind and its model', async () => {
    const parent = await signOnly(await testImage('jpeg'), issuer, { source: 'digitalCapture' });
    const signed = await signOnly(await testImage('png'), issuer, {
      source: 'compositeWithTrainedAlgorithmicMedia',
      madeFrom: { how: 'edited', bytes: parent.bytes, title: 'photo.jpg' },
      model: { name: 'tiny-ldm', version: '1.0.0' },
      description: 'inpainting',
    });
    const report = await readCredentials(signed.bytes, PNG, { trust });
    expect(report.claim?.actions).toMatchObject([
      { action: 'c2pa.opened', digitalSourceType: null },
      {
        action: 'c2pa.edited',
        softwareAgent: 'tiny-ldm/1.0.0',
        description: 'inpainting',
        digitalSourceType: expect.stringMatching(/compositeWithTrainedAlgorithmicMedia$/) as string,
      },
    ]);
    expect(report.claim?.ingredients.map(({ title, depth }) => [title, depth])).toEqual([
      ['photo.jpg', 0],
      ['image', 1],
      ['tiny-ldm 1.0.0', 0],
    ]);
    const found = await assertions(signed.bytes, PNG);
    expect(found['c2pa.ai-disclosure']).toMatchObject({ modelName: 'tiny-ldm' });
  });

  it('a re-made image is created, and names what guided it', async () => {
    const signed = await signOnly(await testImage('png'), issuer, {
      source: 'trainedAlgorithmicMedia',
      madeFrom: { how: 'remade', bytes: await testImage('jpeg'), title: 'sketch.jpg' },
    });
    const { claim } = await readCredentials(signed.bytes, PNG, { trust });
    expect(claim?.actions.map(({ action }) => action)).toEqual(['c2pa.created']);
    expect(claim?.ingredients).toMatchObject([{ title: 'sketch.jpg', relationship: 'inputTo' }]);
  });

  it('carries creator, rights, training terms and a thumbnail', async () => {
    const picture = await encodeImage(texturedPicture(640, 512), { format: 'png' });
    const signed = await signOnly(picture, issuer, {
      metadata: {
        creators: ['Ann', 'Zoë ✓'],
        rights: '© 2026 Ann',
        licenseUrl: 'https://creativecommons.org/licenses/by/4.0/',
      },
      trainingMining: { constrained: 'ask licensing@example.com' },
      thumbnail: true,
    });
    const found = await assertions(signed.bytes, PNG);
    expect(found['cawg.metadata']).toMatchObject({
      'dc:creator': ['Ann', 'Zoë ✓'],
      'dc:rights': { 'x-default': '© 2026 Ann' },
      'xmpRights:WebStatement': 'https://creativecommons.org/licenses/by/4.0/',
    });
    const entries = found['cawg.training-mining']!['entries'] as Record<string, Json>;
    expect(entries['cawg.ai_training']).toEqual({
      use: 'constrained',
      constraint_info: 'ask licensing@example.com',
    });
    const labels = Object.keys(found);
    expect(labels.some((label) => label.startsWith('c2pa.thumbnail.claim'))).toBe(true);
    const { integrity } = await readCredentials(signed.bytes, PNG, { trust });
    expect(integrity).toBe('intact');
  });

  it('without embedding the file stays byte for byte, and the store reads beside it', async () => {
    for (const format of ['png', 'jpeg', 'webp'] as const) {
      const bytes = await testImage(format);
      const mime = `image/${format}`;
      const signed = await signOnly(bytes, issuer, { embed: false });
      expect(Buffer.compare(signed.bytes, bytes)).toBe(0);
      const report = await readCredentials(bytes, mime, { trust, manifestData: signed.manifest });
      expect(report).toMatchObject({ presence: 'sidecar', integrity: 'intact' });
      // Over a signed file, whose own manifest must not stay behind.
      const first = await signOnly(bytes, issuer);
      const second = await signOnly(first.bytes, issuer, { embed: false });
      const own = await readCredentials(second.bytes, mime, { trust });
      expect(own.presence).toBe('absent');
      const options = { trust, manifestData: second.manifest };
      const beside = await readCredentials(second.bytes, mime, options);
      expect(beside).toMatchObject({ presence: 'sidecar', integrity: 'intact' });
    }
  });

  it('a remote manifest is named in the file, with or without the manifest inside', async () => {
    const remoteManifest = 'https://example.com/m/1.c2pa';
    for (const format of ['png', 'jpeg', 'webp', 'avif'] as const) {
      const mime = `image/${format}`;
      const bytes = await testImage(format);
      const both = await signOnly(bytes, issuer, { remoteManifest });
      expect(Buffer.from(both.bytes).includes(remoteManifest)).toBe(true);
      expect(await readCredentials(both.bytes, mime, { trust })).toMatchObject({
        presence: 'embedded',
        integrity: 'intact',
      });
      const bare = await signOnly(bytes, issuer, { remoteManifest, embed: false });
      expect(await readCredentials(bare.bytes, mime, { trust })).toMatchObject({
        presence: 'remote',
        remoteUrl: remoteManifest,
      });
      const options = { trust, manifestData: bare.manifest };
      expect(await readCredentials(bare.bytes, mime, options)).toMatchObject({
        presence: 'sidecar',
        integrity: 'intact',
      });
    }
  });
});

const png = await testImage('png');

describe('what signOnly refuses', () => {
  it('files that carry no credentials, by a typed error', async () => {
    for (const bytes of [Buffer.from('BM not a picture of ours'), Buffer.from('%PDF-1.7')]) {
      await throwsWithCode(() => signOnly(bytes, issuer), 'C2PA_UNSUPPORTED_FORMAT');
    }
  });

  it('a source over credentials that state their own', async () => {
    const first = await signOnly(png, issuer);
    const again = () => signOnly(first.bytes, issuer, { source: 'digitalArt' });
    await throwsWithCode(again, 'MARK_SOURCE_STATED');
  });

  const made = { how: 'edited', bytes: png } as const;
  const long = 'x'.repeat(10_000);
  it.each<[string, SignOnlyOptions]>([
    ['an edit of unstated kind', { madeFrom: made }],
    ['a model without a generative source', { model: { name: 'm', version: '1' } }],
    ['a model and a camera', { model: { name: 'm', version: '1' }, source: 'digitalCapture' }],
    ['a description of nothing', { description: 'inpainting' }],
    ['10,000 characters of creator', { metadata: { creators: [long] } }],
    ['100 creators', { metadata: { creators: Array<string>(100).fill('Ann') } }],
    ['an empty creator', { metadata: { creators: [' '] } }],
    ['an escape sequence in the rights', { metadata: { rights: '\u001b[31mred' } }],
    ['a line break in the credit', { metadata: { credit: 'a\nb' } }],
    ['a bidirectional override', { metadata: { description: 'a\u202egnp.exe' } }],
    ['half a surrogate pair', { metadata: { usageTerms: 'a\ud800' } }],
    ['a licence address that is none', { metadata: { licenseUrl: 'javascript:alert(1)' } }],
    ['training terms with controls', { trainingMining: { constrained: 'a\u0000b' } }],
    ['a training answer of another kind', { trainingMining: 'maybe' as 'allowed' }],
    ['a remote manifest by http', { remoteManifest: 'http://example.com/m.c2pa' }],
    ['a remote manifest with a password', { remoteManifest: 'https://a:b@example.com/m.c2pa' }],
    ['a remote manifest with markup', { remoteManifest: 'https://example.com/"><x' }],
    ['10,000 characters of address', { remoteManifest: `https://example.com/${long}` }],
    [
      'a model name with controls',
      { source: 'trainedAlgorithmicMedia', model: { name: 'm\u009b', version: '1' } },
    ],
  ])('%s', async (_name, options) => {
    await expect(signOnly(png, issuer, options)).rejects.toThrow(/^"[\w.]+" expected /);
  });

  it('a title of any kind is carried harmlessly', async () => {
    const title = `\u001b[31m=cmd()<script>${long}\u202e`;
    const signed = await signOnly(png, issuer, { title });
    const report = await readCredentials(signed.bytes, PNG, { trust });
    expect(report.integrity).toBe('intact');
    expect(report.claim?.title).toBe(title.slice(0, 1000));
  });
});
