/** docs/signing.md: every command in it is run, and every example in it is a file that works. */
import { execFile, spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Signer, SigningAlgorithm } from '../../src/c2pa/index.js';
import { readCredentials } from '../../src/c2pa/index.js';
import { assertSignature } from '../../src/c2pa/signers/raw-signature.js';
import { encodeImage } from '../../src/image/index.js';
import type { HttpPeer } from '../support/http-peer.js';
import { startPeer } from '../support/http-peer.js';
import { startKmsPeer } from '../support/kms-peer.js';
import { texturedPicture } from '../support/picture.js';
import { signDigest } from '../support/sign-digest.js';
import { identityFor, signAsKeyStore, testCa } from '../support/signing-identity.js';
import { startSigningService } from '../support/signing-service.js';
import { startTsaPeer } from '../support/tsa-peer.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const page = read('docs/signing.md');
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    (match) => match[1]!,
  );

const haveTools = ['openssl', 'bash'].every((tool) => spawnSync(tool, ['version']).error == null);
const TOKEN = 'a-token';
const AWS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a-secret' };
const { certificatePem, privateKey, privateKeyPem } = identityFor('es256');

const dir = mkdtempSync(join(tmpdir(), 'imprint-docs-'));
const at = (name: string): string => join(dir, name);
const peers: HttpPeer[] = [];
/** Addresses in the page, and what answers in their place. */
const addresses = new Map<string, string>();
let kms: HttpPeer;

function program(name: string, script: string): void {
  writeFileSync(at(`bin/${name}`), `#!/usr/bin/env node\n${script}`);
  chmodSync(at(`bin/${name}`), 0o755);
}

beforeAll(async () => {
  const photo = await encodeImage(texturedPicture(64, 64), { format: 'jpeg' });
  const rsa = identityFor('ps256');
  const passphrase = 'open sesame';
  const cipher = 'aes-256-cbc';
  for (const [name, content] of Object.entries({
    'photo.jpg': photo,
    'chain.pem': certificatePem + testCa.certificatePem,
    'signer.key': privateKeyPem,
    'locked.key': privateKey.export({ type: 'pkcs8', format: 'pem', cipher, passphrase }),
    'passphrase.txt': `${passphrase}\n`,
    'rsa-chain.pem': rsa.certificatePem,
    'rsa.key': rsa.privateKeyPem,
    'token.txt': TOKEN,
    'aws-secret.txt': AWS.secretAccessKey,
  })) {
    writeFileSync(at(name), content);
  }
  mkdirSync(at('bin'));
  // The watermark has its own tests and takes seconds an image: here only the signature counts.
  const main = JSON.stringify(join(root, 'dist/cli/main.js'));
  program(
    'imprint',
    `const [verb, ...rest] = process.argv.slice(2);
     const { status } = require('node:child_process').spawnSync(
       process.execPath, [${main}, verb, '--sign-only', ...rest], { stdio: 'inherit' });
     process.exit(status ?? 1);`,
  );
  program(
    'pkcs11-tool',
    `const { join } = require('node:path');
     const { readFileSync } = require('node:fs');
     const expected = '--sign --mechanism ECDSA-SHA256 --id 01 --pin env:TOKEN_PIN';
     if (process.argv.slice(2).join(' ') !== expected) process.exit(2);
     const key = { key: readFileSync('signer.key', 'utf8'), dsaEncoding: 'ieee-p1363' };
     process.stdout.write(require('node:crypto').sign('sha256', readFileSync(0), key));`,
  );
  const keys = { 'alias/imprint': privateKey };
  kms = await startKmsPeer({ credentials: AWS, region: 'eu-central-1', keys });
  const service = await startSigningService(TOKEN, 'raw');
  const tsa = await startTsaPeer();
  const broken = await startPeer(() => ({ status: 503 }));
  peers.push(kms, service, tsa, broken);
  addresses.set('https://signing.example.com/', `${service.url}/`);
  addresses.set('http://timestamp.digicert.com', tsa.url);
  addresses.set('http://tsa.invalid/', broken.url);
});
afterAll(async () => {
  await Promise.all(peers.map((peer) => peer.close()));
  rmSync(dir, { recursive: true, force: true });
});

