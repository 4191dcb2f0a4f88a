/** What every engine must say alike: the one that is built in, and the native one where it is installed. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CredentialsEngine } from '../../src/c2pa/index.js';
import {
  CREDENTIALS_ENGINES,
  readCredentials,
  readCrJson,
  signImage,
} from '../../src/c2pa/index.js';
import { nativeEngine } from '../../src/c2pa/native.js';
import { errorMessage } from '../../src/core/index.js';
import { sniffFormat } from '../../src/image/index.js';
import { assetPath, haveAssets } from '../support/assets.js';
import { fixture } from '../support/fixtures.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import { createTestAuthority, generated, testImage } from './helpers.js';

const missing = await nativeEngine().then(
  () => null,
  (error: unknown) => errorMessage(error),
);
const JPEG = 'image/jpeg';
const { signer, timestamp, trust } = createTestAuthority();
const mimeOf = (bytes: Uint8Array): string => sniffFormat(bytes)?.mime ?? '';

const read = (bytes: Uint8Array, engine: CredentialsEngine) =>
  readCredentials(bytes, mimeOf(bytes), { engine });

function contract(engine: CredentialsEngine): void {
  const read = (bytes: Uint8Array, more: object = {}) =>
    readCredentials(bytes, mimeOf(bytes), { engine, trust, ...more });

  it.each(['webp', 'avif', 'tiff', 'gif', 'jxl', 'svg'])(
    'signed.%s: intact, nobody lists it',
    async (type) => {
      const report = await read(fixture(`manifests/signed.${type}`));
      expect(report).toMatchObject({
        presence: 'embedded',
        integrity: 'intact',
        signer: {
          status: 'untrusted',
          subject: 'CN=Test signer, O=Test',
          issuer: 'CN=Test CA, O=Test',
        },
        codes: { failure: ['signingCredential.untrusted'] },
      });
      expect(report.signer?.timestamp).toMatch(/^2026-/);
    },
  );

  it('a changed pixel is altered, a parent is listed, no manifest is absent, garbage malformed', async () => {
    expect(await read(fixture('manifests/altered.png'))).toMatchObject({ integrity: 'altered' });
    const { claim } = await read(fixture('manifests/marked.jpg'));
    expect(claim?.ingredients[0]).toMatchObject({ title: 'generated.png' });
    expect(await read(fixture('images/pillow-rgb.jpg'))).toMatchObject({ presence: 'absent' });
    const cut = fixture('manifests/signed.tiff').subarray(0, 3000);
    expect((await read(cut)).integrity).toBe('unknown');
  });

  let beside: { bytes: Uint8Array; manifest: Uint8Array };
  let remote: typeof beside;
  const remoteUrl = 'https://example.com/1.c2pa';
  beforeAll(async () => {
    const options = { template: generated(JPEG), signer, timestamp, embed: false };
    beside = await signImage(await testImage('jpeg'), JPEG, options);
    remote = await signImage(await testImage('jpeg'), JPEG, { ...options, remoteUrl });
  });

  it('trust, list and timestamp', async () => {
    const { bytes } = await signImage(await testImage('png'), 'image/png', {
      template: generated('image/png'),
      signer,
      timestamp,
    });
    expect(await read(bytes)).toMatchObject({
      integrity: 'intact',
      validationState: 'Trusted',
      signer: { status: 'trusted', list: 'test', timestampTrusted: true },
      claim: { generator: 'imprint/0.1.0' },
    });
  });

  it('a manifest beside the file, and one that is kept elsewhere', async () => {
    expect(await read(beside.bytes, { manifestData: beside.manifest })).toMatchObject({
      presence: 'sidecar',
      integrity: 'intact',
      signer: { status: 'trusted' },
    });
    expect(await read(remote.bytes)).toMatchObject({ presence: 'remote', remoteUrl, signer: null });
    const fetchRemote = () => Promise.resolve(remote.manifest);
    expect(await read(remote.bytes, { fetchRemote })).toMatchObject({
      presence: 'remote',
      integrity: 'intact',
      signer: { status: 'trusted' },
    });
  });

  it('names itself in the report', async () => {
    const { engine: name } = await read(fixture('manifests/generated.png'));
    expect(name).toMatch(engine === 'wasm' ? /^c2pa-wasm \d/ : /^c2pa-node \d/);
  });
}

describe('the built-in engine', () => contract('wasm'));

describe.skipIf(missing !== null)(
  `the native engine${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    contract('native');

    it('has no crJSON, and no other time than the clock', async () => {
      const bytes = fixture('manifests/generated.png');
      const { report, crJson } = await readCrJson(bytes, 'image/png', { engine: 'native' });
      expect({ integrity: report.integrity, crJson }).toEqual({
        integrity: 'intact',
        crJson: null,
      });
      const validationTime = new Date();
      const options = { engine: 'native', validationTime } as const;
      await expect(readCredentials(bytes, 'image/png', options)).rejects.toThrow(RangeError);
    });

    it
      .skipIf(!haveAssets)
      .each([
        ...['C.jpg', 'CACA.jpg', 'CACAE-uri-CA.jpg', 'CIE-sig-CA.jpg', 'E-sig-CA.jpg', 'XCA.jpg'],
        ...['boxhash.jpg', 'ocsp.jpg', 'cloud.jpg', 'no_alg.jpg', 'sample1.svg'],
      ])('says of %s what the built-in one says (needs ../shared/assets)', async (name) => {
      const bytes = new Uint8Array(readFileSync(assetPath(`c2pa/c2pa-rs/${name}`)));
      const [wasm, native] = await Promise.all(
        CREDENTIALS_ENGINES.map((engine) => readCredentials(bytes, mimeOf(bytes), { engine })),
      );
      const facts = ({
        presence,
        integrity,
        signer,
        codes,
        remoteUrl,
      }: NonNullable<typeof wasm>) => ({
        presence,
        integrity,
        signer,
        remoteUrl,
        failure: [...codes.failure].sort(),
      });
      expect(facts(native!)).toEqual(facts(wasm!));
    });

    it.skipIf(!haveAssets)(
      'is stricter about an update manifest: c2pa-rs 0.90 names no binding (needs ../shared/assets)',
      async () => {
        const bytes = new Uint8Array(readFileSync(assetPath('c2pa/c2pa-rs/update_manifest.jpg')));
        expect((await read(bytes, 'wasm')).integrity).toBe('intact');
        expect(['intact', 'unknown']).toContain((await read(bytes, 'native')).integrity);
      },
    );
  },
);

it.skipIf(missing === null)(
  'where the native engine is missing, asking for it is an error that says so',
  async () => {
    const bytes = fixture('manifests/generated.png');
    const read = (engine: string) =>
      readCredentials(bytes, 'image/png', { engine: engine as CredentialsEngine });
    const error = await throwsWithCode(() => read('native'), 'C2PA_ENGINE');
    expect(error.message).toContain('@contentauth/c2pa-node');
    await expect(read('other')).rejects.toThrow(RangeError);
  },
);
