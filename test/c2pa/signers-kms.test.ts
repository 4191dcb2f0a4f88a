/** AWS KMS, against a local KMS that checks the request's signature by itself. */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { createKmsSigner, readCredentials, signImage } from '../../src/c2pa/index.js';
import type { AwsCredentials, KmsSignerOptions, SigningAlgorithm } from '../../src/c2pa/index.js';
import { signSigV4 } from '../../src/c2pa/signers/sigv4.js';
import { fixedClock } from '../../src/core/index.js';
import { peerForTest } from '../support/http-peer.js';
import { startKmsPeer } from '../support/kms-peer.js';
import { identityFor, testCa } from '../support/signing-identity.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import { generated, testImage } from './helpers.js';

/** The access key of AWS's own examples. */
const credentials: AwsCredentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const temporary = { ...credentials, sessionToken: 'AQoDYXdzEPT//////////wEXAMPLE' };
const region = 'eu-central-1';
const ARN = `arn:aws:kms:${region}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const HASHED = ['es256', 'es384', 'es512', 'ps256', 'ps384', 'ps512'] as const;
const keys = {
  ...Object.fromEntries(HASHED.map((name) => [`alias/${name}`, identityFor(name).privateKey])),
  [ARN]: identityFor('es256').privateKey,
};
const trust = { lists: [{ name: 'test', anchorsPem: testCa.certificatePem }] };

const kms = await startKmsPeer({ credentials: temporary, region, keys });
afterAll(() => kms.close());

async function signPng(algorithm: SigningAlgorithm, more: Partial<KmsSignerOptions> = {}) {
  const signer = createKmsSigner({
    certificates: identityFor(algorithm).certificatePem,
    algorithm,
    keyId: `alias/${algorithm}`,
    region,
    credentials: temporary,
    endpoint: kms.url,
    ...more,
  });
  const template = generated('image/png');
  const signed = await signImage(await testImage('png'), 'image/png', { template, signer });
  return readCredentials(signed.bytes, 'image/png', { trust });
}

describe('createKmsSigner', () => {
  it.each(HASHED)('%s reads back Trusted', async (algorithm) => {
    const report = await signPng(algorithm);
    expect(report).toMatchObject({ validationState: 'Trusted', integrity: 'intact' });
    const sent = Buffer.from(kms.requests.at(-1)!.body).toString('utf8');
    expect(JSON.parse(sent)).toMatchObject({ KeyId: `alias/${algorithm}`, MessageType: 'DIGEST' });
  });

  it('takes the region from an ARN, and credentials from a function', async () => {
    const signer = createKmsSigner({
      certificates: identityFor('es256').certificatePem,
      keyId: ARN,
      credentials: () => Promise.resolve(temporary),
      endpoint: kms.url,
    });
    expect(await signer.sign(new Uint8Array(3))).toHaveLength(64);
  });

  it.each<[string, Partial<KmsSignerOptions>, string]>([
    [
      'a wrong secret',
      { credentials: { ...temporary, secretAccessKey: 'x' } },
      'InvalidSignatureException',
    ],
    [
      'another account',
      { credentials: { ...temporary, accessKeyId: 'x' } },
      'UnrecognizedClientException',
    ],
    ['no session token', { credentials }, 'ExpiredTokenException'],
    ['another region', { region: 'us-east-1' }, 'InvalidSignatureException'],
    [
      'a clock that is an hour late',
      { clock: fixedClock(new Date(Date.now() - 3_600_000)) },
      'InvalidSignatureException',
    ],
    ['a key that does not exist', { keyId: 'alias/none' }, 'NotFoundException'],
    ['a key of another kind', { keyId: 'alias/ps256' }, 'ValidationException'],
  ])('%s: the error names what KMS said', async (_what, more, says) => {
    const error = await throwsWithCode(() => signPng('es256', more), 'C2PA_SIGNER');
    expect(error.message).toContain(says);
    expect(error.message).not.toContain(credentials.secretAccessKey);
  });

  it('another key of the same kind is found out', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const other = { 'alias/es256': privateKey };
    const peer = await startKmsPeer({ credentials: temporary, region, keys: other });
    onTestFinished(() => peer.close());
    await throwsWithCode(() => signPng('es256', { endpoint: peer.url }), 'C2PA_SIGNATURE');
  });

  it.each([
    ['no signature', { body: '{}' }],
    ['no JSON', { body: 'OK' }],
    ['500', { status: 500, headers: { 'content-type': 'text/plain' }, body: 'oops' }],
  ])('an answer with %s', async (_what, answer) => {
    const { url } = await peerForTest(() => answer);
    await throwsWithCode(() => signPng('es256', { endpoint: url }), 'C2PA_SIGNER');
  });

  it('refuses Ed25519, a missing region and a plain endpoint', async () => {
    await throwsWithCode(() => signPng('ed25519', { keyId: 'alias/x' }), 'C2PA_KEY');
    const base = {
      certificates: identityFor('es256').certificatePem,
      keyId: 'alias/x',
      credentials,
    };
    expect(() => createKmsSigner(base)).toThrow(/^"region" expected/);
    expect(() => createKmsSigner({ ...base, region: 'x/../y' })).toThrow(/^"region" expected/);
    const plain = { ...base, region, endpoint: 'http://kms.example/' };
    expect(() => createKmsSigner(plain)).toThrow(/^"endpoint" expected/);
  });
});

describe('signSigV4', () => {
  // get-vanilla and post-vanilla of AWS's aws-sig-v4-test-suite.
  it.each([
    ['GET', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['POST', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  ])('%s agrees with the published test vector', (method, signature) => {
    const request = {
      method,
      url: new URL('https://example.amazonaws.com/'),
      headers: {},
      body: '',
      region: 'us-east-1',
      service: 'service',
      time: new Date('2015-08-30T12:36:00Z'),
    };
    expect(signSigV4(request, credentials)).toEqual({
      'x-amz-date': '20150830T123600Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
        `SignedHeaders=host;x-amz-date, Signature=${signature}`,
    });
  });
});
