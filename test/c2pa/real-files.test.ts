/** Files of c2pa-rs and of vendors: what the reader says is what c2pa-rs says. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCredentials } from '../../src/c2pa/index.js';
import type { TrustList } from '../../src/c2pa/index.js';
import { assetPath, haveAssets } from '../support/assets.js';

const MIME: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  avif: 'image/avif',
  heic: 'image/heic',
  svg: 'image/svg+xml',
  webp: 'image/webp',
};
const text = (name: string): string => readFileSync(assetPath(`c2pa/${name}`), 'utf8');

/** file, presence, integrity, signer without lists, signer under the test roots, failures under the test roots */
type Row = [string, string, string, string | null, string | null, string[]];
const EMBEDDED = (file: string): Row => [file, 'embedded', 'intact', 'untrusted', 'trusted', []];
const ABSENT = (file: string): Row => [file, 'absent', 'unknown', null, null, []];
const REMOTE = (file: string): Row => [file, 'remote', 'unknown', null, null, []];
const MALFORMED = (file: string): Row => [file, 'malformed', 'unknown', null, null, []];
const UNTRUSTED = ['signingCredential.untrusted'];

const ROWS: Row[] = [
  ...['C.jpg', 'CA.jpg', 'CACA.jpg', 'CACAE-uri-CA.jpg', 'CA_ct.jpg', 'CIE-sig-CA.jpg'].map(
    EMBEDDED,
  ),
  ...['boxhash.jpg', 'legacy_ingredient_hash.jpg', 'update_manifest.jpg'].map(EMBEDDED),
  [
    'C_with_CAWG_data.jpg',
    'embedded',
    'intact',
    'untrusted',
    'trusted',
    ['cawg.x509.credential.untrusted'],
  ],
  ['E-sig-CA.jpg', 'embedded', 'altered', 'untrusted', 'trusted', ['claimSignature.mismatch']],
  ['XCA.jpg', 'embedded', 'altered', 'untrusted', 'trusted', ['assertion.dataHash.mismatch']],
  ['ocsp.jpg', 'embedded', 'intact', 'untrusted', 'untrusted', UNTRUSTED],
  ...['IMG_0003.jpg', 'MultiPage.tif', 'P1000827.jpg', 'TUSCANY.TIF', 'libpng-test.png'].map(
    ABSENT,
  ),
  ...['sample1.avif', 'sample1.heic', 'sample1.svg', 'sample1.webp'].map(ABSENT),
  ...['cloud.jpg', 'cloudx.jpg', 'libpng-test_with_url.png'].map(REMOTE),
  ...['no_alg.jpg', 'prerelease.jpg', 'tiff_poc.tiff'].map(MALFORMED),
].map(([file, ...rest]) => [`c2pa-rs/${file as string}`, ...rest] as Row);

const VENDOR_ROWS: Row[] = [
  // Its certificate ran out on 2026-01-13 and nobody stamped the signature; the pixels are untouched.
  [
    'ChatGPT_Image.png',
    'embedded',
    'intact',
    'expired',
    'expired',
    ['signingCredential.expired', 'signingCredential.untrusted'],
  ],
  ['Firefly_tabby_cat.jpg', 'embedded', 'intact', 'untrusted', 'untrusted', UNTRUSTED],
  ['car-es-Ps-Cr.jpg', 'embedded', 'intact', 'untrusted', 'untrusted', UNTRUSTED],
  [
    'cloudscape-ACA-Cr.jpeg',
    'embedded',
    'intact',
    'expired',
    'expired',
    ['cawg.ica.did_unavailable', 'signingCredential.expired', 'signingCredential.untrusted'],
  ],
  REMOTE('crater-lake-cr.jpg'),
  ABSENT('crater-lake.jpeg'),
].map(([file, ...rest]) => [`example-assets/${file as string}`, ...rest] as Row);

/** Everything is judged on one day, so that certificates of the files do not run out under the tests. */
const validationTime = new Date('2026-11-25T00:00:00Z');

describe.skipIf(!haveAssets)('real files (needs ../shared/assets)', () => {
  const bytesOf = (file: string): Uint8Array =>
    new Uint8Array(readFileSync(assetPath(`c2pa/${file}`)));
  const read = (file: string, lists: TrustList[]) =>
    readCredentials(bytesOf(file), MIME[file.split('.').at(-1)!.toLowerCase()]!, {
      trust: { lists },
      validationTime,
    });
  const testRoots = (): TrustList => ({
    name: 'c2pa test roots',
    anchorsPem: text('c2pa-rs/trust/test_cert_root_bundle.pem'),
  });

  it.each([...ROWS, ...VENDOR_ROWS])(
    '%s: %s, %s, signer %s / %s',
    async (file, presence, integrity, signerAlone, signerUnderTest, failures) => {
      const alone = await read(file, []);
      const underTest = await read(file, [testRoots()]);
      for (const report of [alone, underTest])
        expect(report).toMatchObject({ presence, integrity });
      expect(alone.signer?.status ?? null).toBe(signerAlone);
      expect(underTest.signer?.status ?? null).toBe(signerUnderTest);
      expect([...new Set(underTest.codes.failure)].sort()).toEqual(failures);
      // Never more lenient than c2pa-rs: what it calls Invalid is altered, or its signer is not trusted.
      if (underTest.validationState === 'Invalid') {
        expect(integrity === 'altered' || signerUnderTest !== 'trusted').toBe(true);
      }
    },
  );

  it('the interim list vouches for Adobe, and says so', async () => {
    const interim = {
      name: 'interim',
      anchorsPem: text('interim-trust-list/anchors.pem'),
    };
    for (const file of ['c2pa-rs/ocsp.jpg', 'example-assets/Firefly_tabby_cat.jpg']) {
      const report = await read(file, [testRoots(), interim]);
      expect(report).toMatchObject({
        validationState: 'Trusted',
        signer: { status: 'trusted', list: 'interim' },
      });
    }
  });

  it('finds the AI claim of ChatGPT, which stands in the ingredient', async () => {
    const report = await read('example-assets/ChatGPT_Image.png', []);
    expect(report.claim?.digitalSourceType).toMatch(/\/trainedAlgorithmicMedia$/);
  });

  it('keeps what a signer knew about a broken ingredient', async () => {
    const report = await read('c2pa-rs/CIE-sig-CA.jpg', []);
    expect(report.claim?.ingredients[0]?.failure).toEqual(['claimSignature.mismatch']);
  });

  it('believes no timestamp authority without a list, claims of version 1 included', async () => {
    const manifestData = bytesOf('c2pa-rs/cloud_manifest.c2pa');
    const cloud = bytesOf('c2pa-rs/cloud.jpg');
    const report = await readCredentials(cloud, 'image/jpeg', { manifestData, validationTime });
    expect(report.codes.success).toContain('timeStamp.trusted');
    expect(report.signer?.timestamp).not.toBeNull();
    expect(report.signer?.timestampTrusted).toBe(false);
  });

  it('gives the address of a remote manifest', async () => {
    const report = await read('c2pa-rs/cloud.jpg', []);
    expect(report.remoteUrl).toMatch(/^https:\/\/cai-manifests\.adobe\.com\/manifests\/adobe-urn/);
  });

  it('validates a remote manifest that the caller brings', async () => {
    const manifestData = bytesOf('c2pa-rs/cloud_manifest.c2pa');
    const report = await readCredentials(bytesOf('c2pa-rs/cloud.jpg'), 'image/jpeg', {
      manifestData,
      validationTime,
    });
    expect(report).toMatchObject({ presence: 'sidecar', integrity: 'intact' });
  });
});
