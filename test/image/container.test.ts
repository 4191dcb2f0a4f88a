import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  createPixels,
  decodeImage,
  encodeImage,
  extractExif,
  extractXmp,
  listContainer,
  psnr,
  readBoxes,
  readPngChunks,
  readSamsungBlocks,
  readTextEntries,
  stripMetadata,
} from '../../src/image/index.js';
import { assetPath, haveAssets } from '../support/assets.js';
import { fixture } from '../support/fixtures.js';
import { samsungTrailer } from '../support/metadata-files.js';
import { throwsWithCode } from '../support/throws-with-code.js';

describe('listContainer', () => {
  it(
    'looks at each place of a TIFF once, however many fields point there',
    { timeout: 5000 },
    () => {
      const [fields, offsets] = [6_000, 32];
      const end = 8 + 2 + 12 * fields + 4;
      const file = Buffer.alloc(end + 4 * offsets);
      file.write('II*\0', 'latin1');
      file.writeUInt32LE(8, 4);
      file.writeUInt16LE(fields, 8);
      for (let i = 0; i < fields; i++) {
        const at = 10 + 12 * i;
        file.writeUInt16LE(0x14a, at); // SubIFDs
        file.writeUInt16LE(4, at + 2);
        file.writeUInt32LE(offsets, at + 4);
        file.writeUInt32LE(end, at + 8);
      }
      for (let i = 0; i < offsets; i++) file.writeUInt32LE(8, end + 4 * i);
      const directories = listContainer(file).filter(({ kind }) => kind.startsWith('tiff:'));
      expect(directories).toHaveLength(1);
    },
  );

  it.each([
    'images/pillow-text.png',
    'images/pillow-rgb.jpg',
    'images/pillow-rgb.webp',
    'images/pillow-rgb.gif',
  ])('%s: entries cover the file without gap or overlap', (name) => {
    const bytes = fixture(name);
    const entries = listContainer(bytes);
    for (const [i, entry] of entries.slice(1).entries()) {
      expect(entry.offset).toBe(entries[i]!.offset + entries[i]!.length);
    }
    const last = entries.at(-1)!;
    expect(last.offset + last.length).toBe(bytes.length);
    expect(entries.some(({ kind, truncated }) => truncated ?? kind === 'trailer')).toBe(false);
  });

  it.each([
    'images/pillow-text.png',
    'images/pillow-rgb.jpg',
    'images/pillow-rgb.webp',
    'images/pillow-rgb.gif',
  ])('%s: bytes behind the end are a trailer', (name) => {
    const bytes = fixture(name);
    const longer = Buffer.concat([bytes, Buffer.from('behind')]);
    expect(listContainer(longer).at(-1)).toMatchObject({
      kind: 'trailer',
      offset: bytes.length,
      length: 6,
    });
  });

  it.each(['broken/truncated.jpg', 'broken/truncated.png'])('%s: clipped and marked', (name) => {
    const bytes = fixture(name);
    const last = listContainer(bytes).at(-1)!;
    expect(last.truncated).toBe(true);
    expect(last.offset + last.length).toBe(bytes.length);
  });

  it('limits the count', async () => {
    await throwsWithCode(
      () => listContainer(fixture('images/pillow-rgb.jpg'), { maxChunks: 3 }),
      'IMAGE_CONTAINER_LIMIT',
    );
  });

  it('thousands of chunks are no problem', async () => {
    const png = Buffer.from(await encodeImage(createPixels(4, 4, 3), { format: 'png' }));
    const empty = Buffer.from('000000004944415435af061e', 'hex');
    const many = Buffer.concat([png.subarray(0, 33), ...Array<Buffer>(15_000).fill(empty)]);
    expect(readPngChunks(many).length).toBe(15_001);
  });
});

