/** Timestamps from an authority's address: good ones are taken, anything else is refused. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type { IssuedCertificate, TimestampSource } from '../../src/c2pa/index.js';
import {
  createPemSigner,
  createTimestampClient,
  issueCertificate,
  KEY_PURPOSE,
  readCredentials,
  signImage,
} from '../../src/c2pa/index.js';
import { readTimestampToken } from '../../src/c2pa/timestamp-token.js';
import { fixedClock, systemClock } from '../../src/core/index.js';
import { assetPath, haveAssets } from '../support/assets.js';
import { peerForTest } from '../support/http-peer.js';
import { identityFor, testCa } from '../support/signing-identity.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import type { TsaFaults, TsaPeerOptions, TsaScheme } from '../support/tsa-peer.js';
import { answerTimestamp, startTsaPeer, tsaCertificate } from '../support/tsa-peer.js';
import { generated, sha256, testImage } from './helpers.js';

const digest = sha256(new TextEncoder().encode('stamped'));
const trust = { lists: [{ name: 'test', anchorsPem: testCa.certificatePem }] };
const DAY = 86_400_000;

async function clientOf(options: TsaPeerOptions = {}): Promise<TimestampSource> {
  const peer = await startTsaPeer(options);
  onTestFinished(() => peer.close());
  return createTimestampClient({ url: `${peer.url}/tsr` });
}

async function signPng(timestamp: TimestampSource) {
  const { certificatePem, privateKeyPem } = identityFor('es256');
  const signer = createPemSigner({ certificates: certificatePem, privateKey: privateKeyPem });
  const options = { template: generated('image/png'), signer, timestamp };
  const signed = await signImage(await testImage('png'), 'image/png', options);
  const report = await readCredentials(signed.bytes, 'image/png', { trust });
  return { report, warnings: signed.warnings };
}

describe('createTimestampClient', () => {
  it.each<[TsaScheme, IssuedCertificate]>([
    ['es256', tsaCertificate()],
    ['es384', tsaCertificate({ keyKind: 'p384' })],
    ['es512', tsaCertificate({ keyKind: 'p521' })],
    ['rsa', tsaCertificate({ keyKind: 'rsa' })],
    ['rsa512', tsaCertificate({ keyKind: 'rsa' })],
    ['pss', tsaCertificate({ keyKind: 'rsa' })],
    ['ed25519', tsaCertificate({ keyKind: 'ed25519' })],
  ])('a token signed with %s is taken', async (scheme, certificate) => {
    const token = await (await clientOf({ scheme, certificate })).timestamp(digest);
    expect(readTimestampToken(token).digest).toEqual(digest);
  });

  it('the engine counts it', async () => {
    const { report, warnings } = await signPng(
      await clientOf({ faults: { more: [testCa.certificate] } }),
    );
    expect(warnings).toEqual([]);
    expect(report).toMatchObject({
      validationState: 'Trusted',
      signer: { timestampTrusted: true },
    });
    expect(report.signer!.timestamp).not.toBeNull();
  });

  it('also with modifications, and with the certificate named by SHA-1 or another first', async () => {
    for (const faults of [{ status: 1 }, { essV1: true }, { more: [testCa.certificate] }]) {
      const client = await clientOf({ faults });
      expect(await client.timestamp(digest)).toBeInstanceOf(Uint8Array);
    }
  });

  it('asks with a fresh nonce each time', async () => {
    const peer = await startTsaPeer();
    onTestFinished(() => peer.close());
    const client = createTimestampClient({ url: peer.url });
    await client.timestamp(digest);
    await client.timestamp(digest);
    const [first, second] = peer.requests;
    expect(first!.body).not.toEqual(second!.body);
    expect(first!.headers).toMatchObject({ accept: 'application/timestamp-reply' });
  });
});

describe('answers that are refused', () => {
  const other = tsaCertificate({ name: 'Other TSA' });
  const old = tsaCertificate({ backdateDays: 10 });
  const expired = tsaCertificate({ days: -1, backdateDays: 10 });
  const forMore = tsaCertificate({
    keyPurposes: [KEY_PURPOSE.timeStamping, KEY_PURPOSE.emailProtection],
  });
  const forNothing = tsaCertificate({ keyPurposes: [] });
  const uncritical = issueCertificate({
    name: 'uncritical',
    organization: 'Test',
    role: 'signer',
    clock: systemClock,
    days: 30,
    issuer: testCa,
    keyPurposes: [KEY_PURPOSE.timeStamping],
  });
  const faulty = (faults: TsaFaults): TsaPeerOptions => ({ faults });

  it.each<[string, TsaPeerOptions, string]>([
    ['a rejection', faulty({ status: 2, withoutToken: true }), 'status 2'],
    [
      'a rejection with words',
      faulty({ status: 2, statusText: 'quota\u001b[2J', failure: 0x20 }),
      'quota\\x1b[2J, badRequest',
    ],
    ['waiting', faulty({ status: 3, withoutToken: true }), 'status 3'],
    ['a grant without token', faulty({ withoutToken: true }), 'holds none'],
    ['another nonce', faulty({ nonce: 'wrong' }), 'nonce'],
    ['no nonce', faulty({ nonce: 'none' }), 'nonce'],
    ['another digest', faulty({ digest: new Uint8Array(32) }), 'something else'],
    ['another hash', faulty({ hashOid: '1.3.14.3.2.26' }), 'something else'],
    [
      'a time two days ago',
      { certificate: old, faults: { time: new Date(Date.now() - 2 * DAY) } },
      'clock',
    ],
    [
      'a time before the certificate',
      faulty({ time: new Date(Date.now() - 20 * DAY) }),
      'not valid',
    ],
    ['another version', faulty({ version: 2 }), 'version'],
    ['another content', faulty({ contentType: '1.2.840.113549.1.7.1' }), 'something else'],
    ['no certificate', faulty({ carried: null }), 'its own certificate'],
    ["another's certificate", faulty({ carried: other.certificate }), 'its own certificate'],
    ['another named', faulty({ named: other.certificate }), 'names another'],
    ['none named', faulty({ named: null }), 'does not name'],
    ['a changed content', faulty({ damage: 'content' }), 'another time'],
    ['a damaged signature', faulty({ damage: 'signature' }), 'not signed by'],
    ['two signatures', faulty({ signatures: 2 }), 'exactly one'],
    ['no signature', faulty({ signatures: 0 }), 'exactly one'],
    ['an expired certificate', { certificate: expired }, 'not valid'],
    ['a certificate for more', { certificate: forMore }, 'other things'],
    ['a certificate for nothing', { certificate: forNothing }, 'timeStamping is missing'],
    ['a certificate for signing', { certificate: identityFor('es256') }, 'timeStamping is missing'],
    ['an uncritical purpose', { certificate: uncritical }, 'not critical'],
    ['SHA-1', { scheme: 'sha1', certificate: tsaCertificate({ keyKind: 'rsa' }) }, 'SHA-2'],
  ])('%s', async (_what, options, says) => {
    const client = await clientOf(options);
    const error = await throwsWithCode(() => client.timestamp(digest), 'C2PA_TIMESTAMP');
    expect(error.message).toContain(says);
  });

  it.each([
    [
      '404',
      { status: 404, headers: { 'content-type': 'text/plain' }, body: 'no such page' },
      '404: no such page',
    ],
    [
      'a redirect',
      { status: 301, headers: { location: 'http://elsewhere.example/' } },
      'elsewhere',
    ],
    ['an empty body', {}, 'refused'],
    ['a web page', { body: '<html>pay for this wireless network</html>' }, 'refused'],
    ['too much', { body: new Uint8Array(1 << 16) }, 'more than'],
    ['a token that the file has no room for', { body: 'replaced below' }, 'more than'],
  ])('HTTP: %s', async (what, answer, says) => {
    const large = Array.from({ length: 25 }, () => testCa.certificate);
    const peer = await peerForTest(({ body }) =>
      what.startsWith('a token')
        ? { body: answerTimestamp(body, other, 'es256', { more: large.slice(0, 19) }) }
        : answer,
    );
    const client = createTimestampClient({ url: peer.url, maxTokenBytes: 5000 });
    const error = await throwsWithCode(() => client.timestamp(digest), 'C2PA_TIMESTAMP');
    expect(error.message).toContain(says);
  });

  it('any byte changed in an answer is refused, or changes nothing that counts', async () => {
    const certificate = tsaCertificate();
    let good = new Uint8Array();
    let at = -1;
    const peer = await peerForTest(({ body }) => {
      good = new Uint8Array(answerTimestamp(body, certificate, 'es256'));
      const bad = new Uint8Array(good);
      bad[at % good.length]! ^= 1 + (at % 255);
      return { body: bad };
    });
    const client = createTimestampClient({ url: peer.url });
    let refused = 0;
    for (at = 0; at < 1400; at += 7) {
      try {
        const token = await client.timestamp(digest);
        // Unsigned parts: the list of hashes in front, other certificates, NULL parameters.
        expect(readTimestampToken(token)).toMatchObject({ digest });
      } catch (error) {
        expect(error).toMatchObject({ code: 'C2PA_TIMESTAMP' });
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(180);
  });

  it('no answer in time, or nobody there', async () => {
    const peer = await peerForTest(() => null);
    const client = createTimestampClient({ url: peer.url, timeoutMs: 200 });
    await throwsWithCode(() => client.timestamp(digest), 'C2PA_TIMESTAMP');
    await peer.close();
    await throwsWithCode(() => client.timestamp(digest), 'C2PA_TIMESTAMP');
  });

  it('a clock that is days off is told', async () => {
    const peer = await startTsaPeer();
    onTestFinished(() => peer.close());
    const clock = fixedClock(new Date('2020-01-01T00:00:00Z'));
    const client = createTimestampClient({ url: peer.url, clock });
    const error = await throwsWithCode(() => client.timestamp(digest), 'C2PA_TIMESTAMP');
    expect(error.message).toContain('2020-01-01T00:00:00.000Z');
  });

  it.each(['ftp://tsa.example/', 'tsa.example', 'http://user:secret@tsa.example/'])('%s', (url) => {
    expect(() => createTimestampClient({ url })).toThrow(
      /^"url" expected an http or https address/,
    );
  });
});

describe('signing when the authority fails', () => {
  const gone = 'http://127.0.0.1:1/';

  it('fails by default', async () => {
    await throwsWithCode(() => signPng(createTimestampClient({ url: gone })), 'C2PA_TIMESTAMP');
  });

  it('goes on with a warning when the timestamp is optional', async () => {
    const { report, warnings } = await signPng(
      createTimestampClient({ url: gone, optional: true }),
    );
    expect(report).toMatchObject({ validationState: 'Trusted', signer: { timestamp: null } });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('signed without a timestamp');
  });
});

const haveOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!haveOpenssl)('openssl ts (needs openssl)', () => {
  const dir = mkdtempSync(join(tmpdir(), 'imprint-tsa-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it.each(['p256', 'rsa'] as const)('its answers are taken, with a %s key', async (keyKind) => {
    const tsa = tsaCertificate({ keyKind });
    const file = (name: string, text: string | Uint8Array): string => {
      writeFileSync(join(dir, name), text);
      return join(dir, name);
    };
    const config = file(
      'ts.cnf',
      [
        '[tsa]\ndefault_tsa = t\n[t]',
        `serial = ${file('serial', '01\n')}`,
        'crypto_device = builtin\nsigner_digest = sha256\ndefault_policy = 1.2.3.4\ndigests = sha256',
        'accuracy = secs:1, millisecs:500\nordering = yes\ntsa_name = yes\ness_cert_id_chain = no',
        'ess_cert_id_alg = sha256\n',
      ].join('\n'),
    );
    const chain = file('chain.pem', testCa.certificatePem);
    const certificate = file('tsa.pem', tsa.certificatePem);
    const key = file('tsa.key', tsa.privateKeyPem);
    const peer = await peerForTest(({ body }) => {
      const query = file('query', body);
      const args = ['ts', '-reply', '-config', config, '-queryfile', query, '-signer', certificate];
      const run = [...args, '-inkey', key, '-chain', chain, '-out', join(dir, 'reply')];
      execFileSync('openssl', run, { stdio: 'pipe' });
      return { body: new Uint8Array(readFileSync(join(dir, 'reply'))) };
    });
    const { report } = await signPng(createTimestampClient({ url: peer.url }));
    expect(report).toMatchObject({
      validationState: 'Trusted',
      signer: { timestampTrusted: true },
    });
  });
});

describe.skipIf(!haveAssets)('tokens of public authorities (needs ../shared/assets)', () => {
  /** Every CMS SignedData with a TSTInfo in a file: `30 82 hh ll 06 09 <id-signedData>`. */
  function tokensIn(bytes: Uint8Array): Uint8Array[] {
    const buffer = Buffer.from(bytes);
    const oid = Buffer.from('06092a864886f70d010702', 'hex');
    const out: Uint8Array[] = [];
    for (let at = buffer.indexOf(oid); at > 0; at = buffer.indexOf(oid, at + 1)) {
      if (buffer[at - 4] !== 0x30 || buffer[at - 3] !== 0x82) continue;
      out.push(buffer.subarray(at - 4, at + buffer.readUInt16BE(at - 2)));
    }
    return out;
  }

  const c2paRs = assetPath('c2pa/c2pa-rs');
  const files = haveAssets ? readdirSync(c2paRs, { withFileTypes: true }) : [];
  const found = files
    .filter((entry) => entry.isFile())
    .flatMap(({ name }) =>
      tokensIn(readFileSync(join(c2paRs, name))).map((token) => ({ name, token })),
    );
  const damaged = 'CA_ct.jpg';

  it('all of the c2pa-rs fixtures are read', () => {
    const good = found.filter(({ name }) => name !== damaged);
    expect(good.length).toBeGreaterThan(15);
    for (const { token } of good) {
      const { time, digest: stamped } = readTimestampToken(token);
      expect(time.getUTCFullYear()).toBeGreaterThan(2020);
      expect(stamped.length).toBeGreaterThanOrEqual(32);
    }
  });

  it('but not the one that was damaged on purpose', () => {
    const bad = found.filter(({ name }) => name === damaged);
    expect(bad.length).toBeGreaterThan(0);
    for (const { token } of bad) expect(() => readTimestampToken(token)).toThrow(RangeError);
  });
});
