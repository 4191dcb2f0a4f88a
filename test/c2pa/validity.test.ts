/** Trust over time, and what the engine sees of the process. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readCredentials, signImage } from '../../src/c2pa/index.js';
import type { SignedImage } from '../../src/c2pa/index.js';
import type { TestAuthority } from './helpers.js';
import { createTestAuthority, generated, testImage } from './helpers.js';

const DAY_MS = 86_400_000;
const PNG = 'image/png';
const inDays = (days: number): Date => new Date(Date.now() + days * DAY_MS);

async function sign(authority: TestAuthority, stamped: boolean): Promise<SignedImage> {
  const { signer, timestamp } = authority;
  return signImage(await testImage('png'), PNG, {
    template: generated(PNG),
    signer,
    ...(stamped ? { timestamp } : {}),
  });
}

describe('a certificate of 30 days', () => {
  const authority = createTestAuthority({ days: 30 });
  const { trust } = authority;

  it.each([
    // stamped, days later, signer, state
    [true, 1, 'trusted', 'Trusted'],
    [true, 400, 'trusted', 'Trusted'],
    [false, 1, 'trusted', 'Trusted'],
    [false, 400, 'expired', 'Invalid'],
  ])('timestamp %s, read %d days later: %s', async (stamped, days, status, validationState) => {
    const signed = await sign(authority, stamped);
    const report = await readCredentials(signed.bytes, PNG, {
      trust,
      validationTime: inDays(days),
    });
    // The pixels are what they were, whatever became of the certificate.
    expect(report).toMatchObject({ integrity: 'intact', signer: { status }, validationState });
  });

  it('tells a trusted time from one that anybody could have stamped', async () => {
    const read = async (timestamp?: TestAuthority['timestamp']) => {
      const options = { template: generated(PNG), signer: authority.signer };
      const signed = await signImage(await testImage('png'), PNG, {
        ...options,
        ...(timestamp === undefined ? {} : { timestamp }),
      });
      return (await readCredentials(signed.bytes, PNG, { trust })).signer;
    };
    expect(await read(authority.timestamp)).toMatchObject({ timestampTrusted: true });
    const stranger = createTestAuthority();
    expect(await read(stranger.timestamp)).toMatchObject({
      status: 'trusted',
      timestamp: expect.stringMatching(/^\d{4}-/) as string,
      timestampTrusted: false,
    });
    expect(await read()).toMatchObject({ timestamp: null, timestampTrusted: false });
  });

  it.each([
    ['a day before its own timestamp', inDays(-1), 'untrusted'],
    ['in 1970', new Date(0), 'untrusted'],
    ['in 2100', new Date('2100-01-01'), 'trusted'],
  ])('with a timestamp, read %s: %s', async (_when, validationTime, status) => {
    const signed = await sign(authority, true);
    const { signer, integrity, failures } = await readCredentials(signed.bytes, PNG, {
      trust,
      validationTime,
    });
    expect({ integrity, status: signer?.status }).toEqual({ integrity: 'intact', status });
    expect(signer?.timestampTrusted).toBe(status === 'trusted');
    expect(signer?.list).toBe(status === 'trusted' ? 'test' : null);
    expect(failures.map(({ code }) => code)).toEqual(
      status === 'trusted' ? [] : ['timeStamp.outsideValidity'],
    );
  });

  it('is not trusted before it was issued, nor in 2100', async () => {
    const signed = await sign(authority, false);
    for (const validationTime of [new Date(0), new Date('2100-01-01')]) {
      const report = await readCredentials(signed.bytes, PNG, { trust, validationTime });
      expect(report.signer?.status).not.toBe('trusted');
    }
  });

  it('keeps reads at different times apart when they run at once', async () => {
    const signed = await sign(authority, false);
    const read = (validationTime?: Date) =>
      readCredentials(signed.bytes, PNG, { trust, ...(validationTime && { validationTime }) });
    const reports = await Promise.all([read(), read(inDays(400)), read(), read(inDays(1)), read()]);
    expect(reports.map((report) => report.signer?.status)).toEqual([
      'trusted',
      'expired',
      'trusted',
      'trusted',
      'trusted',
    ]);
  });
});

describe('the engine and the process around it', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('changes no global and reaches no network', async () => {
    const fetch = vi.fn();
    vi.stubGlobal('fetch', fetch);
    const date = globalThis.Date;
    const { Instance } = (globalThis as unknown as { WebAssembly: { Instance: unknown } })
      .WebAssembly;
    const authority = createTestAuthority();
    const signed = await sign(authority, true);
    await readCredentials(signed.bytes, PNG, { validationTime: inDays(1) });
    expect(globalThis.Date).toBe(date);
    expect(globalThis).not.toHaveProperty('FileReaderSync');
    expect(
      (globalThis as unknown as { WebAssembly: { Instance: unknown } }).WebAssembly.Instance,
    ).toBe(Instance);
    expect(fetch).not.toHaveBeenCalled();
  });
});