describe('readTextEntries', () => {
  it('reads the three PNG kinds', () => {
    const texts = readTextEntries(fixture('images/pillow-text.png'));
    expect(texts.map(({ source, keyword, text }) => [source, keyword, text])).toEqual([
      ['png:tEXt', 'parameters', 'a red apple\nSteps: 20, Sampler: Euler'],
      ['png:zTXt', 'zipped', 'zipped text '.repeat(50)],
      ['png:iTXt', 'Title', 'Ünïcode ✓'],
    ]);
    expect(texts[0]!.where).toBe('png:tEXt "parameters" @33');
  });

  it('a bomb comes back empty and does not hide the text behind the picture', () => {
    const [bomb, behind] = readTextEntries(fixture('broken/ztxt-bomb.png'));
    expect([bomb!.text, bomb!.truncated]).toEqual(['', true]);
    expect(behind!.text).toBe('behind the picture');
    const [whole] = readTextEntries(fixture('broken/ztxt-bomb.png'), { maxTextBytes: 9 << 20 });
    expect(whole!.text.length).toBe(8 << 20);
  });

  it('thousands of bombs cost a bounded amount of work', () => {
    const bytes = fixture('broken/ztxt-bomb.png');
    const [header, bomb, ...rest] = readPngChunks(bytes).map(({ offset, length }) =>
      bytes.subarray(offset, offset + length),
    );
    const many = Buffer.concat([
      bytes.subarray(0, 8),
      header!,
      ...Array<Uint8Array>(5000).fill(bomb!),
      ...rest,
    ]);
    const texts = readTextEntries(many);
    expect(texts.length).toBe(5001);
    expect(texts.at(-1)!.text).toBe('behind the picture');
  });

  it('all texts together have a limit', () => {
    const limits = { maxTextBytesTotal: 100 };
    const texts = readTextEntries(fixture('images/pillow-text.png'), limits);
    expect(texts.map(({ truncated }) => truncated)).toEqual([false, true, false]);
  });

  it.each([
    ['images/pillow-rgb.jpg', 'jpeg:COM', 'made by Pillow'],
    ['images/pillow-rgb.gif', 'gif:comment', 'gif words'],
    ['images/pillow-rgb.tif', 'tiff:ifd0', 'tiff words'],
  ])('%s', (name, source, text) => {
    expect(readTextEntries(fixture(name)).find((entry) => entry.source === source)?.text).toBe(
      text,
    );
  });
});

describe('readBoxes', () => {
  const box = (type: string, payload: Buffer) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(8 + payload.length);
    head.write(type, 4, 'latin1');
    return Buffer.concat([head, payload]);
  };

  it('reads 64-bit sizes and the size that means the rest', () => {
    const large = Buffer.from(
      '0000000166726565000000000000001241420000000c66726565ffffffff',
      'hex',
    );
    expect(readBoxes(large).map(({ offset, length }) => [offset, length])).toEqual([
      [0, 18],
      [18, 12],
    ]);
    const rest = Buffer.from('000000006d646174ffffff', 'hex');
    expect(readBoxes(rest)).toMatchObject([{ type: 'mdat', length: 11, truncated: false }]);
  });

  it('marks a size beyond the file', () => {
    const lie = Buffer.from('000000016d646174ffffffffffffffff', 'hex');
    expect(readBoxes(lie)).toMatchObject([{ type: 'mdat', length: 16, truncated: true }]);
  });

  it('limits nesting', async () => {
    let nested = Buffer.alloc(0);
    for (let i = 0; i < 40; i++) nested = box('jumb', nested);
    await throwsWithCode(() => readBoxes(nested), 'IMAGE_CONTAINER_LIMIT');
  });
});

