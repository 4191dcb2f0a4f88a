/** The guard in front of the network: what it refuses, and that nothing of the engine's passes beside it. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { isPublicAddress } from '../../src/c2pa/addresses.js';
import { createGuardedFetch, issueCertificate } from '../../src/c2pa/index.js';
import type { GuardedFetchOptions } from '../../src/c2pa/index.js';
import { systemClock } from '../../src/core/index.js';
import { peerForTest } from '../support/http-peer.js';
import { throwsWithCode } from '../support/throws-with-code.js';

/** As in production, except that this machine may be asked, without TLS. */
const local = (more: GuardedFetchOptions = {}) =>
  createGuardedFetch({
    unsafeAllowAddress: (address) => address === '127.0.0.1' || address === '::1',
    unsafeAllowHttp: true,
    ...more,
  });
const refused = async (url: string, fetch = createGuardedFetch()) =>
  (await throwsWithCode(() => fetch(url), 'C2PA_FETCH')).message;

describe('public addresses', () => {
  it.each(['8.8.8.8', '1.1.1.1', '2606:4700:4700::1111', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'])(
    '%s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    ...['0.0.0.0', '127.0.0.1', '127.255.255.254', '10.0.0.1', '172.16.0.1', '192.168.1.1'],
    ...['169.254.169.254', '100.64.0.1', '192.0.2.1', '198.18.0.1', '224.0.0.1', '240.0.0.1'],
    ...['255.255.255.255', '::', '::1', 'fe80::1', 'fc00::1', 'fd00:ec2::254', 'ff02::1'],
    ...['::ffff:127.0.0.1', '::ffff:169.254.169.254', '64:ff9b::10.0.0.1', '2002:7f00:1::'],
    ...[
      '2001:db8::1',
      '2001:0:7f00:1::',
      '::127.0.0.1',
      '4000::1',
      '',
      'localhost',
      '1.2.3',
      '0x7f.1',
    ],
  ])('%j is none', (address) => expect(isPublicAddress(address)).toBe(false));
});

describe('what is refused before a connection', () => {
  it.each([
    ['http', 'http://example.com/m.c2pa', 'https'],
    ['a file', 'file:///etc/passwd', 'https'],
    ['data', 'data:application/c2pa,x', 'https'],
    ['no URL', 'm.c2pa', 'no URL'],
    ['a password', 'https://user:secret@example.com/', 'credentials'],
    ['a loopback address', 'https://127.0.0.1/', 'no public address'],
    ['the same in one number', 'https://2130706433/', 'no public address'],
    ['IPv6 loopback', 'https://[::1]/', 'no public address'],
    ['a mapped one', 'https://[::ffff:169.254.169.254]/', 'no public address'],
    ['a name for this machine', 'https://localhost/', 'no public address'],
    ['5,000 characters', `https://example.com/${'a'.repeat(5000)}`, 'no URL'],
  ])('%s', async (_what, url, reason) => {
    const message = await refused(url);
    expect(message).toContain(reason);
    expect(message.length).toBeLessThan(600);
  });

  it('a name, by the address it leads to, once TLS or not does not matter', async () => {
    const { url, requests } = await peerForTest(() => ({ body: 'secret' }));
    const name = url.replace('127.0.0.1', 'localhost');
    expect(await refused(name, createGuardedFetch({ unsafeAllowHttp: true }))).toContain(
      'localhost (',
    );
    expect(requests).toEqual([]);
    expect(await local()(name).then((body) => Buffer.from(body).toString())).toBe('secret');
  });
});

describe('answers', () => {
  it('come through TLS whose certificate is checked', async () => {
    const issued = { organization: 'Test', clock: systemClock, days: 2 };
    const ca = issueCertificate({ ...issued, name: 'Test CA', role: 'ca' });
    const leaf = issueCertificate({
      ...issued,
      name: 'localhost',
      role: 'signer',
      issuer: ca,
      keyPurposes: ['1.3.6.1.5.5.7.3.1'],
    });
    const server = createServer(
      { key: leaf.privateKeyPem, cert: leaf.certificatePem },
      (_request, response) => void response.end('manifest'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `https://localhost:${(server.address() as AddressInfo).port}/m.c2pa`;
    const unsafeAllowAddress = (): boolean => true;
    const fetch = createGuardedFetch({ unsafeAllowAddress, ca: ca.certificatePem });
    expect(Buffer.from(await fetch(url)).toString()).toBe('manifest');
    expect(await refused(url, createGuardedFetch({ unsafeAllowAddress }))).toMatch(/certificate/);
    expect(await refused(url.replace('localhost', '127.0.0.1'), fetch)).toMatch(/IP|altname/i);
  });

  it.each([
    ['404', { status: 404, body: 'x' }, '404'],
    ['a compressed body', { headers: { 'content-encoding': 'gzip' }, body: 'x' }, 'compressed'],
    ['too many bytes', { body: new Uint8Array(2000) }, 'longer than 1000 bytes'],
    ['a redirect without an address', { status: 302 }, '302'],
  ])('%s are refused', async (_what, answer, reason) => {
    const { url } = await peerForTest(() => answer);
    expect(await refused(url, local({ maxBytes: 1000 }))).toContain(reason);
  });

  it('too many bytes, by the limit of one call', async () => {
    const { url } = await peerForTest(() => ({ body: 'four' }));
    expect(await local()(url, { maxBytes: 4 })).toHaveLength(4);
    await throwsWithCode(() => local()(url, { maxBytes: 3 }), 'C2PA_FETCH');
  });

  it('that never come are not waited for', async () => {
    const { url } = await peerForTest(() => null);
    expect(await refused(url, local({ timeoutMs: 200 }))).toContain('within 200 ms');
  });
});

describe('redirects', () => {
  it('are followed three times, and no further', async () => {
    const { url, requests } = await peerForTest(({ path }) => {
      const hops = Number(path.slice(1));
      return hops === 0
        ? { body: 'there' }
        : { status: 302, headers: { location: `/${hops - 1}` } };
    });
    expect(Buffer.from(await local()(`${url}/3`)).toString()).toBe('there');
    expect(await refused(`${url}/4`, local())).toContain('more than 3 redirects');
    expect(requests.length).toBe(8);
  });

  it.each([
    ['to a private address', 'http://169.254.169.254/latest/meta-data/'],
    ['to another scheme', 'file:///etc/passwd'],
    ['to nothing', 'http://'],
  ])('%s are refused', async (_what, location) => {
    const { url } = await peerForTest(() => ({ status: 302, headers: { location } }));
    await refused(url, local());
  });

  it('from https to http are refused where http is not allowed', async () => {
    const { url } = await peerForTest(() => ({ body: 'plain' }));
    const fetch = createGuardedFetch({ unsafeAllowAddress: () => true });
    expect(await refused(url, fetch)).toContain('only https');
  });
});

it('never uses the fetch of the process', async () => {
  const fetch = vi.fn();
  vi.stubGlobal('fetch', fetch);
  onTestFinished(() => void vi.unstubAllGlobals());
  const { url } = await peerForTest(() => ({ body: 'x' }));
  await local()(url);
  expect(fetch).not.toHaveBeenCalled();
});
