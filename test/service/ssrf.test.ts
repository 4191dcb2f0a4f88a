/** /v1/verify/url with the real guard: addresses and tricks that must never be connected to. */
import type * as Dns from 'node:dns';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { issueCertificate } from '../../src/c2pa/index.js';
import { systemClock } from '../../src/core/index.js';
import { createGuardedFetch } from '../../src/provenance/index.js';
import type { HttpPeer } from '../support/http-peer.js';
import { startPeer } from '../support/http-peer.js';
import { SSRF_HOSTS, SSRF_MALFORMED } from '../support/ssrf-urls.js';
import { answered, testApp } from './support.js';

/** Names that lead where an attacker's name server says; a list is answered one after the other. */
const ZONE: Record<string, string[][]> = {
  'internal.test': [['10.0.0.5']],
  'metadata.test': [['169.254.169.254']],
  'six.test': [['fd00:ec2::254']],
  'mapped.test': [['::ffff:127.0.0.1']],
  'both.test': [['93.184.216.34', '127.0.0.1']],
  'zero.test': [['0.0.0.0']],
  'rebind.test': [['127.0.0.1'], ['93.184.216.34'], ['127.0.0.1']],
};

vi.mock('node:dns', async (original) => {
  const dns = await original<typeof Dns>();
  type Done = (error: Error | null, addresses?: Dns.LookupAddress[]) => void;
  const lookup = (name: string, options: object, done: Done): void => {
    const answers = ZONE[name];
    if (answers === undefined) dns.lookup(name, { ...options, all: true }, done);
    else {
      const found = answers.length > 1 ? answers.shift()! : answers[0]!;
      done(
        null,
        found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    }
  };
  return { ...dns, lookup };
});

let peer: HttpPeer;
let port: string;
let certificate: string;

beforeAll(async () => {
  const issued = { organization: 'Test', clock: systemClock, days: 2 };
  const ca = issueCertificate({ ...issued, name: 'Test CA', role: 'ca' });
  const leaf = issueCertificate({
    ...issued,
    name: 'localhost',
    role: 'signer',
    issuer: ca,
    keyPurposes: ['1.3.6.1.5.5.7.3.1'],
  });
  certificate = ca.certificatePem;
  peer = await startPeer(
    ({ path }) => {
      const location = new URL(path, 'https://x').searchParams.get('to');
      return location === null ? { body: 'inside' } : { status: 302, headers: { location } };
    },
    { key: leaf.privateKeyPem, cert: leaf.certificatePem },
  );
  port = new URL(peer.url).port;
});
afterAll(() => peer.close());

/** @param inside whether this machine's loopback may be connected to, which stands for the public side. */
async function ask(url: string, inside = false) {
  const fetchUrl = createGuardedFetch({
    ca: certificate,
    timeoutMs: 3000,
    ...(inside ? { unsafeAllowAddress: (address: string) => address === '127.0.0.1' } : {}),
  });
  const service = testApp({ fetchUrl });
  const { status, body } = answered(
    await request(service.app).post('/v1/verify/url').send({ url }),
  );
  return { status, code: (body as { code?: string }).code, logged: service.logged() };
}

describe('addresses', () => {
  it.each(SSRF_HOSTS)('https://%s/ is refused', async (host) => {
    const { status, code, logged } = await ask(`https://${host}:${port}/`);
    expect([status, code]).toEqual([502, 'URL_NOT_FETCHED']);
    expect(logged).toContain('no public address');
    expect(peer.requests).toEqual([]);
  });
});

describe('names', () => {
  it.each(['localhost', 'LOCALHOST', ...Object.keys(ZONE)])(
    '%s is refused by where it leads',
    async (name) => {
      const { status, logged } = await ask(`https://${name}:${port}/`);
      expect(status).toBe(502);
      expect(logged).toContain('no public address');
      expect(peer.requests).toEqual([]);
    },
  );
});

describe('other tricks', () => {
  it.each(SSRF_MALFORMED)('%s breaks the schema', async (url) => {
    const { status, code } = await ask(url);
    expect([status, code]).toEqual([400, 'REQUEST_INVALID']);
  });

  it.each([
    'https://169.254.169.254/latest/meta-data/',
    'https://10.0.0.1/',
    'https://[::1]/',
    'https://internal.test/',
    'https://both.test/',
    'http://127.0.0.1/',
    'file:///etc/passwd',
    '//2130706434/',
  ])('a redirect to %s is not followed', async (to) => {
    const before = peer.requests.length;
    const { status, code } = await ask(
      `https://localhost:${port}/?to=${encodeURIComponent(to)}`,
      true,
    );
    expect([status, code]).toEqual([502, 'URL_NOT_FETCHED']);
    expect(peer.requests.length).toBe(before + 1);
  });

  it("the same peer answers where it is allowed: the refusals above are the guard's", async () => {
    expect((await ask(`https://localhost:${port}/`, true)).status).toBe(200);
  });
});
