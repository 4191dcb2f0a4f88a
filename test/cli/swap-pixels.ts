/** Other pixels under the same manifest: the caBX chunk of `signed` put into a freshly encoded PNG. */
import { concatBytes } from '../../src/core/index.js';
import { createPixels, encodeImage, readPngChunks } from '../../src/image/index.js';

const SIGNATURE_BYTES = 8;

export async function swapPixels(signed: Uint8Array): Promise<Uint8Array> {
  const chunk = readPngChunks(signed).find(({ type }) => type === 'caBX');
  if (chunk === undefined) throw new Error('the file carries no caBX chunk');
  const other = await encodeImage(createPixels(640, 512, 3), { format: 'png' });
  // After IHDR, which is always 25 bytes long (PNG specification §11.2.1).
  const split = SIGNATURE_BYTES + 25;
  const { offset, length } = chunk;
  return concatBytes([
    other.subarray(0, split),
    signed.subarray(offset, offset + length),
    other.subarray(split),
  ]);
}
