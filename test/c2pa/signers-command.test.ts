/** A program that signs: bytes on standard input, signature on standard output. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  createCommandSigner,
  readCredentials,
  SIGNING_ALGORITHMS,
  signImage,
} from '../../src/c2pa/index.js';
import type { CommandSignerOptions, SigningAlgorithm } from '../../src/c2pa/index.js';
import { identityFor, testCa } from '../support/signing-identity.js';
import type { SigningScript } from '../support/signing-scripts.js';
import { signingCommand } from '../support/signing-scripts.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import { generated, testImage } from './helpers.js';

const dir = mkdtempSync(join(tmpdir(), "imprint signer's "));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const haveOpenssl = spawnSync('openssl', ['version']).status === 0;
const trust = { lists: [{ name: 'test', anchorsPem: testCa.certificatePem }] };

async function signPng(
  algorithm: SigningAlgorithm,
  options: Omit<CommandSignerOptions, 'certificates'>,
) {
  const certificates = identityFor(algorithm).certificatePem;
  const signer = createCommandSigner({ certificates, algorithm, ...options });
  const template = generated('image/png');
  const signed = await signImage(await testImage('png'), 'image/png', { template, signer });
  return readCredentials(signed.bytes, 'image/png', { trust });
}
const signWith = (script: SigningScript, more: Partial<CommandSignerOptions> = {}) =>
  signPng('es256', { command: signingCommand(dir, script, 'es256'), ...more });

describe('createCommandSigner', () => {
  it.each(SIGNING_ALGORITHMS)('%s reads back Trusted', async (algorithm) => {
    const command = signingCommand(dir, 'raw', algorithm);
    const report = await signPng(algorithm, { command });
    expect(report).toMatchObject({ validationState: 'Trusted', integrity: 'intact' });
  });

  it('takes DER for ECDSA', async () => {
    expect(await signWith('der')).toMatchObject({ validationState: 'Trusted' });
  });

  it('gives the program the environment that it is told', async () => {
    const env = { PATH: process.env['PATH'], SECRET: 'let me in' };
    expect(await signWith('environment', { env })).toMatchObject({ validationState: 'Trusted' });
    await throwsWithCode(() => signWith('environment'), 'C2PA_SIGNER');
  });

  it.skipIf(!haveOpenssl).each([
    ['es256', ['-sha256']],
    ['es384', ['-sha384']],
    ['es512', ['-sha512']],
    ['ps256', ['-sha256', '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest']],
  ] as const)('%s with openssl dgst (needs openssl)', async (algorithm, options) => {
    const key = join(dir, 'openssl.key');
    writeFileSync(key, identityFor(algorithm).privateKeyPem);
    const command = ['openssl', 'dgst', ...options, '-sign', key];
    expect(await signPng(algorithm, { command })).toMatchObject({ validationState: 'Trusted' });
  });
});

describe('programs that do not sign', () => {
  it.each<[string, SigningScript, string, string]>([
    ['writes nothing', 'nothing', 'C2PA_SIGNER', 'no signature'],
    ['writes a megabyte', 'much', 'C2PA_SIGNER', 'more than 4096 bytes'],
    ['writes base64', 'text', 'C2PA_SIGNATURE', 'text'],
    [
      'fails, and says why on two lines',
      'fails',
      'C2PA_SIGNER',
      'exit code 3: token not present | is it',
    ],
    ['is killed', 'dies', 'C2PA_SIGNER', 'SIGTERM'],
  ])('%s', async (_what, script, code, says) => {
    expect((await throwsWithCode(() => signWith(script), code)).message).toContain(says);
  });

  it('hangs: it is ended when its time is up', async () => {
    const error = await throwsWithCode(() => signWith('hangs', { timeoutMs: 300 }), 'C2PA_SIGNER');
    expect(error.message).toContain('within 0.3 s');
  });

  it('leaves a child behind that holds the pipes open: nobody waits for it', async () => {
    const command = ['sh', '-c', 'sleep 20 & sleep 20'];
    await throwsWithCode(() => signPng('es256', { command, timeoutMs: 300 }), 'C2PA_SIGNER');
  }, 10_000);

  it.each([
    ['is not there', ['no-such-program-anywhere'], 'was not found'],
    ['is a folder', [dir], 'not executable'],
  ])('%s', async (_what, command, says) => {
    const error = await throwsWithCode(() => signPng('es256', { command }), 'C2PA_SIGNER');
    expect(error.message).toContain(says);
  });

  it('signs with the key of another certificate', async () => {
    const command = signingCommand(dir, 'raw', 'ps256');
    await throwsWithCode(() => signPng('es256', { command }), 'C2PA_SIGNATURE');
  });

  it('no shell reads the arguments', async () => {
    const command = [
      'node',
      '-e',
      'process.exit(process.argv[1] === "$(id);`id`" ? 42 : 1)',
      '$(id);`id`',
    ];
    const error = await throwsWithCode(() => signPng('es256', { command }), 'C2PA_SIGNER');
    expect(error.message).toContain('exit code 42');
  });

  it('escapes what a program says', async () => {
    const command = ['node', '-e', 'process.stderr.write("\\u001b[2J\\u202egnp"); process.exit(1)'];
    const { message } = await throwsWithCode(() => signPng('es256', { command }), 'C2PA_SIGNER');
    expect(message).toContain('\\x1b[2J\\u202egnp');
  });

  it('refuses options that cannot be meant', () => {
    const certificates = identityFor('es256').certificatePem;
    expect(() => createCommandSigner({ certificates, command: [] })).toThrow(TypeError);
    expect(() => createCommandSigner({ certificates, command: ['x'], timeoutMs: 0 })).toThrow(
      RangeError,
    );
  });
});
