import type { KeyObject } from 'node:crypto';
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createPemSigner,
  issueCertificate,
  readCredentials,
  SIGNING_ALGORITHMS,
  signImage,
} from '../../src/c2pa/index.js';
import { systemClock } from '../../src/core/index.js';
import { KEY_KIND } from '../support/signing-identity.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import { createTestAuthority, generated, testImage } from './helpers.js';

interface KeyPair {
  privateKey: KeyObject;
}

const ca = issueCertificate({
  name: 'CA',
  organization: 'Test',
  role: 'ca',
  clock: systemClock,
  days: 10,
});
const leaf = issueCertificate({
  name: 'leaf',
  organization: 'Test',
  role: 'signer',
  clock: systemClock,
  days: 10,
  issuer: ca,
});

describe('createPemSigner, refusals', () => {
  const otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const wrongCurve = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey;
  const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const encrypted = leaf.privateKey
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open' })
    .toString();

  it.each([
    ['no certificate', 'nothing here', leaf.privateKeyPem, 'C2PA_CERTIFICATE'],
    [
      'a broken certificate',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      leaf.privateKeyPem,
      'C2PA_CERTIFICATE',
    ],
    ['a CA as the signer', ca.certificatePem, ca.privateKeyPem, 'C2PA_CERTIFICATE'],
    ['no key', leaf.certificatePem, 'nothing here', 'C2PA_KEY'],
    ["another certificate's key", leaf.certificatePem, pem(otherKey), 'C2PA_KEY'],
    ['a curve that COSE does not sign with', leaf.certificatePem, pem(wrongCurve), 'C2PA_KEY'],
    ['an encrypted key without passphrase', leaf.certificatePem, encrypted, 'C2PA_KEY'],
  ])('%s', async (_what, certificates, privateKey, code) => {
    await throwsWithCode(() => createPemSigner({ certificates, privateKey }), code);
  });

  it('a wrong passphrase, and the right one', async () => {
    const options = { certificates: leaf.certificatePem, privateKey: encrypted };
    await throwsWithCode(() => createPemSigner({ ...options, passphrase: 'shut' }), 'C2PA_KEY');
    expect(createPemSigner({ ...options, passphrase: 'open' }).algorithm).toBe('es256');
  });

  it('an algorithm that the key does not have', async () => {
    const options = { certificates: leaf.certificatePem, privateKey: leaf.privateKeyPem };
    await throwsWithCode(() => createPemSigner({ ...options, algorithm: 'es512' }), 'C2PA_KEY');
  });

  it.each<[string, KeyPair]>([
    ['RSA of 1024 bits', generateKeyPairSync('rsa', { modulusLength: 1024 })],
    ['Ed448', generateKeyPairSync('ed448')],
    ['X25519', generateKeyPairSync('x25519')],
    ['DSA', generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 })],
  ])('a key that C2PA has no algorithm for: %s', async (_what, { privateKey }) => {
    const options = { certificates: leaf.certificatePem, privateKey: pem(privateKey) };
    const error = await throwsWithCode(() => createPemSigner(options), 'C2PA_KEY');
    expect(error.message).toContain('Ed25519');
  });

  it('an RSASSA-PSS key that is bound to another hash', async () => {
    const { privateKey } = generateKeyPairSync('rsa-pss', {
      modulusLength: 2048,
      hashAlgorithm: 'sha384',
      mgf1HashAlgorithm: 'sha384',
    });
    const options = { certificates: leaf.certificatePem, privateKey: pem(privateKey) };
    const wanted = { ...options, algorithm: 'ps256' } as const;
    const error = await throwsWithCode(() => createPemSigner(wanted), 'C2PA_KEY');
    expect(error.message).toContain('it signs with ps384');
  });

  it('says what to do: passphrase, order', async () => {
    const locked = { certificates: leaf.certificatePem, privateKey: encrypted };
    const { message } = await throwsWithCode(() => createPemSigner(locked), 'C2PA_KEY');
    expect(message).toContain('a passphrase is needed');
    const turned = {
      certificates: ca.certificatePem + leaf.certificatePem,
      privateKey: leaf.privateKeyPem,
    };
    const order = await throwsWithCode(() => createPemSigner(turned), 'C2PA_CERTIFICATE');
    expect(order.message).toContain('first');
  });

  it('leaves the root out of the chain', () => {
    const certificates = leaf.certificatePem + ca.certificatePem;
    const signer = createPemSigner({ certificates, privateKey: leaf.privateKeyPem });
    expect(signer.chain).toEqual([leaf.certificate]);
  });
});

describe('signing algorithms', () => {
  it.each(SIGNING_ALGORITHMS)('%s reads back Trusted', async (algorithm) => {
    const authority = createTestAuthority({ keyKind: KEY_KIND[algorithm] }, algorithm);
    expect(authority.signer.algorithm).toBe(algorithm);
    const { signer, timestamp, trust } = authority;
    const options = { template: generated('image/png'), signer, timestamp };
    const signed = await signImage(await testImage('png'), 'image/png', options);
    const report = await readCredentials(signed.bytes, 'image/png', { trust });
    expect(report).toMatchObject({ validationState: 'Trusted', integrity: 'intact' });
  });

  it('takes an intermediate CA between root and leaf', async () => {
    const common = { organization: 'Test', clock: systemClock, days: 10 } as const;
    const middle = issueCertificate({ ...common, name: 'middle', role: 'ca', issuer: ca });
    const end = issueCertificate({ ...common, name: 'end', role: 'signer', issuer: middle });
    const signer = createPemSigner({
      certificates: end.certificatePem + middle.certificatePem + ca.certificatePem,
      privateKey: end.privateKeyPem,
    });
    expect(signer.chain).toHaveLength(2);
    const options = { template: generated('image/png'), signer };
    const signed = await signImage(await testImage('png'), 'image/png', options);
    expect(signed.warnings).toHaveLength(1);
    const trust = { lists: [{ name: 'root', anchorsPem: ca.certificatePem }] };
    const report = await readCredentials(signed.bytes, 'image/png', { trust });
    expect(report).toMatchObject({ validationState: 'Trusted', signer: { timestamp: null } });
  });
});
