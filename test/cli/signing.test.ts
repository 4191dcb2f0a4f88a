/** Which signer and which timestamp authority options and environment name. */
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SigningAlgorithm } from '../../src/c2pa/index.js';
import { createTimestampAuthority } from '../../src/c2pa/index.js';
import { assertSignature } from '../../src/c2pa/signers/raw-signature.js';
import { UsageError } from '../../src/cli/exit.js';
import type { CliIo } from '../../src/cli/io.js';
import type { SigningFlags } from '../../src/cli/signing-options.js';
import { signerFor, timestampFor } from '../../src/cli/signing.js';
import { systemClock } from '../../src/core/index.js';
import type { HttpPeer } from '../support/http-peer.js';
import { startKmsPeer } from '../support/kms-peer.js';
import { identityFor } from '../support/signing-identity.js';
import { signingCommand } from '../support/signing-scripts.js';
import { startSigningService } from '../support/signing-service.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import { tsaCertificate } from '../support/tsa-peer.js';

const TOKEN = 'bearer-token';
const PASSPHRASE = 'correct horse';
const AWS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'aws-secret-key' };
const { certificatePem, privateKey, privateKeyPem } = identityFor('es256');
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const data = new TextEncoder().encode('what is signed');

const dir = mkdtempSync(join(tmpdir(), 'imprint-signing-'));
const at = (name: string): string => join(dir, name);
let service: HttpPeer;
let kms: HttpPeer;

beforeAll(async () => {
  for (const algorithm of ['es256', 'ps256'] as const) {
    writeFileSync(at(`${algorithm}.pem`), identityFor(algorithm).certificatePem);
    writeFileSync(at(`${algorithm}.key`), identityFor(algorithm).privateKeyPem);
  }
  const cipher = 'aes-256-cbc';
  const locked = privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher,
    passphrase: PASSPHRASE,
  });
  writeFileSync(at('locked.key'), locked);
  writeFileSync(at('passphrase'), `${PASSPHRASE}\n`);
  writeFileSync(at('wrong'), 'battery staple');
  service = await startSigningService(TOKEN, 'raw');
  const keys = { 'alias/imprint': privateKey };
  kms = await startKmsPeer({ credentials: AWS, region: 'eu-west-1', keys });
});
afterAll(async () => {
  await service.close();
  await kms.close();
  rmSync(dir, { recursive: true, force: true });
});

type Env = Record<string, string>;
const ioOf = (env: Env): CliIo => ({
  stdin: process.stdin,
  out: () => undefined,
  err: () => undefined,
  env: { PATH: process.env['PATH'], ...env },
  interactive: false,
  colour: false,
});
const quoted = (words: string[]): string => words.map((word) => `'${word}'`).join(' ');
const command = (algorithm: SigningAlgorithm = 'es256'): string =>
  quoted(signingCommand(dir, 'raw', algorithm));
const cert = { cert: at('es256.pem') };
const awsEnv = (): Env => ({
  AWS_ACCESS_KEY_ID: AWS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: AWS.secretAccessKey,
  AWS_REGION: 'eu-west-1',
  AWS_ENDPOINT_URL_KMS: kms.url,
});