describe('stripMetadata', () => {
  it.each(['jpeg', 'png', 'webp'] as const)('%s: same pixels, no metadata', async (format) => {
    const pixels = (await decodeImage(fixture('images/pillow-rgb.webp'))).pixels;
    const icc = (
      await sharp(
        await sharp(fixture('images/one-pixel.png')).withIccProfile('srgb').png().toBuffer(),
      ).metadata()
    ).icc!;
    const bytes = await encodeImage(pixels, {
      format,
      xmp: Buffer.from('<x:xmpmeta/>'),
      exif: Buffer.from('49492a0008000000010012010300010000000100000000000000', 'hex'),
      iccProfile: new Uint8Array(icc),
    });
    const bare = stripMetadata(Buffer.concat([bytes, Buffer.from('trailer')]));
    const decoded = await decodeImage(bare);
    expect([decoded.exif, decoded.xmp, decoded.hasProfile]).toEqual([null, null, true]);
    expect(psnr(decoded.pixels, (await decodeImage(bytes)).pixels)).toBe(Infinity);
    expect(listContainer(bare).some(({ kind }) => kind === 'trailer')).toBe(false);
    expect(stripMetadata(bare)).toEqual(bare);
  });

  it('texts go', () => {
    expect(readTextEntries(stripMetadata(fixture('images/pillow-text.png')))).toEqual([]);
    expect(readTextEntries(stripMetadata(fixture('images/pillow-rgb.jpg')))).toEqual([]);
  });

  it('a rotated picture stays rotated', async () => {
    const jpeg = await sharp({ create: { width: 16, height: 8, channels: 3, background: '#456' } })
      .withExif({ IFD0: { Make: 'Someone' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const bare = stripMetadata(new Uint8Array(jpeg));
    const decoded = await decodeImage(bare);
    expect([decoded.width, decoded.height, decoded.orientation]).toEqual([8, 16, 6]);
    expect(decoded.exif!.length).toBe(26);
  });

  it('other formats are refused', async () => {
    await throwsWithCode(
      () => stripMetadata(fixture('images/pillow-rgb.tif')),
      'IMAGE_UNSUPPORTED',
    );
  });
});

describe.skipIf(!haveAssets)('real metadata (needs ../shared/assets)', () => {
  const asset = (name: string) => new Uint8Array(readFileSync(assetPath(name)));

  it('finds the workflow of a ComfyUI picture', () => {
    const texts = readTextEntries(asset('generated/comfyui/chroma_chroma_example.png'));
    expect(texts.map(({ keyword }) => keyword)).toEqual(
      expect.arrayContaining(['prompt', 'workflow']),
    );
    expect(JSON.parse(texts.find(({ keyword }) => keyword === 'prompt')!.text)).toBeTypeOf(
      'object',
    );
  });

  it.each([
    'photos/exif-samples/jpg_gps_DSCN0021.jpg',
    'photos/exif-samples/jpg_tests_22-canon_tags.jpg',
    'photos/exif-samples/jpg_hdr_canon_hdr_YES.jpg',
  ])('%s: the EXIF block is the one that libvips finds', async (name) => {
    const bytes = asset(name);
    const theirs = (await sharp(bytes).metadata()).exif!;
    const ours = Buffer.from(extractExif(bytes)!);
    // libvips hands out its own re-serialisation in some versions; the maker's words are in both.
    expect(ours.subarray(0, 8)).toEqual(theirs.subarray(6, 14));
  });

  it('reads EXIF and XMP items of HEIC', () => {
    const bytes = asset('photos/exif-samples/heic_IMG_5195.HEIC');
    expect(Buffer.from(extractExif(bytes)!).includes('Apple')).toBe(true);
  });

  it.each(['0001 (1).jpeg', '0001 (100).jpeg'])('finds the IPTC label of %s', (name) => {
    const xmp = extractXmp(asset(`generated/iptc-labelled/${name}`));
    expect(new TextDecoder().decode(xmp)).toContain('trainedAlgorithmicMedia');
  });

  it('sees Content Credentials where each container keeps them', () => {
    const kinds = (name: string) => listContainer(asset(name)).map(({ kind }) => kind);
    expect(kinds('c2pa/c2pa-rs/C.jpg')).toContain('jpeg:APP11');
    expect(kinds('c2pa/example-assets/ChatGPT_Image.png')).toContain('png:caBX');
  });
});

describe('readSamsungBlocks', () => {
  const trailer = samsungTrailer([
    [0x0a01, 'Image_UTC_Data', '1716900000000'],
    [0x0ba1, 'PhotoEditor_Re_Edit_Data', '{"genAIType":3}'],
  ]);
  const jpeg = fixture('images/pillow-rgb.jpg');

  it('finds the blocks behind the end, by their directory', () => {
    const blocks = readSamsungBlocks(Buffer.concat([jpeg, trailer]));
    expect(
      blocks.map(({ type, name, data }) => [type, name, Buffer.from(data).toString()]),
    ).toEqual([
      [0x0a01, 'Image_UTC_Data', '1716900000000'],
      [0x0ba1, 'PhotoEditor_Re_Edit_Data', '{"genAIType":3}'],
    ]);
    expect(blocks[0]!.where).toBe(`jpeg:trailer "Image_UTC_Data" @${jpeg.length}`);
  });

  it('leaves out blocks above the limits, each and together', () => {
    const file = Buffer.concat([jpeg, trailer]);
    const names = (limits: object): string[] =>
      readSamsungBlocks(file, limits).map(({ name }) => name);
    const [small, large] = [8 + 14 + 13, 8 + 24 + 15];
    expect(names({ maxTextBytes: large, maxTextBytesTotal: small + large })).toHaveLength(2);
    expect(names({ maxTextBytes: large - 1 })).toEqual(['Image_UTC_Data']);
    expect(names({ maxTextBytesTotal: small + large - 1 })).toEqual(['Image_UTC_Data']);
  });

  it('walks over a block of another app that follows', () => {
    const qdio = Buffer.concat([
      Buffer.alloc(20),
      Buffer.from([20, 0, 0, 0]),
      Buffer.from('QDIOBS'),
    ]);
    expect(readSamsungBlocks(Buffer.concat([jpeg, trailer, qdio])).length).toBe(2);
  });

  it('finds none in a JPEG without trailer, or one that was cut off', () => {
    expect(readSamsungBlocks(jpeg)).toEqual([]);
    expect(readSamsungBlocks(Buffer.concat([jpeg.subarray(0, 400), trailer]))).toEqual([]);
  });

  it('any damage to the trailer is borne', () => {
    const file = Buffer.concat([jpeg, trailer]);
    fc.assert(
      fc.property(
        fc.integer({ min: jpeg.length, max: file.length - 1 }),
        fc.nat(255),
        (at, value) => {
          const damaged = Uint8Array.from(file);
          damaged[at] = value;
          for (const { offset, data } of readSamsungBlocks(damaged)) {
            expect(offset).toBeGreaterThanOrEqual(jpeg.length);
            expect(data.length).toBeLessThanOrEqual(trailer.length);
          }
        },
      ),
    );
  });
});