describe.skipIf(!haveTools)('commands (need bash and openssl)', () => {
  it('are as many as the routes', () => expect(blocks('sh')).toHaveLength(9));

  it.each(blocks('sh'))('%s', async (block) => {
    let script = block;
    for (const [from, to] of addresses) script = script.replaceAll(from, to);
    rmSync(at('signed.jpg'), { force: true });
    const { stderr } = await promisify(execFile)('bash', ['-e', '-c', script], {
      cwd: dir,
      env: {
        PATH: [at('bin'), process.env['PATH'] ?? ''].join(delimiter),
        IMPRINT_HOME: at('home'),
        AWS_ENDPOINT_URL_KMS: kms.url,
      },
    });
    const trust = { lists: [{ name: 'test', anchorsPem: testCa.certificatePem }] };
    const bytes = new Uint8Array(readFileSync(at('signed.jpg')));
    const report = await readCredentials(bytes, 'image/jpeg', { trust });
    expect(report).toMatchObject({ integrity: 'intact', signer: { status: 'trusted' } });
    const stamped = block.includes('timestamp.digicert.com');
    expect(report.signer!.timestamp !== null).toBe(stamped);
    expect(/no timestamp|without a timestamp/.test(stderr)).toBe(!stamped);
  });
});

describe('examples', () => {
  type Factory = (...args: unknown[]) => Signer;
  const load = async (file: string, name: string): Promise<Factory> => {
    const module = (await import(join(root, file))) as Record<string, Factory>;
    return module[name]!;
  };
  const check = async (algorithm: SigningAlgorithm, signer: Signer): Promise<void> => {
    const data = new Uint8Array(100).fill(5);
    expect(signer.algorithm).toBe(algorithm);
    const publicKey = createPublicKey(identityFor(algorithm).privateKey);
    assertSignature(algorithm, publicKey, data, await signer.sign(data));
  };

  it('are the files that are named', () => {
    const files = ['google-cloud-kms', 'azure-key-vault'].map((name) =>
      read(`examples/signers/${name}.mjs`),
    );
    expect(blocks('js')).toEqual(files);
  });

  it.each(['es256', 'es384', 'ps256', 'ps512', 'ed25519'] as const)(
    'Google Cloud KMS, %s',
    async (algorithm) => {
      const create = await load('examples/signers/google-cloud-kms.mjs', 'createGoogleCloudSigner');
      const { privateKey: key, certificatePem: pem } = identityFor(algorithm);
      const hash = `sha${algorithm.slice(2)}`;
      const client = {
        asymmetricSign: ({
          digest,
          data,
        }: {
          digest?: Record<string, Uint8Array>;
          data?: Uint8Array;
        }) =>
          Promise.resolve([
            {
              signature:
                data === undefined
                  ? signDigest(key, digest![hash]!, hash)
                  : signAsKeyStore(algorithm, key, data),
            },
          ]),
      };
      await check(algorithm, create(client, 'projects/p/cryptoKeyVersions/1', pem, algorithm));
    },
  );

  it.each(['es256', 'es512', 'ps384'] as const)('Azure Key Vault, %s', async (algorithm) => {
    const create = await load('examples/signers/azure-key-vault.mjs', 'createAzureSigner');
    const { privateKey: key, certificatePem: pem } = identityFor(algorithm);
    const client = {
      sign: (name: string, digest: Uint8Array) =>
        Promise.resolve({ result: signDigest(key, digest, `sha${name.slice(2)}`) }),
    };
    await check(algorithm, create(client, pem, algorithm));
  });
});