describe('signerFor', () => {
  it.each<[string, () => SigningFlags, () => Env, SigningAlgorithm]>([
    ['files', () => ({ ...cert, key: at('es256.key') }), () => ({}), 'es256'],
    [
      'RSA with ps384',
      () => ({ cert: at('ps256.pem'), key: at('ps256.key'), alg: 'ps384' }),
      () => ({}),
      'ps384',
    ],
    [
      'a locked key, passphrase from a file',
      () => ({ ...cert, key: at('locked.key'), keyPassphraseFile: at('passphrase') }),
      () => ({ IMPRINT_KEY_PASSPHRASE: 'not this' }),
      'es256',
    ],
    [
      'a locked key, passphrase from the environment',
      () => ({ ...cert, key: at('locked.key') }),
      () => ({ IMPRINT_KEY_PASSPHRASE: PASSPHRASE }),
      'es256',
    ],
    [
      'PEM in the environment',
      () => ({}),
      () => ({ IMPRINT_SIGN_CERT: certificatePem, IMPRINT_SIGN_KEY: privateKeyPem }),
      'es256',
    ],
    [
      'base64 in the environment',
      () => ({}),
      () => ({
        IMPRINT_SIGN_CERT: base64(certificatePem),
        IMPRINT_SIGN_KEY: base64(privateKeyPem),
      }),
      'es256',
    ],
    [
      'one line of PEM',
      () => ({}),
      () => ({
        IMPRINT_SIGN_CERT: certificatePem,
        IMPRINT_SIGN_KEY: privateKeyPem.replaceAll('\n', '\\n'),
      }),
      'es256',
    ],
    [
      "c2patool's variables",
      () => ({}),
      () => ({ C2PA_SIGN_CERT: certificatePem, C2PA_PRIVATE_KEY: privateKeyPem }),
      'es256',
    ],
    [
      "imprint's variables before those",
      () => ({}),
      () => ({
        C2PA_SIGN_CERT: 'x',
        C2PA_PRIVATE_KEY: 'x',
        IMPRINT_SIGN_CERT: certificatePem,
        IMPRINT_SIGN_KEY: privateKeyPem,
      }),
      'es256',
    ],
    [
      'a certificate file, a key in the environment',
      () => cert,
      () => ({ IMPRINT_SIGN_KEY: privateKeyPem }),
      'es256',
    ],
    ['a command', () => ({ ...cert, signerCommand: command() }), () => ({}), 'es256'],
    [
      'a command for PSS',
      () => ({ cert: at('ps256.pem'), signerCommand: command('ps256') }),
      () => ({}),
      'ps256',
    ],
    [
      'a command before a key in the environment',
      () => ({ ...cert, signerCommand: command() }),
      () => ({ IMPRINT_SIGN_KEY: 'unused' }),
      'es256',
    ],
    [
      'a command with the certificate in the environment',
      () => ({ signerCommand: command() }),
      () => ({ IMPRINT_SIGN_CERT: certificatePem }),
      'es256',
    ],
    [
      'an HTTP service',
      () => ({ ...cert, signerUrl: service.url }),
      () => ({ IMPRINT_SIGNER_TOKEN: `${TOKEN}\n` }),
      'es256',
    ],
    ['AWS KMS', () => ({ ...cert, awsKmsKey: 'alias/imprint' }), awsEnv, 'es256'],
  ])('%s', async (_what, flags, env, algorithm) => {
    const signer = (await signerFor(ioOf(env()), flags()))!;
    expect(signer.algorithm).toBe(algorithm);
    const publicKey = createPublicKey(identityFor(algorithm).privateKey);
    assertSignature(algorithm, publicKey, data, await signer.sign(data));
  });

  it('null when nobody is named, so that the development certificates sign', async () => {
    expect(await signerFor(ioOf({ IMPRINT_SIGN_CERT: '', C2PA_PRIVATE_KEY: '' }), {})).toBeNull();
  });

  it.each<[string, SigningFlags, string, string]>([
    ["another certificate's key", { key: at('ps256.key') }, 'C2PA_KEY', 'does not belong'],
    ['the wrong algorithm', { key: at('es256.key'), alg: 'es384' }, 'C2PA_KEY', 'signs with es256'],
    ['a locked key', { key: at('locked.key') }, 'C2PA_KEY', 'passphrase is needed'],
    [
      'a wrong passphrase',
      { key: at('locked.key'), keyPassphraseFile: at('wrong') },
      'C2PA_KEY',
      'passphrase is wrong',
    ],
    ['a certificate as the key', { key: at('es256.pem') }, 'C2PA_KEY', 'found none'],
    [
      'a key as the certificate',
      { cert: at('es256.key'), key: at('es256.key') },
      'C2PA_CERTIFICATE',
      'found 0',
    ],
  ])('%s is told before any work', async (_what, flags, code, says) => {
    const error = await throwsWithCode(() => signerFor(ioOf({}), { ...cert, ...flags }), code);
    expect(error.message).toContain(says);
  });

  it.each<[SigningFlags, Env, string]>([
    [cert, {}, '--cert needs a key'],
    [{ key: at('es256.key') }, {}, '--key needs a certificate'],
    [{}, { IMPRINT_SIGN_CERT: certificatePem }, 'IMPRINT_SIGN_CERT needs a key'],
    [{}, { IMPRINT_SIGN_KEY: privateKeyPem }, 'IMPRINT_SIGN_KEY needs a certificate'],
    [{}, { C2PA_PRIVATE_KEY: privateKeyPem }, 'C2PA_PRIVATE_KEY needs a certificate'],
    [{ ...cert, key: 'k', signerUrl: 'https://s.example' }, {}, '--key and --signer-url exclude'],
    [{ cert: at('none.pem'), key: 'k' }, {}, '(ENOENT)'],
    [{ cert: '/dev/zero', key: 'k' }, {}, 'too large'],
    [{ cert: dir, key: 'k' }, {}, '(EISDIR)'],
    [cert, { IMPRINT_SIGN_KEY: 'tell nobody' }, 'IMPRINT_SIGN_KEY expected PEM, or base64 of PEM'],
    [{ ...cert, signerCommand: ' ' }, {}, '--signer-command expected a program'],
    [{ ...cert, signerCommand: "sign 'open" }, {}, '--signer-command has a quote'],
    [{ ...cert, signerUrl: 'http://signer.example/' }, {}, '--signer-url: "url" expected'],
    [{ ...cert, awsKmsKey: 'alias/x' }, {}, '--aws-kms-key needs AWS_ACCESS_KEY_ID'],
    [
      { ...cert, awsKmsKey: 'alias/x' },
      { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
      '--aws-kms-key: "region" expected',
    ],
    [{ alg: 'es256' }, {}, '--alg needs'],
  ])('%j is a usage error', async (flags, env, says) => {
    const error = await throwsWithCode(() => signerFor(ioOf(env), flags), 'CLI_USAGE');
    expect(error.message).toContain(says);
    expect(error.message).not.toContain('tell nobody');
  });
});

describe('timestampFor', () => {
  const tsa = tsaCertificate();
  const { certificate, privateKey: key } = tsa;
  const development = createTimestampAuthority({ certificate, key, clock: systemClock });
  const url = 'http://tsa.example/';

  it.each<[string, SigningFlags, object | null]>([
    ['the local authority for development certificates', {}, development],
    ['none when told so', { tsa: false }, null],
    ['the one that is named', { tsa: url }, { optional: false }],
    ['which may be optional', { tsa: url, tsaOptional: true }, { optional: true }],
  ])('%s', (_what, flags, expected) => {
    const source = timestampFor(flags, development);
    if (expected === null) expect(source).toBeNull();
    else expect(source).toMatchObject(expected);
  });

  it('none for an own certificate unless one is named', () => {
    expect(timestampFor({}, null)).toBeNull();
  });

  it.each<SigningFlags>([
    { tsa: 'ftp://tsa.example/' },
    { tsa: 'tsa.example' },
    { tsaOptional: true },
    { tsa: false, tsaOptional: true },
  ])('%j is a usage error', (flags) => {
    expect(() => timestampFor(flags, null)).toThrow(UsageError);
  });
});
