/** Who signs, as users say it: the built command line in a process. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readCredentials } from '../../src/c2pa/index.js';
import { encodeImage } from '../../src/image/index.js';
import type { CliResult, CliSession } from '../support/cli.js';
import { cliSession } from '../support/cli.js';
import type { HttpPeer } from '../support/http-peer.js';
import { startPeer } from '../support/http-peer.js';
import { texturedPicture } from '../support/picture.js';
import { identityFor, testCa } from '../support/signing-identity.js';
import type { SigningScript } from '../support/signing-scripts.js';
import { signingCommand } from '../support/signing-scripts.js';
import { startSigningService } from '../support/signing-service.js';
import { startTsaPeer } from '../support/tsa-peer.js';

const TOKEN = 'bearer-SECRET-token';
const { certificatePem, privateKeyPem } = identityFor('es256');
const cert = ['--cert', 'es256.pem'];

let cli: CliSession;
let service: HttpPeer;
let tsa: HttpPeer;
let broken: HttpPeer;
const at = (name: string): string => join(cli.dir, name);

beforeAll(async () => {
  cli = cliSession();
  const picture = texturedPicture(320, 256);
  writeFileSync(at('photo.png'), await encodeImage(picture, { format: 'png' }));
  writeFileSync(at('es256.pem'), certificatePem);
  writeFileSync(at('es256.key'), privateKeyPem);
  service = await startSigningService(TOKEN, 'json');
  tsa = await startTsaPeer();
  broken = await startPeer(() => ({ status: 500 }));
});
afterAll(() => Promise.all([service, tsa, broken].map((peer) => peer.close())));

const scripted = (script: SigningScript): string =>
  signingCommand(cli.dir, script, 'es256')
    .map((word) => `'${word}'`)
    .join(' ');

async function run(args: string[], env: Record<string, string> = {}): Promise<CliResult> {
  const result = await cli.run(args, { env });
  expect(result.stdout + result.stderr).not.toMatch(/SECRET|PRIVATE/);
  return result;
}

/** How readers that trust the test CA see a file. */
async function signerOf(file: string): Promise<{ status: string; stamped: boolean }> {
  const trust = { lists: [{ name: 'test', anchorsPem: testCa.certificatePem }] };
  const bytes = new Uint8Array(readFileSync(at(file)));
  const { integrity, signer } = await readCredentials(bytes, 'image/png', { trust });
  expect(integrity).toBe('intact');
  return { status: signer!.status, stamped: signer!.timestamp !== null };
}

// The same with `mark` is what docs/signing.md shows; test/docs/signing.test.ts runs it.
describe('generate', () => {
  const generate = ['generate', 'a red apple', '--steps', '2', '--seed', '1', '-o', 'out.png'];
  it.each<[string, () => string[], Record<string, string>]>([
    ['a command', () => [...cert, '--signer-command', scripted('der')], {}],
    [
      'an HTTP service',
      () => [...cert, '--signer-url', service.url],
      { IMPRINT_SIGNER_TOKEN: TOKEN },
    ],
    [
      'the environment',
      () => [],
      { IMPRINT_SIGN_CERT: certificatePem, IMPRINT_SIGN_KEY: privateKeyPem },
    ],
  ])('signed by %s, with a timestamp', async (_what, more, env) => {
    const { code, stderr } = await run([...generate, ...more(), '--tsa', tsa.url], env);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(await signerOf('out.png')).toEqual({ status: 'trusted', stamped: true });
    // Own certificates make no development ones.
    expect(existsSync(join(cli.home, 'certificates'))).toBe(false);
  });
});

describe('timestamps', () => {
  const mark = ['mark', '--sign-only', 'photo.png', '-o', 'out.png', ...cert, '--key', 'es256.key'];

  it('--no-tsa: signed, and warned', async () => {
    const { code, stderr } = await run([...mark, '--no-tsa']);
    expect(code).toBe(0);
    expect(stderr).toContain('warning: no timestamp was taken');
  });

  it('an authority that fails is an error, and no file is written', async () => {
    writeFileSync(at('out.png'), 'as it was');
    const { code, stderr } = await run([...mark, '--tsa', broken.url]);
    expect(code).toBe(1);
    expect(stderr).toContain('[C2PA_TIMESTAMP]');
    expect(readFileSync(at('out.png'), 'utf8')).toBe('as it was');
  });

  it('and a warning with --tsa-optional', async () => {
    const { code, stderr } = await run([...mark, '--tsa', broken.url, '--tsa-optional']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: signed without a timestamp.*answered 500$/m);
    expect(await signerOf('out.png')).toEqual({ status: 'trusted', stamped: false });
  });
});

describe('signers that fail: exit 1, a stable code, no file', () => {
  const mark = ['mark', '--sign-only', 'photo.png', '-o', 'none.png', ...cert];
  it.each<[string, () => string[], string, string]>([
    [
      'a command that hangs',
      () => ['--signer-command', scripted('hangs'), '--signing-timeout', '0.5'],
      'C2PA_SIGNER',
      'within 0.5 s',
    ],
    [
      'a command that writes text',
      () => ['--signer-command', scripted('text')],
      'C2PA_SIGNATURE',
      'text',
    ],
    ['a service without its token', () => ['--signer-url', service.url], 'C2PA_SIGNER', '401'],
  ])('%s', async (_what, args, code, says) => {
    const result = await run([...mark, ...args()]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(`[${code}]`);
    expect(result.stderr).toContain(says);
    expect(existsSync(at('none.png'))).toBe(false);
  });

  it('half a signer never falls back to development certificates', async () => {
    const { code, stderr } = await run(mark);
    expect(code).toBe(64);
    expect(stderr).toContain('--cert needs a key');
  });
});

const haveOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!haveOpenssl)('a service over TLS (needs openssl)', () => {
  const mark = ['mark', '--sign-only', 'photo.png', '-o', 'tls.png', ...cert, '--no-tsa'];

  it('is asked only when its certificate is trusted', async () => {
    const files = ['-keyout', at('tls.key'), '-out', at('tls.pem')];
    const names = ['-subj', '/CN=test', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...key, ...names, ...files], { stdio: 'pipe' });
    const tls = {
      key: readFileSync(at('tls.key'), 'utf8'),
      cert: readFileSync(at('tls.pem'), 'utf8'),
    };
    const secure = await startSigningService(TOKEN, 'raw', tls);
    onTestFinished(() => secure.close());
    const args = [...mark, '--signer-url', secure.url];

    const unknown = await run(args, { IMPRINT_SIGNER_TOKEN: TOKEN });
    expect(unknown).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/self-signed certificate \[C2PA_SIGNER\]/) as string,
    });
    expect(secure.requests).toHaveLength(0);

    const env = { IMPRINT_SIGNER_TOKEN: TOKEN, NODE_EXTRA_CA_CERTS: at('tls.pem') };
    expect(await run(args, env)).toMatchObject({ code: 0 });
    expect(await signerOf('tls.png')).toEqual({ status: 'trusted', stamped: false });
  });
});
