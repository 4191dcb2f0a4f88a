/** Manifests that files keep elsewhere, and an engine that cannot get at them by itself. */
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { withEngine } from '../../src/c2pa/engine.js';
import { C2paError, readCredentials, readCrJson, signImage } from '../../src/c2pa/index.js';
import type { GuardedFetch } from '../../src/c2pa/index.js';
import { createTestAuthority, generated, testImage } from './helpers.js';

const JPEG = 'image/jpeg';
const URL_OF_MANIFEST = 'https://example.com/manifests/1.c2pa';
const { signer, timestamp, trust } = createTestAuthority();
let bytes: Uint8Array;
let manifest: Uint8Array;
beforeAll(async () => {
  ({ bytes, manifest } = await signImage(await testImage('jpeg'), JPEG, {
    template: generated(JPEG),
    signer,
    timestamp,
    remoteUrl: URL_OF_MANIFEST,
    embed: false,
  }));
});

const read = (fetchRemote?: GuardedFetch, file = bytes) =>
  readCredentials(file, JPEG, { trust, ...(fetchRemote === undefined ? {} : { fetchRemote }) });

describe('a remote manifest', () => {
  it('is not fetched unless asked for', async () => {
    expect(await read()).toMatchObject({
      presence: 'remote',
      integrity: 'unknown',
      signer: null,
      remoteUrl: URL_OF_MANIFEST,
      validationState: null,
    });
  });

  it('is fetched once, from the address in the file, and checked against the file', async () => {
    const fetchRemote = vi.fn(() => Promise.resolve(manifest));
    expect(await read(fetchRemote)).toMatchObject({
      presence: 'remote',
      integrity: 'intact',
      signer: { status: 'trusted', list: 'test', timestampTrusted: true },
      remoteUrl: URL_OF_MANIFEST,
      validationState: 'Trusted',
    });
    expect(fetchRemote.mock.calls).toEqual([[URL_OF_MANIFEST]]);
    const { crJson } = await readCrJson(bytes, JPEG, { fetchRemote });
    expect(crJson).toHaveProperty('manifests');
  });

  it('of other pixels is altered', async () => {
    const other = new Uint8Array(bytes);
    other[other.length - 20]! ^= 1;
    expect(await read(() => Promise.resolve(manifest), other)).toMatchObject({
      presence: 'remote',
      integrity: 'altered',
    });
  });

  it.each([
    ['garbage', new Uint8Array(500).fill(7)],
    ['nothing', new Uint8Array(0)],
  ])('that is %s is malformed', async (_what, body) => {
    const report = await read(() => Promise.resolve(body));
    expect(report).toMatchObject({ presence: 'malformed', integrity: 'unknown' });
    expect(report.problem).toContain(URL_OF_MANIFEST);
  });

  it('that cannot be had stays unfetched, with the reason; a bug stays a bug', async () => {
    const failing = (error: Error) => read(() => Promise.reject(error));
    const error = new C2paError({ code: 'C2PA_FETCH', message: 'no answer within 20 ms' });
    expect(await failing(error)).toMatchObject({
      presence: 'remote',
      problem: 'no answer within 20 ms',
      validationState: null,
    });
    await expect(failing(new TypeError('oops'))).rejects.toThrow(TypeError);
  });

  it('is not asked for when the file has its own, or one was brought', async () => {
    const fetchRemote = vi.fn(() => Promise.resolve(manifest));
    const options = { template: generated(JPEG), signer, remoteUrl: URL_OF_MANIFEST };
    const embedded = await signImage(await testImage('jpeg'), JPEG, options);
    expect((await read(fetchRemote, embedded.bytes)).presence).toBe('embedded');
    const brought = await readCredentials(bytes, JPEG, { manifestData: manifest, fetchRemote });
    expect(brought).toMatchObject({ presence: 'sidecar', integrity: 'intact' });
    expect(fetchRemote).not.toHaveBeenCalled();
  });
});

describe('the engine by itself', () => {
  it('reaches no network, however it is set: its fetch is ours and that of the process untouched', async () => {
    const fetch = vi.fn();
    vi.stubGlobal('fetch', fetch);
    onTestFinished(() => void vi.unstubAllGlobals());
    const open = {
      core: { allowed_network_hosts: null, allow_redirects: true },
      verify: { remote_manifest_fetch: true, ocsp_fetch: true },
    };
    const said = withEngine(({ Reader }) =>
      Reader.fromBytes(JPEG, bytes, JSON.stringify({ version: 1, ...open })),
    );
    await expect(said).rejects.toMatch(/RemoteManifestFetch|network is closed/);
    const embedded = await signImage(await testImage('jpeg'), JPEG, {
      template: generated(JPEG),
      signer,
    });
    await withEngine(async ({ Reader }) => {
      const settings = JSON.stringify({ version: 1, ...open });
      (await Reader.fromBytes(JPEG, embedded.bytes, settings)).free();
    });
    expect(fetch).not.toHaveBeenCalled();
  });
});
