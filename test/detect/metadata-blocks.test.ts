/** Blocks of metadata in places beside the usual ones. */
import { describe, expect, it } from 'vitest';
import { concatBytes, latin1Bytes } from '../../src/core/index.js';
import type { PngTextSample } from '../support/metadata-files.js';
import {
  dataSet,
  exifBlock,
  imageResource,
  jpegWith,
  marksOf,
  pngWith,
  TAG,
  userComment,
  viewOf,
  xmpPacket,
} from '../support/metadata-files.js';
import { A1111 } from './metadata-samples.js';

const LABEL = xmpPacket('', 'Iptc4xmpExt:DigitalSourceType="trainedAlgorithmicMedia"');
const SILENT = xmpPacket('<dc:format>image/jpeg</dc:format>');
const EXIF = exifBlock({}, { [TAG.userComment]: userComment(A1111) });
const CREDIT = dataSet(110, 'Made with Google AI');
const XMP_PREFIX = latin1Bytes('http://ns.adobe.com/xap/1.0/\0');
const XMP_KEYWORD = 'XML:com.adobe.xmp';
const packetText = Buffer.from(LABEL).toString('latin1');

/** As ImageMagick writes it, 36 bytes to a line. */
function profile(
  name: string,
  data: Uint8Array,
  { kind = 'zTXt', length = data.length }: { kind?: 'tEXt' | 'zTXt'; length?: number } = {},
): PngTextSample {
  const lines = Buffer.from(data)
    .toString('hex')
    .match(/.{1,72}/g)!;
  const text = `\n${name}\n${String(length).padStart(8)}\n${lines.join('\n')}\n`;
  return [`Raw profile type ${name}`, text, kind];
}
const ids = async (file: Promise<Uint8Array>): Promise<string[]> =>
  (await marksOf(await file)).evidence.map(({ id }) => id);

describe('raw profiles of ImageMagick in PNG', () => {
  const exif = concatBytes([latin1Bytes('Exif\0\0'), EXIF]);
  const xmp = concatBytes([XMP_PREFIX, LABEL]);
  it.each([
    ['EXIF', profile('exif', exif), 'metadata.a1111-parameters'],
    ['EXIF, not compressed', profile('exif', exif, { kind: 'tEXt' }), 'metadata.a1111-parameters'],
    ['EXIF without prefix', profile('exif', EXIF), 'metadata.a1111-parameters'],
    ['EXIF as a segment', profile('APP1', exif), 'metadata.a1111-parameters'],
    ['XMP', profile('xmp', LABEL), 'metadata.digital-source-type'],
    ['XMP as a segment', profile('APP1', xmp), 'metadata.digital-source-type'],
    [
      'IPTC in resources',
      profile('8bim', imageResource(0x0404, CREDIT)),
      'metadata.google-ai-credit',
    ],
    [
      'IPTC in resources, by its older name',
      profile('iptc', imageResource(0x0404, CREDIT)),
      'metadata.google-ai-credit',
    ],
    ['IPTC alone', profile('iptc', CREDIT), 'metadata.google-ai-credit'],
  ])('%s is read', async (_, text, id) => {
    expect(await ids(pngWith([text]))).toEqual([id]);
  });

  it('say where they stand, and are not counted as a text besides', async () => {
    const { evidence, report } = await marksOf(await pngWith([profile('exif', EXIF)]));
    expect(evidence[0]!.where).toMatch(/^png:zTXt "Raw profile type exif" @\d+ UserComment$/);
    expect(report.personal).toEqual({ redacted: 1 });
  });

  it('yield to the block in its own chunk', async () => {
    const file = pngWith([profile('xmp', LABEL), profile('exif', EXIF)], {
      xmp: SILENT,
      exif: exifBlock({ [TAG.software]: 'x' }),
    });
    expect(await ids(file)).toEqual([]);
  });

  it.each([
    ['another length', profile('exif', EXIF, { length: EXIF.length + 1 })],
    ['no digits', ['Raw profile type exif', '\nexif\n       4\nxxxx'] as const],
    ['nothing', ['Raw profile type exif', ''] as const],
    ['records in another resource', profile('iptc', imageResource(0x03f0, CREDIT))],
    ['a segment of neither kind', profile('APP1', LABEL)],
    ['a profile of another name', profile('xmp2', LABEL)],
  ])('with %s are none', async (_, text) => {
    expect(await ids(pngWith([text]))).toEqual([]);
  });
});

describe('XMP', () => {
  it.each(['tEXt', 'zTXt'] as const)('in a PNG %s chunk is read', async (kind) => {
    expect(await ids(pngWith([[XMP_KEYWORD, packetText, kind]]))).toEqual([
      'metadata.digital-source-type',
    ]);
  });

  it('in iTXt comes before XMP in another PNG chunk', async () => {
    const texts = [[XMP_KEYWORD, packetText]] as const;
    expect(await ids(pngWith(texts, { xmp: SILENT, behind: true }))).toEqual([]);
    expect(
      await ids(pngWith([...texts, [XMP_KEYWORD, Buffer.from(SILENT).toString(), 'iTXt']])),
    ).toEqual([]);
  });

  it('in a second segment of a JPEG is read by the same rules', async () => {
    const segment = (packet: Uint8Array) => [0xe1, concatBytes([XMP_PREFIX, packet])] as const;
    const other = new TextDecoder().decode(LABEL).replaceAll('rdf:RDF', 'rdf:Bag');
    expect(await ids(jpegWith({ segments: [segment(SILENT), segment(LABEL)] }))).toEqual([
      'metadata.digital-source-type',
    ]);
    expect(
      await ids(jpegWith({ segments: [segment(SILENT), segment(Buffer.from(other))] })),
    ).toEqual([]);
    const one = await viewOf(await jpegWith({ segments: [segment(SILENT)] }));
    expect(one.xmp).toHaveLength(1);
  });

  it('in hundreds of segments is read from the first fifty', async () => {
    const segments = Array.from(
      { length: 300 },
      () => [0xe1, concatBytes([XMP_PREFIX, SILENT])] as const,
    );
    expect((await viewOf(await jpegWith({ segments }))).xmp).toHaveLength(50);
  });
});
