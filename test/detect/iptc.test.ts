import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { concatBytes, latin1Bytes } from '../../src/core/index.js';
import { readIptc } from '../../src/detect/signals/metadata/iptc.js';
import { summariseMetadata } from '../../src/detect/signals/metadata/summary.js';
import { extractIptc } from '../../src/image/index.js';
import {
  dataSet,
  exifBlock,
  imageResource,
  jpegWith,
  marksOf,
  PHOTOSHOP_PREFIX,
  TAG,
  utf8,
  viewOf,
} from '../support/metadata-files.js';

const IPTC = 0x0404;
const CREDIT = dataSet(110, 'Made with Google AI');
const segment = (...resources: Uint8Array[]): [number, Uint8Array] => [
  0xed,
  concatBytes([PHOTOSHOP_PREFIX, ...resources]),
];
const fields = async (...segments: [number, Uint8Array][]) =>
  (await viewOf(await jpegWith({ segments }))).iptc;

type Field = readonly [tag: number, type: number, value: Uint8Array];

/** A real TIFF with fields more in its first directory, which is written anew behind all the rest. */
async function tiffWith(fields: readonly Field[]): Promise<Uint8Array> {
  const tiff = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .tiff()
    .toBuffer();
  const at = tiff.readUInt32LE(4);
  const count = tiff.readUInt16LE(at);
  const end = at + 2 + 12 * count;
  const records = Array.from({ length: count }, (_, i) =>
    tiff.subarray(at + 2 + 12 * i, at + 14 + 12 * i),
  );
  let valueAt = tiff.length + 2 + 12 * (count + fields.length) + 4;
  for (const [tag, type, value] of fields) {
    const record = Buffer.alloc(12);
    record.writeUInt16LE(tag, 0);
    record.writeUInt16LE(type, 2);
    record.writeUInt32LE(value.length / (type === 4 ? 4 : 1), 4);
    record.writeUInt32LE(valueAt, 8);
    valueAt += value.length;
    records.push(record);
  }
  records.sort((a, b) => a.readUInt16LE() - b.readUInt16LE());
  const directory = Buffer.alloc(2);
  directory.writeUInt16LE(records.length);
  const values = fields.map(([, , value]) => value);
  const bytes = Buffer.concat([
    tiff,
    directory,
    ...records,
    tiff.subarray(end, end + 4),
    ...values,
  ]);
  bytes.writeUInt32LE(tiff.length, 4);
  return bytes;
}

describe('IPTC records of a TIFF', () => {
  const longs = (bytes: Uint8Array): Uint8Array =>
    concatBytes([bytes, new Uint8Array((4 - (bytes.length % 4)) % 4)]);

  it.each([
    ['in its own field, as bytes', 33723, 7, CREDIT],
    // As libtiff writes it; what fills the last word up is no data set.
    ['in its own field, as words', 33723, 4, longs(CREDIT)],
    ["among Photoshop's resources", 34377, 1, imageResource(IPTC, CREDIT)],
  ])('a credit of Google %s is found', async (_, tag, type, value) => {
    const bytes = await tiffWith([[tag, type, value]]);
    expect((await sharp(bytes).metadata()).format).toBe('tiff');
    const { evidence } = await marksOf(bytes);
    expect(evidence).toMatchObject([{ id: 'metadata.google-ai-credit' }]);
  });

  it('are read where a writer has turned the words round', async () => {
    const words = longs(CREDIT);
    const { evidence } = await marksOf(await tiffWith([[33723, 4, Buffer.from(words).swap32()]]));
    expect(evidence).toMatchObject([{ id: 'metadata.google-ai-credit' }]);
  });

  it('in both places are told once, and a flood of resources hides none in the other field', async () => {
    const both = await tiffWith([
      [33723, 7, CREDIT],
      [34377, 1, imageResource(IPTC, CREDIT)],
    ]);
    expect((await viewOf(both)).iptc).toEqual([['Credit', 'Made with Google AI']]);
    const other = await tiffWith([
      [33723, 7, CREDIT],
      [34377, 1, imageResource(IPTC, dataSet(110, 'J. Doe'))],
    ]);
    expect((await viewOf(other)).iptc).toHaveLength(2);
    const resources = concatBytes(Array.from({ length: 20_001 }, () => imageResource(1, utf8(''))));
    const flooded = await tiffWith([
      [33723, 7, CREDIT],
      [34377, 1, resources],
    ]);
    expect((await viewOf(flooded)).iptc).toHaveLength(1);
  });

  it('are bounded in size, and no other field holds them', async () => {
    expect(extractIptc(await tiffWith([[33723, 7, CREDIT]]), { maxTextBytes: 10 })).toEqual([]);
    expect(extractIptc(await tiffWith([[33722, 7, CREDIT]]))).toEqual([]);
    expect(extractIptc(await tiffWith([[34377, 1, CREDIT]]))).toEqual([]);
  });
});

