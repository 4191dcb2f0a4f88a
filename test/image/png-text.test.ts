/** PNG text that libpng would inflate at each opening never reaches it. */
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { concatBytes, latin1Bytes } from '../../src/core/index.js';
import { decodeImage, ImageError, readTextEntries } from '../../src/image/index.js';
import { withoutPngText } from '../../src/image/container/png-pixels.js';
import { readPngChunks } from '../../src/image/container/png.js';
import { pngChunk } from '../../src/image/container/write.js';
import { png, pngWith } from '../support/metadata-files.js';

const typesOf = (bytes: Uint8Array): string[] => readPngChunks(bytes).map(({ type }) => type);

describe('a PNG for the decoder', () => {
  it('is the file itself when it holds little text or none', async () => {
    const plain = await png();
    expect(withoutPngText(plain)).toBe(plain);
    const some = await pngWith([['Title', 'a duck']]);
    expect(withoutPngText(some)).toBe(some);
  });

  it('has lost much text and nothing else', async () => {
    const plain = await png();
    const long = 'x'.repeat(9000);
    const bytes = await pngWith([
      ['parameters', long],
      ['Comment', long, 'iTXt'],
    ]);
    expect(typesOf(bytes)).toContain('iTXt');
    expect(Buffer.from(withoutPngText(bytes)).equals(Buffer.from(plain))).toBe(true);
    expect((await decodeImage(bytes)).pixels).toEqual((await decodeImage(plain)).pixels);
    expect(readTextEntries(bytes)).toHaveLength(2);
  });

  it('that breaks off stays broken', async () => {
    const whole = await pngWith([['parameters', 'x'.repeat(20_000)]], { behind: false });
    for (const keep of [20_030, whole.length - 30, whole.length - 14]) {
      await expect(decodeImage(whole.subarray(0, keep))).rejects.toThrow(ImageError);
    }
  });

  it('of a hundred texts of 8 MiB each decodes without the memory for them', async () => {
    const before = process.resourceUsage().maxRSS;
    const packed = deflateSync(Buffer.alloc(8 * 1024 * 1024, 'a'));
    const chunk = (key: number): Uint8Array =>
      pngChunk('zTXt', concatBytes([latin1Bytes(`Key ${key}\0\0`), packed]));
    const plain = await png();
    const at = readPngChunks(plain).find(({ type }) => type === 'IDAT')!.offset;
    const bytes = concatBytes([
      plain.subarray(0, at),
      ...Array.from({ length: 100 }, (_, i) => chunk(i)),
      plain.subarray(at),
    ]);
    expect(bytes.length).toBeLessThan(1_000_000);
    expect((await decodeImage(bytes)).width).toBe(8);
    // In KiB: the texts would take 800 MB at each of two openings.
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(300_000);
  });
});
