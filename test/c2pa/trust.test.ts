/** Trust lists: what is refused at the door, and which of several vouches. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createPemSigner,
  issueCertificate,
  readCredentials,
  signImage,
} from '../../src/c2pa/index.js';
import type { Signer, TrustList, TrustSettings } from '../../src/c2pa/index.js';
import { systemClock } from '../../src/core/index.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import { createTestAuthority, generated, testImage } from './helpers.js';

const DAY_MS = 86_400_000;
const PNG = 'image/png';
const authority = createTestAuthority();
const GOOD = authority.anchorsPem;
let image: Uint8Array;
beforeAll(async () => {
  image = await testImage('png');
});

const read = (trust: TrustSettings) => readCredentials(image, PNG, { trust });

describe('what is refused', () => {
  it.each<[string, Omit<TrustList, 'name'>]>([
    ['nothing at all', { anchorsPem: '' }],
    ['text', { anchorsPem: 'no certificate' }],
    ['a broken certificate', { anchorsPem: GOOD.replace(/\n.{20}/, '\n') }],
    ['a broken one behind a good one', { anchorsPem: GOOD + GOOD.replace(/\n.{20}/, '\n') }],
    ['a certificate cut off', { anchorsPem: GOOD + GOOD.slice(0, 200) }],
    ['an empty block', { anchorsPem: '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----' }],
    ['a key', { anchorsPem: GOOD.replaceAll('CERTIFICATE', 'PRIVATE KEY') }],
  ])('%s, naming the list', async (_what, list) => {
    const lists = [
      { name: 'mine', anchorsPem: GOOD },
      { name: 'company roots', ...list },
    ];
    const error = await throwsWithCode(() => read({ lists }), 'C2PA_CERTIFICATE');
    expect(error.message).toContain('"company roots"');
  });

  it('takes comments between certificates', async () => {
    const commented = `# Test, Inc.\n${GOOD}\n## and again\r\n${GOOD.replaceAll('\n', '\r\n')}`;
    const lists = [{ name: 'commented', anchorsPem: commented }];
    expect((await read({ lists })).presence).toBe('absent');
  });

  it.each(['emailProtection', '1', '3.1', '1.02', '1.2.', '1.2\n1.3', '', ' 1.2'])(
    'the key usage %j',
    async (usage) => {
      await expect(read({ keyUsages: [usage] })).rejects.toThrow(RangeError);
    },
  );

  it('takes dotted OIDs, and arguments of the wrong kind for what they are', async () => {
    expect((await read({ keyUsages: ['1.3.6.1.4.1.311.76.59.1.9', '2.5.29.37.0'] })).presence).toBe(
      'absent',
    );
    const wrong = { lists: [{ name: 'x', anchorsPem: 7 as unknown as string }] };
    await expect(read(wrong)).rejects.toThrow(TypeError);
  });
});

describe('which list vouches', () => {
  const common = { organization: 'Test', clock: systemClock, days: 30 } as const;
  const listOf = async (bytes: Uint8Array, lists: TrustList[], validationTime?: Date) => {
    const options = { trust: { lists }, ...(validationTime && { validationTime }) };
    return (await readCredentials(bytes, PNG, options)).signer;
  };
  const sign = async (signer: Signer, stamped = false) =>
    (
      await signImage(image, PNG, {
        template: generated(PNG),
        signer,
        ...(stamped ? { timestamp: other.timestamp } : {}),
      })
    ).bytes;
  const other = createTestAuthority();
  const theirs = { name: 'theirs', anchorsPem: other.anchorsPem };
  const mine = { name: 'mine', anchorsPem: GOOD };

  it('the one list there is, or the last one by itself', async () => {
    const bytes = await sign(authority.signer);
    for (const lists of [[mine], [theirs, mine]]) {
      expect(await listOf(bytes, lists)).toMatchObject({ status: 'trusted', list: 'mine' });
    }
    expect(await listOf(bytes, [theirs, theirs])).toMatchObject({
      status: 'untrusted',
      list: null,
    });
  });

  it('one alone, though the timestamp authority stands on another', async () => {
    const bytes = await sign(authority.signer, true);
    const late = new Date(Date.now() + 400 * DAY_MS);
    for (const lists of [
      [mine, theirs],
      [theirs, mine],
    ])
      expect(await listOf(bytes, lists, late)).toMatchObject({
        status: 'trusted',
        list: 'mine',
        timestampTrusted: true,
      });
    expect(await listOf(bytes, [mine], late)).toMatchObject({ status: 'expired', list: null });
  });

  it('not the list of the root, when another one brings the intermediate that was left out', async () => {
    const root = issueCertificate({ ...common, name: 'root', role: 'ca' });
    const middle = issueCertificate({ ...common, name: 'middle', role: 'ca', issuer: root });
    const end = issueCertificate({ ...common, name: 'end', role: 'signer', issuer: middle });
    const { certificatePem: certificates, privateKeyPem: privateKey } = end;
    const bytes = await sign(createPemSigner({ certificates, privateKey }));
    const lists = [
      { name: 'root', anchorsPem: root.certificatePem },
      { name: 'middle', anchorsPem: middle.certificatePem },
    ];
    for (const order of [lists, [...lists].reverse()]) {
      expect(await listOf(bytes, order)).toMatchObject({ status: 'trusted', list: 'middle' });
    }
  });
});
