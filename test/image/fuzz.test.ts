/** Readers of hostile bytes: any input ends in a result or an ImageError, soon, within the limits. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createPixels,
  decodeImage,
  encodeImage,
  extractExif,
  extractXmp,
  ImageError,
  isSrgbProfile,
  listContainer,
  readBoxes,
  readOrientation,
  readTextEntries,
  resetOrientation,
  sniffFormat,
  stripMetadata,
} from '../../src/image/index.js';
import { fixture } from '../support/fixtures.js';

const LIMITS = { maxChunks: 500, maxTextBytes: 20_000, maxTextBytesTotal: 50_000 };

function quietly(action: () => unknown): void {
  try {
    action();
  } catch (thrown) {
    if (!(thrown instanceof ImageError)) throw thrown;
  }
}

function readEverything(bytes: Uint8Array): void {
  sniffFormat(bytes);
  quietly(() => {
    for (const { offset, length } of listContainer(bytes, LIMITS)) {
      expect(offset >= 0 && length >= 0 && offset + length <= bytes.length).toBe(true);
    }
  });
  quietly(() => {
    const texts = readTextEntries(bytes, LIMITS);
    const total = texts.reduce((sum, { text }) => sum + text.length, 0);
    expect(total).toBeLessThanOrEqual(LIMITS.maxTextBytesTotal);
  });
  quietly(() => expect(extractXmp(bytes, LIMITS)?.length ?? 0).toBeLessThanOrEqual(20_000));
  quietly(() => expect(extractExif(bytes, LIMITS)?.length ?? 0).toBeLessThanOrEqual(20_000));
  quietly(() => stripMetadata(bytes, LIMITS));
  quietly(() => readBoxes(bytes, LIMITS));
  resetOrientation(bytes);
  readOrientation(bytes);
  isSrgbProfile(bytes);
}

const EXIF = Buffer.from('49492a0008000000010012010300010000000600000000000000', 'hex');
const XMP = Buffer.from('<x:xmpmeta><rdf:RDF></rdf:RDF></x:xmpmeta>');
const blocks = { exif: EXIF, xmp: XMP };
const pixels = createPixels(16, 16, 3);
const seeds: [string, Uint8Array][] = [
  ...(
    [
      'pillow-text.png',
      'pillow-rgb.jpg',
      'pillow-rgb.webp',
      'pillow-rgb.gif',
      'one-pixel.png',
    ] as const
  ).map((name): [string, Uint8Array] => [name, fixture(`images/${name}`)]),
];
for (const format of ['png', 'jpeg', 'webp', 'avif', 'tiff'] as const) {
  seeds.push([`${format} with blocks`, await encodeImage(pixels, { format, ...blocks })]);
}

describe('container readers', () => {
  const edit = fc.record({ at: fc.nat(), value: fc.constantFrom(0, 1, 0x7f, 0x80, 0xfe, 0xff) });

  it.each(seeds)('%s with changed bytes', (_name, seed) => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), fc.nat(), (edits, cut) => {
        const bytes = seed.slice(0, cut % 3 === 0 ? cut % (seed.length + 1) : seed.length);
        // Structure stands at the start of a file, so most edits go there.
        for (const { at, value } of edits) {
          if (bytes.length > 0) bytes[at % Math.min(bytes.length, at % 4 ? 400 : Infinity)] = value;
        }
        readEverything(bytes);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it.each(seeds)('%s cut anywhere', (_name, seed) => {
    const step = Math.max(1, Math.floor(seed.length / 200));
    for (let length = 0; length < seed.length; length += step)
      readEverything(seed.slice(0, length));
  });

  it('bytes of chance behind every signature', () => {
    const signatures = seeds.map(([, seed]) => seed.subarray(0, 12));
    fc.assert(
      fc.property(fc.constantFrom(...signatures), fc.uint8Array({ maxLength: 300 }), (head, tail) =>
        readEverything(Buffer.concat([head, tail])),
      ),
      { seed: 7, numRuns: 1000 },
    );
  });

  it('bytes that change nothing come back the same', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(resetOrientation(resetOrientation(bytes))).toEqual(resetOrientation(bytes));
      }),
      { seed: 7 },
    );
  });
});

describe('decodeImage', () => {
  it.each(seeds)('%s with changed bytes gives pixels or an ImageError', async (_name, seed) => {
    const limits = { maxPixels: 1_000_000, timeoutSeconds: 5 };
    await fc.assert(
      fc.asyncProperty(fc.array(edit(), { minLength: 1, maxLength: 4 }), async (edits) => {
        const bytes = seed.slice();
        for (const { at, value } of edits) bytes[at % bytes.length] = value;
        try {
          const decoded = await decodeImage(bytes, limits);
          expect(decoded.width * decoded.height).toBeLessThanOrEqual(1_000_000);
        } catch (thrown) {
          if (!(thrown instanceof ImageError)) throw thrown;
        }
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  function edit() {
    return fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) });
  }
});
