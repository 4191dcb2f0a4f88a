/** Every format that carries credentials: signed and read back through the one engine. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CREDENTIAL_FORMATS, readCredentials, signImage } from '../../src/c2pa/index.js';
import { endOfBoxes, isBareJxl, sniffFormat, wrapJxl } from '../../src/image/index.js';
import { assetPath, haveAssets } from '../support/assets.js';
import { fixture } from '../support/fixtures.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import { BINDING, createTestAuthority, generated, marked, testImage } from './helpers.js';

const { signer, timestamp, trust } = createTestAuthority();
const SVG = new TextEncoder().encode(
  '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8">' +
    '<rect width="8" height="8" fill="teal"/></svg>\n',
);

const asset = (name: string): Uint8Array => new Uint8Array(readFileSync(assetPath(name)));

interface Case {
  name: string;
  mime: string;
  bytes: () => Uint8Array | Promise<Uint8Array>;
  asset?: true;
}

const CASES: readonly Case[] = [
  { name: 'JPEG', mime: 'image/jpeg', bytes: () => fixture('images/pillow-rgb.jpg') },
  { name: 'JPEG, CMYK', mime: 'image/jpeg', bytes: () => fixture('images/pillow-cmyk.jpg') },
  { name: 'PNG', mime: 'image/png', bytes: () => fixture('images/pillow-text.png') },
  { name: 'WebP', mime: 'image/webp', bytes: () => fixture('images/pillow-rgb.webp') },
  { name: 'TIFF', mime: 'image/tiff', bytes: () => fixture('images/pillow-rgb.tif') },
  { name: 'GIF, two frames', mime: 'image/gif', bytes: () => fixture('images/pillow-rgb.gif') },
  { name: 'SVG', mime: 'image/svg+xml', bytes: () => SVG },
  { name: 'JPEG XL', mime: 'image/jxl', bytes: () => fixture('images/pillow-rgb.jxl') },
  { name: 'AVIF', mime: 'image/avif', bytes: () => testImage('avif') },
  ...(
    [
      ['AVIF of c2pa-rs', 'image/avif', 'c2pa/c2pa-rs/sample1.avif'],
      ['WebP of c2pa-rs', 'image/webp', 'c2pa/c2pa-rs/sample1.webp'],
      ['SVG of c2pa-rs', 'image/svg+xml', 'c2pa/c2pa-rs/sample1.svg'],
      ['HEIC of c2pa-rs', 'image/heic', 'c2pa/c2pa-rs/sample1.heic'],
      ['HEIC of an iPhone', 'image/heic', 'photos/exif-samples/heic_IMG_5195.HEIC'],
      ['TIFF, several pages', 'image/tiff', 'c2pa/c2pa-rs/MultiPage.tif'],
    ] as const
  ).map(([name, mime, path]): Case => ({ name, mime, bytes: () => asset(path), asset: true })),
];

/** JPEG and HEIC pictures of unknown brand are `image/heif`; the engine tells both by one reader. */
const HEIF = CASES.filter(({ mime }) => mime === 'image/heic').map((entry) => ({
  ...entry,
  name: `${entry.name}, declared as HEIF`,
  mime: 'image/heif',
}));

describe('signed and read back', () => {
  for (const { name, mime, bytes: load, asset: needed } of [...CASES, ...HEIF]) {
    it.skipIf(needed === true && !haveAssets)(
      `${name}${needed === true ? ' (needs ../shared/assets)' : ''}`,
      async () => {
        const bytes = await load();
        if (mime !== 'image/heif') expect(sniffFormat(bytes)?.mime).toBe(mime);
        const parent = { bytes, mime, title: name };
        const options = { template: marked(mime), signer, timestamp, parent };
        const signed = await signImage(bytes, mime, options);
        expect(signed.warnings).toEqual([]);
        const report = await readCredentials(signed.bytes, mime, { trust });
        expect(report).toMatchObject({
          presence: 'embedded',
          integrity: 'intact',
          validationState: 'Trusted',
          softBindings: [{ alg: BINDING.alg, value: BINDING.value }],
        });
        expect(report.codes.failure).toEqual([]);
        expect(report.claim?.ingredients).toMatchObject([{ title: name, format: mime }]);
      },
    );
  }

  it.each(CASES.filter((entry) => entry.asset !== true || haveAssets))(
    '$name: with the manifest beside it, and at an address',
    async ({ mime, bytes: load }) => {
      const bytes = await load();
      const options = { template: generated(mime), signer, timestamp, embed: false };
      const beside = await signImage(bytes, mime, options);
      expect(Buffer.compare(beside.bytes, bytes)).toBe(0);
      const own = { trust, manifestData: beside.manifest };
      expect(await readCredentials(bytes, mime, own)).toMatchObject({
        presence: 'sidecar',
        integrity: 'intact',
      });
      const remoteUrl = 'https://example.com/m.c2pa';
      const far = await signImage(bytes, mime, { ...options, remoteUrl });
      const named = await readCredentials(far.bytes, mime, { trust });
      expect(named).toMatchObject({ presence: 'remote', remoteUrl });
      const fetched = { trust, manifestData: far.manifest };
      expect(await readCredentials(far.bytes, mime, fetched)).toMatchObject({
        presence: 'sidecar',
        integrity: 'intact',
      });
    },
  );

  it('covers every format of the list', () => {
    const covered = new Set([...CASES, ...HEIF].map(({ mime }) => mime));
    expect([...covered].sort()).toEqual([...CREDENTIAL_FORMATS].sort());
  });

  it.each(CASES.filter((entry) => entry.asset !== true))(
    '$name: a changed byte of the picture is noticed',
    async ({ mime, bytes: load }) => {
      const bytes = await load();
      const template = generated(mime);
      const signed = await signImage(bytes, mime, { template, signer, timestamp });
      const broken = new Uint8Array(signed.bytes);
      // The last bytes of these files belong to the picture, or to its frame (SVG's closing tag).
      broken[broken.length - 4]! ^= 1;
      const report = await readCredentials(broken, mime, { trust });
      expect(report.integrity).not.toBe('intact');
    },
  );
});