describe('IPTC records of a JPEG', () => {
  it('are those that it has: EXIF is not reported a second time', async () => {
    const bytes = await jpegWith({ exif: exifBlock({ [TAG.make]: 'Canon', [TAG.model]: 'R5' }) });
    const view = await viewOf(bytes);
    expect(view.iptc).toEqual([]);
    expect(summariseMetadata(view, [], true).personal).toEqual([]);
  });

  it('that are repeated are all counted', async () => {
    const records = ['a', 'b'].flatMap((word) => [dataSet(25, word), dataSet(80, word)]);
    const { report } = await marksOf(
      await jpegWith({ segments: [segment(imageResource(IPTC, concatBytes(records)))] }),
    );
    expect(report.personal).toEqual({ redacted: 4 });
  });

  it.each([
    ['twice in one block', () => [segment(imageResource(IPTC, concatBytes([CREDIT, CREDIT])))]],
    [
      'behind another credit',
      () => [segment(imageResource(IPTC, concatBytes([dataSet(110, 'J. Doe'), CREDIT])))],
    ],
    [
      'in a second segment',
      () => [
        segment(imageResource(IPTC, dataSet(25, 'duck'))),
        segment(imageResource(IPTC, CREDIT)),
      ],
    ],
    [
      'behind resources with names and data of odd lengths',
      () => [
        segment(
          imageResource(0x03f0, utf8('x'), 'odd'),
          imageResource(0x03f1, utf8('xy'), 'even'),
          imageResource(IPTC, CREDIT, 'n'),
        ),
      ],
    ],
    [
      'in a segment behind one whose resource says that it is longer',
      () => {
        const broken = imageResource(0x03f0, utf8('abcd'));
        broken[broken.length - 5] = 200;
        return [segment(broken), segment(imageResource(IPTC, CREDIT))];
      },
    ],
    [
      'in a resource that runs on into the next segment',
      () => {
        const resource = imageResource(IPTC, CREDIT);
        return [segment(resource.subarray(0, 20)), segment(resource.subarray(20))];
      },
    ],
  ] as const)('a credit of Google %s is found', async (_, segments) => {
    const { evidence } = await marksOf(await jpegWith({ segments: segments() }));
    expect(evidence).toMatchObject([{ id: 'metadata.google-ai-credit' }]);
  });

  it.each([
    ['inside another resource', [segment(imageResource(0x03f0, imageResource(IPTC, CREDIT)))]],
    [
      'behind an empty resource of records',
      [segment(imageResource(IPTC, new Uint8Array(0)), imageResource(0x03f0, CREDIT))],
    ],
    ['behind bytes that are no resource', [segment(utf8('xx'), imageResource(IPTC, CREDIT))]],
    ['in a segment of another number', [[0xec, segment(imageResource(IPTC, CREDIT))[1]]]],
    ['behind the picture', []],
  ] as const)('a credit %s is none', async (name, segments) => {
    const trailer =
      name === 'behind the picture' ? segment(imageResource(IPTC, CREDIT))[1] : undefined;
    const bytes = await jpegWith({
      segments: segments,
      ...(trailer === undefined ? {} : { trailer }),
    });
    expect((await viewOf(bytes)).iptc).toEqual([]);
  });

  it('are UTF-8, or else Latin-1', async () => {
    const records = concatBytes([dataSet(90, 'Köln'), dataSet(90, latin1Bytes('Köln'))]);
    expect(await fields(segment(imageResource(IPTC, records)))).toEqual([
      ['City', 'Köln'],
      ['City', 'Köln'],
    ]);
  });

  it('may have extended lengths (§1.6); binary, empty and other records are left out', () => {
    const records = concatBytes([
      Uint8Array.of(0x1c, 1, 90, 0, 3, 0x1b, 0x25, 0x47),
      Uint8Array.of(0x1c, 2, 0, 0, 2, 0, 4),
      Uint8Array.of(0x1c, 2, 120, 0x80, 4, 0, 0, 0, 2, 0x68, 0x69),
      Uint8Array.of(0x1c, 2, 5, 0, 0),
      Uint8Array.of(0x1c, 2, 221, 0, 1, 0x70),
      Uint8Array.of(0x1c, 2, 5, 0, 9, 0x70),
    ]);
    expect(readIptc([records])).toEqual([
      ['Caption', 'hi'],
      ['221', 'p'],
    ]);
  });

  it('are bounded in number and size', async () => {
    const many = concatBytes(Array.from({ length: 3000 }, () => dataSet(25, 'a')));
    expect(readIptc([many, many])).toHaveLength(2000);
    const long = concatBytes([
      Uint8Array.of(0x1c, 2, 120, 0x80, 4, 0, 3, 0, 0),
      new Uint8Array(0x30000).fill(97),
    ]);
    expect(readIptc([long])[0]![1]).toHaveLength(0x10000);
    const bytes = await jpegWith({
      segments: [segment(imageResource(IPTC, CREDIT)), segment(imageResource(IPTC, CREDIT))],
    });
    const resource = imageResource(IPTC, CREDIT).length;
    expect(extractIptc(bytes, { maxTextBytes: 2 * resource })).toHaveLength(2);
    expect(extractIptc(bytes, { maxTextBytes: 2 * resource - 1 })).toHaveLength(1);
    const floods = segment(...Array.from({ length: 5000 }, () => imageResource(1, utf8(''))));
    const behind = segment(imageResource(IPTC, CREDIT));
    const flooded = (count: number): Promise<Uint8Array> =>
      jpegWith({ segments: [...Array.from({ length: count }, () => floods), behind] });
    expect(extractIptc(await flooded(3))).toHaveLength(1);
    expect(extractIptc(await flooded(4))).toEqual([]);
  });

  it('any damage is borne', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(Array.isArray(readIptc([bytes]))).toBe(true);
      }),
    );
    const whole = concatBytes([dataSet(25, 'duck'), CREDIT]);
    for (let end = 0; end < whole.length; end++) {
      expect(readIptc([whole.subarray(0, end)]).length).toBe(end < 9 ? 0 : 1);
    }
  });
});
