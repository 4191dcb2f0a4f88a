/** A signer or a timestamp authority that cannot be reached is told before an image is made or marked. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Signer } from '../../src/c2pa/index.js';
import {
  createCommandSigner,
  createHttpSigner,
  createKmsSigner,
  createTimestampClient,
} from '../../src/c2pa/index.js';
import type { Generator } from '../../src/generate/index.js';
import { generateMarked, mark } from '../../src/provenance/index.js';
import { identityFor } from '../support/signing-identity.js';
import { peerForTest } from '../support/http-peer.js';
import { throwsWithCode } from '../support/throws-with-code.js';

const certificates = identityFor('es256').certificatePem;
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const env = { PATH: '/usr/bin:/bin' };
/** Accepts connections and never says a word. */
const silent = createServer((socket) => socket.on('error', () => undefined));
let closed: string;
let mute: string;

beforeAll(async () => {
  const peer = createServer();
  const listen = (server: typeof peer): Promise<string> =>
    new Promise((resolve) =>
      server.listen(0, '127.0.0.1', () =>
        resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`),
      ),
    );
  closed = await listen(peer);
  await new Promise((resolve) => peer.close(resolve));
  mute = await listen(silent);
});
afterAll(() => silent.close());

const http = (url: string, timeoutMs = 5000): Signer =>
  createHttpSigner({ certificates, url, timeoutMs });

describe('ready', () => {
  it.each<[string, () => Signer, string]>([
    ['a service on a closed port', () => http(`http://${closed}/`), 'ECONNREFUSED'],
    ['a service that shakes no hands', () => http(`https://${mute}/`, 200), 'within 0.2 s'],
    ['a name that is none', () => http('https://signer.invalid/'), 'signer.invalid'],
    [
      'KMS on a closed port',
      () =>
        createKmsSigner({
          ...{ certificates, credentials, region: 'eu-west-1' },
          ...{ keyId: 'alias/x', endpoint: `http://${closed}/` },
        }),
      'ECONNREFUSED',
    ],
    [
      'a program that is not installed',
      () => createCommandSigner({ certificates, command: ['no-such-tool', '-x'], env }),
      'no-such-tool',
    ],
    [
      'a file that is no program',
      () => createCommandSigner({ certificates, command: ['/etc/passwd'], env }),
      '/etc/passwd',
    ],
  ])('%s', async (_what, make, says) => {
    const error = await throwsWithCode(() => make().ready!(), 'C2PA_SIGNER');
    expect(error.message).toContain(says);
  });

  it('is content with who answers, and asks nothing of them', async () => {
    const { url, requests } = await peerForTest(() => ({}));
    await http(url).ready!();
    await createTimestampClient({ url }).ready!();
    await createCommandSigner({ certificates, command: ['sh', '-c', 'exit 1'], env }).ready!();
    expect(requests).toEqual([]);
  });
});

describe('before work begins', () => {
  const generator: Generator = {
    generate: () => Promise.reject(new Error('an image was made')),
  };
  const ownSigner: Signer = {
    algorithm: 'es256',
    chain: [],
    sign: () => Promise.reject(new Error('asked to sign')),
  };
  const away = () => createTimestampClient({ url: `http://${closed}/` });

  it('mark does not even decode', async () => {
    const broken = Buffer.from('no image');
    await throwsWithCode(() => mark(broken, { signer: http(`http://${closed}/`) }), 'C2PA_SIGNER');
  });

  it('generateMarked makes no image', async () => {
    const issuer = { signer: ownSigner, timestamp: away() };
    await throwsWithCode(() => generateMarked(generator, 'a dog', issuer), 'C2PA_TIMESTAMP');
  });

  it('an optional authority is waited for at the end only', async () => {
    const issuer = { signer: ownSigner, timestamp: { ...away(), optional: true } };
    await expect(generateMarked(generator, 'a dog', issuer)).rejects.toThrow('an image was made');
  });
});
