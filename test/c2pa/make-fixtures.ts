/**
 * Makes fixtures/manifests and fixtures/certs anew: `npx tsx test/c2pa/make-fixtures.ts`. Not run by the
 * tests: files signed by an old release must read the same for ever.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { signImage } from '../../src/c2pa/index.js';
import { fixturePath } from '../support/fixtures.js';
import { createTestAuthority, generated, marked, testImage } from './helpers.js';

async function main(): Promise<void> {
  const { signer, timestamp, anchorsPem } = createTestAuthority();
  const put = (name: string, bytes: Uint8Array | string): void =>
    writeFileSync(fixturePath(name), bytes);
  mkdirSync(fixturePath('manifests'), { recursive: true });
  mkdirSync(fixturePath('certs'), { recursive: true });
  const png = await testImage('png');
  const made = await signImage(png, 'image/png', {
    template: generated('image/png'),
    signer,
    timestamp,
  });
  const kept = await signImage(await testImage('jpeg'), 'image/jpeg', {
    template: marked('image/jpeg'),
    signer,
    timestamp,
    parent: { bytes: made.bytes, mime: 'image/png', title: 'generated.png' },
  });
  const altered = new Uint8Array(made.bytes);
  altered[altered.length - 20]! ^= 1;
  put('certs/fixture-ca.pem', anchorsPem);
  put('manifests/generated.png', made.bytes);
  put('manifests/marked.jpg', kept.bytes);
  put('manifests/altered.png', altered);
}

await main();