describe('containers that the engine stumbles over', () => {
  const JXL = 'image/jxl';
  const codestream = fixture('images/pillow-rgb.jxl').subarray(40);

  it('a bare JPEG XL codestream is put into a container, byte for byte', async () => {
    expect(isBareJxl(codestream)).toBe(true);
    expect(wrapJxl(codestream)).toEqual(fixture('images/pillow-rgb.jxl'));
    const parent = { bytes: codestream, mime: JXL, title: 'bare' };
    const options = { template: marked(JXL), signer, timestamp, parent };
    const signed = await signImage(codestream, JXL, options);
    expect(signed.warnings.join()).toContain('container');
    expect(Buffer.from(signed.bytes).includes(Buffer.from(codestream))).toBe(true);
    const report = await readCredentials(signed.bytes, JXL, { trust });
    expect(report).toMatchObject({ integrity: 'intact', validationState: 'Trusted' });
  });

  it('the engine by itself refuses such a codestream, by these words', async () => {
    // When this fails the engine has learnt it, and `wrapJxl` can go.
    const report = await readCredentials(codestream, JXL, { trust });
    expect(report.presence === 'absent' || /codestream|container/.test(report.problem ?? '')).toBe(
      true,
    );
  });

  it.each([
    ['text', [...Buffer.from('words that somebody left behind the picture')]],
    ['0xff', Array<number>(40).fill(255)],
    ['a free box that promises 2 GB', [0x7f, 0xff, 0xff, 0xff, 0x66, 0x72, 0x65, 0x65, 1, 2, 3]],
    ['a box of 4 bytes', [0, 0, 0, 4, 65, 65, 65, 65, 1, 2, 3]],
    ['zeros', Array<number>(100).fill(0)],
  ])('AVIF with %s behind it is signed, and may be a parent', async (_name, tail) => {
    const avif = await testImage('avif');
    const bytes = Uint8Array.from([...avif, ...tail]);
    const parent = { bytes, mime: 'image/avif', title: 'tail' };
    const options = { template: marked('image/avif'), signer, timestamp, parent };
    const signed = await signImage(bytes, 'image/avif', options);
    const report = await readCredentials(signed.bytes, 'image/avif', { trust });
    expect(report).toMatchObject({ integrity: 'intact', validationState: 'Trusted' });
    expect(signed.warnings.every((warning) => warning.includes('left out'))).toBe(true);
  });

  it('a cut-off picture is not taken for bytes behind one', async () => {
    const avif = await testImage('avif');
    for (const cut of [1, 20, 200]) {
      expect(endOfBoxes(avif.subarray(0, avif.length - cut))).toBe(avif.length - cut);
    }
    expect(endOfBoxes(avif)).toBe(avif.length);
  });

  it('a parent that the engine cannot read is noted by name', async () => {
    const png = await testImage('png');
    const parent = { bytes: new Uint8Array(300).fill(7), mime: 'image/png', title: 'odd.png' };
    const options = { template: marked('image/png'), signer, timestamp, parent };
    const signed = await signImage(png, 'image/png', options);
    expect(signed.warnings.join()).toContain('noted by name only');
    const report = await readCredentials(signed.bytes, 'image/png', { trust });
    expect(report.integrity).toBe('intact');
    expect(report.claim?.ingredients).toMatchObject([{ title: 'odd.png' }]);
  });

  it('but one that holds a manifest is not passed over', async () => {
    const png = await testImage('png');
    const bytes = new Uint8Array(300).fill(7);
    bytes.set(Buffer.from('jumb'), 100);
    const parent = { bytes, mime: 'image/png', title: 'odd.png' };
    const options = { template: marked('image/png'), signer, timestamp, parent };
    await throwsWithCode(() => signImage(png, 'image/png', options), 'C2PA_SIGN_FAILED');
  });
});
