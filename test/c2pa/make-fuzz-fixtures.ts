/**
 * Makes fixtures/manifests/signed.* anew: `npx tsx test/c2pa/make-fuzz-fixtures.ts`. Not run by the tests: a
 * finding of the fuzz run is a file and a number, so the files must stay what they are.
 */
import { writeFileSync } from 'node:fs';
import { signImage } from '../../src/c2pa/index.js';
import { fixture, fixturePath } from '../support/fixtures.js';
import { createTestAuthority, generated, testImage } from './helpers.js';

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48"><rect width="24" height="48"/></svg>';

const { signer, timestamp } = createTestAuthority();
const sources: Record<string, [string, Uint8Array]> = {
  webp: ['image/webp', await testImage('webp')],
  avif: ['image/avif', await testImage('avif')],
  tiff: ['image/tiff', await testImage('tiff')],
  gif: ['image/gif', fixture('images/pillow-rgb.gif')],
  jxl: ['image/jxl', fixture('images/pillow-rgb.jxl')],
  svg: ['image/svg+xml', new Uint8Array(Buffer.from(SVG))],
};
for (const [extension, [mime, bytes]] of Object.entries(sources)) {
  const signed = await signImage(bytes, mime, { template: generated(mime), signer, timestamp });
  writeFileSync(fixturePath(`manifests/signed.${extension}`), signed.bytes);
}
