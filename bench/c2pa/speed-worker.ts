/** `speed-worker.ts FILE MIME`: signs and reads one file in a process of its own; one line of JSON. */
import { readFileSync } from 'node:fs';
import { readCredentials, signImage } from '../../src/c2pa/index.js';
import { createTestAuthority, generated, testImage } from '../../test/c2pa/helpers.js';

const [file = '', mime = ''] = process.argv.slice(2);
const { signer, timestamp, trust } = createTestAuthority();

/** Wall and processor time in milliseconds. */
async function timed<T>(work: () => Promise<T>): Promise<{ value: T; wall: number; cpu: number }> {
  const before = process.cpuUsage();
  const started = performance.now();
  const value = await work();
  const wall = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  return { value, wall, cpu: (user + system) / 1000 };
}
const peakMiB = (): number => process.resourceUsage().maxRSS / 1024;

// The engine is loaded by the first call of a process, whatever the file: not part of the figures.
await readCredentials(await testImage('png'), 'image/png');
const bytes = new Uint8Array(readFileSync(file));
const idle = peakMiB();
const sign = await timed(() =>
  signImage(bytes, mime, { template: generated(mime), signer, timestamp }),
);
const signedPeak = peakMiB();
const read = await timed(() => readCredentials(sign.value.bytes, mime, { trust }));
const { integrity, signer: who } = read.value;
if (integrity !== 'intact' || who?.status !== 'trusted') throw new Error('not read back as signed');
process.stdout.write(
  `${JSON.stringify({
    bytes: bytes.length,
    sign: { wall: sign.wall, cpu: sign.cpu },
    read: { wall: read.wall, cpu: read.cpu },
    idle,
    signedPeak,
    peak: peakMiB(),
  })}\n`,
);
