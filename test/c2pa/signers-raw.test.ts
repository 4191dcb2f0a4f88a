/** The forms that signatures come in, and what is refused before it reaches a file. */
import { createPublicKey, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Signer, SigningRequest } from '../../src/c2pa/index.js';
import {
  C2paError,
  createRemoteSigner,
  readCredentials,
  SIGNING_ALGORITHMS,
  signImage,
} from '../../src/c2pa/index.js';
import { assertSignature, toRawSignature } from '../../src/c2pa/signers/raw-signature.js';
import { signDigest } from '../support/sign-digest.js';
import { identityFor, signAsKeyStore, testCa } from '../support/signing-identity.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import { generated, testImage } from './helpers.js';

const data = new TextEncoder().encode('what is signed');
const trust = { lists: [{ name: 'test', anchorsPem: testCa.certificatePem }] };

async function signPng(signer: Signer) {
  const bytes = await testImage('png');
  const signed = await signImage(bytes, 'image/png', { template: generated('image/png'), signer });
  return readCredentials(signed.bytes, 'image/png', { trust });
}

describe('toRawSignature', () => {
  it.each(['es256', 'es384', 'es512'] as const)('%s: DER to r||s', (algorithm) => {
    const { privateKey } = identityFor(algorithm);
    const publicKey = createPublicKey(privateKey);
    // Numbers with a zero byte in front come by chance; among 300 signatures there are some.
    for (let i = 0; i < 300; i++) {
      const der = signAsKeyStore(algorithm, privateKey, data);
      assertSignature(algorithm, publicKey, data, toRawSignature(algorithm, der));
    }
  });

  it('leaves raw signatures and other algorithms alone', () => {
    const raw = new Uint8Array(64).fill(7);
    expect(toRawSignature('es256', raw)).toBe(raw);
    const pss = new Uint8Array(256);
    expect(toRawSignature('ps256', pss)).toBe(pss);
  });

  it('answers 64 bytes or C2PA_SIGNATURE for any bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.uint8Array({ maxLength: 80 }).map((body) => Uint8Array.of(0x30, body.length, ...body)),
    );
    fc.assert(
      fc.property(bytes, (input) => {
        try {
          return toRawSignature('es256', input).length === 64;
        } catch (error) {
          return error instanceof C2paError && error.code === 'C2PA_SIGNATURE';
        }
      }),
      { seed: 7, numRuns: 2000 },
    );
  });
});

describe('createRemoteSigner', () => {
  it.each(SIGNING_ALGORITHMS)(
    '%s, whose key is elsewhere, reads back Trusted',
    async (algorithm) => {
      const { certificatePem, privateKey } = identityFor(algorithm);
      const asked: SigningRequest[] = [];
      const signer = createRemoteSigner({
        certificates: certificatePem,
        algorithm,
        sign: (request) => {
          asked.push(request);
          const { digest } = request;
          const signature =
            digest === null
              ? signAsKeyStore(algorithm, privateKey, request.data)
              : signDigest(privateKey, digest, `sha${algorithm.slice(2)}`);
          return Promise.resolve(signature);
        },
      });
      expect(await signPng(signer)).toMatchObject({
        validationState: 'Trusted',
        integrity: 'intact',
      });
      expect(asked).toHaveLength(1);
      expect(asked[0]!.algorithm).toBe(algorithm);
    },
  );

  it('takes the algorithm from the certificate, for RSA ps256', () => {
    const sign = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array(0));
    for (const algorithm of ['es256', 'es384', 'es512', 'ps256', 'ed25519'] as const) {
      const certificates = identityFor(algorithm).certificatePem;
      expect(createRemoteSigner({ certificates, sign }).algorithm).toBe(algorithm);
    }
  });

  it.each([
    ['es256', 'es384'],
    ['es256', 'ps256'],
    ['es512', 'es256'],
    ['ps256', 'ed25519'],
    ['ed25519', 'es256'],
  ] as const)('a certificate for %s cannot sign with %s', async (kind, algorithm) => {
    const certificates = identityFor(kind).certificatePem;
    const sign = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array(0));
    const error = await throwsWithCode(
      () => createRemoteSigner({ certificates, algorithm, sign }),
      'C2PA_KEY',
    );
    expect(error.message).toContain(`it signs with ${kind}`);
  });
});

describe('a wrong signature is told before it reaches the file', () => {
  const { certificatePem: certificates, privateKey } = identityFor('es256');
  const rsa = identityFor('ps256');
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const raw = (bytes: Uint8Array, key = privateKey): Uint8Array =>
    new Uint8Array(signBytes('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }));

  it.each<[string, string, (request: SigningRequest) => Uint8Array]>([
    ["another key's", certificates, ({ data: bytes }) => raw(bytes, other)],
    ['of other data', certificates, () => raw(new Uint8Array(3))],
    ['of the hash', certificates, ({ digest }) => raw(digest!)],
    [
      'PKCS#1 v1.5 instead of PSS',
      rsa.certificatePem,
      ({ data: bytes }) => new Uint8Array(signBytes('sha256', bytes, rsa.privateKey)),
    ],
    ['no bytes', certificates, () => new Uint8Array(0)],
    ['zeros', certificates, () => new Uint8Array(64)],
    [
      'text',
      certificates,
      ({ data: bytes }) => new TextEncoder().encode(Buffer.from(raw(bytes)).toString('base64')),
    ],
  ])('%s', async (_what, pem, sign) => {
    const signer = createRemoteSigner({
      certificates: pem,
      sign: (request) => Promise.resolve(sign(request)),
    });
    await throwsWithCode(() => signPng(signer), 'C2PA_SIGNATURE');
  });

  it('also of a signer that somebody wrote by hand', async () => {
    const chain = [identityFor('es256').certificate];
    const der = (bytes: Uint8Array): Uint8Array => signAsKeyStore('es256', privateKey, bytes);
    const signer: Signer = {
      algorithm: 'es256',
      chain,
      sign: (bytes) => Promise.resolve(der(bytes)),
    };
    const error = await throwsWithCode(() => signPng(signer), 'C2PA_SIGNATURE');
    expect(error.message).toContain('64 bytes r||s');
  });

  it.each([
    ['es256', 'ps256'],
    ['ps256', 'es256'],
    ['ed25519', 'es384'],
  ] as const)(
    'a signer by hand whose certificate is for %s and who says %s',
    async (kind, algorithm) => {
      let asked = 0;
      const sign = (): Promise<Uint8Array> => {
        asked++;
        return Promise.resolve(new Uint8Array(64));
      };
      const signer: Signer = { algorithm, chain: [identityFor(kind).certificate], sign };
      await throwsWithCode(() => signPng(signer), 'C2PA_KEY');
      expect(asked).toBe(0);
    },
  );

  it('an error of the caller stays its cause', async () => {
    const cause = new Error('the token was pulled out');
    const signer = createRemoteSigner({ certificates, sign: () => Promise.reject(cause) });
    const error = await throwsWithCode(() => signPng(signer), 'C2PA_SIGNER');
    expect(error.cause).toBe(cause);
    expect(error.message).toContain('pulled out');
  });
});
