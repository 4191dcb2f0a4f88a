/** A signing service over HTTP. */
import { afterAll, describe, expect, it } from 'vitest';
import {
  createHttpSigner,
  readCredentials,
  SIGNING_ALGORITHMS,
  signImage,
} from '../../src/c2pa/index.js';
import type { HttpSignerOptions, SigningAlgorithm } from '../../src/c2pa/index.js';
import type { PeerAnswer } from '../support/http-peer.js';
import { peerForTest } from '../support/http-peer.js';
import { identityFor, signAsKeyStore, testCa } from '../support/signing-identity.js';
import { startSigningService } from '../support/signing-service.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import { generated, testImage } from './helpers.js';

const TOKEN = 'abc.DEF-123';
const trust = { lists: [{ name: 'test', anchorsPem: testCa.certificatePem }] };
const certificates = identityFor('es256').certificatePem;

async function signPng(
  algorithm: SigningAlgorithm,
  options: Omit<HttpSignerOptions, 'certificates'>,
) {
  const pem = identityFor(algorithm).certificatePem;
  const signer = createHttpSigner({ certificates: pem, algorithm, ...options });
  const template = generated('image/png');
  const signed = await signImage(await testImage('png'), 'image/png', { template, signer });
  return readCredentials(signed.bytes, 'image/png', { trust });
}

describe.each(['raw', 'json'] as const)('a service that answers %s', async (form) => {
  const service = await startSigningService(TOKEN, form);
  afterAll(() => service.close());

  it.each(SIGNING_ALGORITHMS)('%s reads back Trusted', async (algorithm) => {
    const report = await signPng(algorithm, { url: `${service.url}/sign?key=1`, token: TOKEN });
    expect(report).toMatchObject({ validationState: 'Trusted', integrity: 'intact' });
    expect(service.requests.at(-1)).toMatchObject({
      method: 'POST',
      path: '/sign?key=1',
      headers: {
        'content-type': 'application/octet-stream',
        'signature-algorithm': algorithm,
        // A connection that is kept breaks when the service gives it up between two signatures.
        connection: 'close',
      },
    });
  });

  it.each([undefined, 'wrong'])('refuses the token %s, and the error says so', async (token) => {
    const options = { url: service.url, ...(token === undefined ? {} : { token }) };
    const error = await throwsWithCode(() => signPng('es256', options), 'C2PA_SIGNER');
    expect(error.message).toContain('401: check the bearer token: who are you?');
    expect(error.message).not.toContain('wrong');
  });
});

describe('services that do not sign', () => {
  const json = { 'content-type': 'application/json' };
  const { privateKey } = identityFor('ps256');
  it.each<[string, PeerAnswer, string, string]>([
    [
      '500 with a reason',
      { status: 500, headers: { 'content-type': 'text/plain' }, body: 'HSM\u001b[2J is off' },
      'C2PA_SIGNER',
      '500: HSM\\x1b[2J is off',
    ],
    [
      '500 with a page',
      { status: 500, headers: { 'content-type': 'text/html' }, body: '<html>' },
      'C2PA_SIGNER',
      '500',
    ],
    ['503', { status: 503 }, 'C2PA_SIGNER', '503'],
    ['202, not done yet', { status: 202 }, 'C2PA_SIGNER', '202'],
    [
      'a redirect',
      { status: 302, headers: { location: 'https://elsewhere.example/' } },
      'C2PA_SIGNER',
      'elsewhere.example',
    ],
    ['nothing', {}, 'C2PA_SIGNER', 'no signature'],
    ['too much', { body: new Uint8Array(1 << 17) }, 'C2PA_SIGNER', '65536'],
    ['broken JSON', { headers: json, body: '{"signature":' }, 'C2PA_SIGNER', 'cannot be read'],
    ['JSON null', { headers: json, body: 'null' }, 'C2PA_SIGNER', 'base64'],
    [
      'JSON without a signature',
      { headers: json, body: '{"sig":"AAAA"}' },
      'C2PA_SIGNER',
      'base64',
    ],
    [
      'JSON with hex and blanks',
      { headers: json, body: '{"signature":"00 11"}' },
      'C2PA_SIGNER',
      'base64',
    ],
    ['base64 as a body', { body: Buffer.alloc(64).toString('base64') }, 'C2PA_SIGNATURE', 'text'],
    [
      "another key's signature",
      { body: signAsKeyStore('ps256', privateKey, new Uint8Array(1)) },
      'C2PA_SIGNATURE',
      'es256',
    ],
  ])('answers %s', async (_what, answer, code, says) => {
    const { url } = await peerForTest(() => answer);
    const error = await throwsWithCode(() => signPng('es256', { url }), code);
    expect(error.message).toContain(says);
  });

  it('does not answer in time', async () => {
    const { url } = await peerForTest(() => null);
    const error = await throwsWithCode(
      () => signPng('es256', { url, timeoutMs: 200 }),
      'C2PA_SIGNER',
    );
    expect(error.message).toContain('within 0.2 s');
  });

  it('is not there', async () => {
    const peer = await peerForTest(() => null);
    await peer.close();
    const error = await throwsWithCode(() => signPng('es256', { url: peer.url }), 'C2PA_SIGNER');
    expect(error.message).toContain('ECONNREFUSED');
  });
});

describe('addresses and tokens that are refused', () => {
  it.each([
    'http://signer.example/',
    'http://127.0.0.1.example/',
    'http://localhost.example/',
    'https://user:secret@signer.example/',
    'ftp://signer.example/',
    'file:///etc/passwd',
    'signer.example',
    '',
  ])('%s', (url) => {
    expect(() => createHttpSigner({ certificates, url })).toThrow(
      /^"url" expected an https address/,
    );
    expect(() => createHttpSigner({ certificates, url })).not.toThrow(/secret/);
  });

  it.each([
    'https://signer.example/',
    'http://localhost:1/',
    'http://[::1]:1/',
    'http://127.9.9.9/',
  ])('%s is taken', (url) => {
    expect(createHttpSigner({ certificates, url }).algorithm).toBe('es256');
  });

  it.each(['', 'two words', 'line\r\nhost: x', 'ü'])('the token %j', (token) => {
    const url = 'https://signer.example/';
    expect(() => createHttpSigner({ certificates, url, token })).toThrow(/^"token" expected/);
  });
});
