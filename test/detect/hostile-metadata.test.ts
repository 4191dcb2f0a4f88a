/**
 * Metadata made to cost time, memory or somebody's privacy. What a careless pattern would look at again for each character takes minutes
 * here; the test's time limit is the judge, behind the fact, since a pattern is not interrupted.
 */
import { describe, expect, it, vi } from 'vitest';
import { tooManyBoxes } from '../../src/c2pa/box-limit.js';
import { concatBytes } from '../../src/core/index.js';
import { namesSomebody } from '../../src/detect/signals/metadata/personal.js';
import { buildMetadataView } from '../../src/detect/signals/metadata/build-view.js';
import { decodeImage, exifValueBytes, extractXmp } from '../../src/image/index.js';
import { createInspector } from '../../src/provenance/index.js';
import {
  exifBlock,
  gifWith,
  jpegWith,
  marksOf,
  pngWith,
  samsungTrailer,
  TAG,
  userComment,
  utf8,
  viewOf,
  webpWith,
  xmpPacket,
} from '../support/metadata-files.js';
import { A1111 } from './metadata-samples.js';

/** A second to a stumbling pattern for each ten thousand or so: minutes in all, that the judge below may still see. */
const MANY = 400_000;

describe('what a backtracking pattern would read again and again', () => {
  it('blanks in XMP', async () => {
    const xmp = utf8(`<x${' '.repeat(MANY)}y`);
    expect((await marksOf(await webpWith({ xmp }))).evidence).toEqual([]);
  });

  it('NULs in a description and in a user comment', async () => {
    const nuls = `${'\0'.repeat(MANY)}x`;
    const exif = exifBlock({ [TAG.description]: nuls }, { 0x9286: userComment(nuls, 'ascii') });
    expect((await marksOf(await webpWith({ exif }))).evidence).toEqual([]);
  });

  it('NULs in the block of a Samsung trailer', async () => {
    const trailer = samsungTrailer([[0x0ba1, 'PEg_Info', `${'\0'.repeat(MANY)}x`]]);
    expect((await marksOf(await jpegWith({ trailer }))).evidence).toEqual([]);
  });

  it('signs of an address in names of tools', () => {
    const signs = `a${'@'.repeat(4095)}`;
    for (let i = 0; i < 5000; i++) expect(namesSomebody(signs)).toBe(false);
    expect(namesSomebody(`${signs}b.org`)).toBe(false); // beyond what is looked at
    for (const text of ['x a@b.org', 'a@b@c.d', 'a@@b.c', '/home/ann/sd'])
      expect(namesSomebody(text)).toBe(true);
  });

  it('openings of a manifest in SVG', () => {
    const svg = utf8(`<svg>${'<manifest '.repeat(400_000)}`);
    expect(tooManyBoxes(svg, 'image/svg+xml')).toBeNull();
  });

  it('openings of RDF in extended XMP', async () => {
    const id = 'ABCDEF0123456789ABCDEF0123456789';
    const extended = Buffer.from('<rdf:RDF '.repeat(400_000));
    const step = 60_000;
    const segments = Array.from({ length: Math.ceil(extended.length / step) }, (_, i) => {
      const head = Buffer.alloc(75);
      head.write(`http://ns.adobe.com/xmp/extension/\0${id}`, 'latin1');
      head.writeUInt32BE(extended.length, 67);
      head.writeUInt32BE(i * step, 71);
      const piece = extended.subarray(i * step, (i + 1) * step);
      return [0xe1, concatBytes([head, piece])] as const;
    });
    const xmp = xmpPacket(
      '',
      `xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="${id}"`,
    );
    const bytes = await jpegWith({ xmp, segments });
    expect(extractXmp(bytes)).not.toBeNull();
  });
});

describe('metadata that asks for more memory than the file has', () => {
  it('thousands of EXIF fields that share one value give no tags', async () => {
    const shared = 200_000;
    const fields = 5000;
    const exif = Buffer.alloc(8 + 2 + 12 * fields + 4 + shared, 0x41);
    exif.write('II*\0', 'latin1');
    exif.writeUInt32LE(8, 4);
    exif.writeUInt16LE(fields, 8);
    for (let i = 0; i < fields; i++) {
      const at = 10 + 12 * i;
      exif.writeUInt16LE(0xb000 + i, at);
      exif.writeUInt16LE(2, at + 2);
      exif.writeUInt32LE(shared, at + 4);
      exif.writeUInt32LE(exif.length - shared, at + 8);
    }
    exif.writeUInt32LE(0, 10 + 12 * fields);
    expect(exifValueBytes(exif)).toBe(fields * shared);
    expect((await viewOf(await webpWith({ exif }))).exif.size).toBe(0);
  });

  it('nor does a pointer that is no offset hide them', async () => {
    const exif = Buffer.alloc(8 + 2 + 12 + 4);
    exif.write('II*\0', 'latin1');
    exif.writeUInt32LE(8, 4);
    exif.writeUInt16LE(1, 8);
    exif.writeUInt16LE(0x8769, 10);
    exif.writeUInt16LE(3, 12);
    exif.writeUInt32LE(1, 14);
    expect(() => exifValueBytes(exif)).toThrow(/pointer/);
    expect((await viewOf(await webpWith({ exif }))).exif.size).toBe(0);
  });

  it('values of EXIF above the limit that the caller set give no tags', async () => {
    const description = 'x'.repeat(1000);
    const bytes = await webpWith({ exif: exifBlock({ [TAG.description]: description }) });
    const image = await decodeImage(bytes);
    const tags = async (maxTextBytes: number) =>
      (await buildMetadataView(bytes, image, { maxTextBytes })).exif.size;
    expect(await tags(900)).toBe(0);
    expect(await tags(1100)).toBe(1);
  });

  it('of one property that says the same thousands of times fifty marks are told', async () => {
    const many = '<rdf:li>trainedAlgorithmicMedia</rdf:li>'.repeat(1500);
    const xmp = xmpPacket(
      `<Iptc4xmpExt:DigitalSourceType><rdf:Bag>${many}</rdf:Bag></Iptc4xmpExt:DigitalSourceType>`,
    );
    expect((await marksOf(await webpWith({ xmp }))).evidence).toHaveLength(50);
  });

  it('of texts with one keyword the first fifty are looked at', async () => {
    const view = await viewOf(
      await pngWith(
        Array.from({ length: 300 }, (_, i) => ['parameters', `${A1111} ${i}`] as const),
      ),
    );
    expect(view.text).toHaveLength(50);
    expect((await viewOf(gifWith('one comment'))).text).toHaveLength(1);
  });

  it('what is hidden is counted to the last', async () => {
    const texts = Array.from({ length: 400 }, (_, i) => [`Note ${i}`, 'Jane Doe'] as const);
    expect((await marksOf(await pngWith(texts))).report.personal).toEqual({ redacted: 400 });
  });
});

/** Characters that went through `JSON.parse` while the marks of `bytes` were read. */
async function parsedCharacters(bytes: Uint8Array): Promise<number> {
  const parse = vi.spyOn(JSON, 'parse');
  try {
    await marksOf(bytes);
    return parse.mock.calls.reduce((sum, [text]) => sum + text.length, 0);
  } finally {
    parse.mockRestore();
  }
}

describe('JSON that costs more to parse than to write', () => {
  const TEXTS = 4;
  const inChunks = (keyword: string, text: string): Promise<Uint8Array> =>
    pngWith([
      ['Software', 'NovelAI'],
      ...Array.from(
        { length: TEXTS },
        (_, i) => [keyword, `${text}${' '.repeat(i)}`, 'zTXt'] as const,
      ),
    ]);
  const keys = (count: number): string =>
    `{${Array.from({ length: count }, (_, i) => `"${i.toString(36).padStart(4, '0')}":1`).join(',')}}`;

  describe.each(['parameters', 'Comment'])('in %s', (keyword) => {
    it('is not read when it nests deep', async () => {
      const open = `{"a":${'['.repeat(50_000)}`;
      expect(await parsedCharacters(await inChunks(keyword, open))).toBe(0);
      const closed = `${open}${']'.repeat(50_000)}}`;
      expect(await parsedCharacters(await inChunks(keyword, closed))).toBe(0);
    });

    it('is read until there are 400,000 members', async () => {
      // One such text may be somebody's graph, four are not.
      const wide = keys(250_000);
      const parsed = await parsedCharacters(await inChunks(keyword, wide));
      expect(parsed).toBeGreaterThan(0);
      expect(parsed).toBeLessThan(wide.length + TEXTS);
    });

    it('is read once, broken or not', async () => {
      for (const text of [keys(1000), keys(1000).slice(0, -1)]) {
        const parsed = await parsedCharacters(await inChunks(keyword, text));
        expect(parsed).toBeLessThan(TEXTS * (text.length + TEXTS));
      }
    });
  });

  it('leaves graphs of megabytes and a hundred levels alone', async () => {
    const nested = `${'['.repeat(100)}"]]}"${']'.repeat(100)}`;
    const nodes = Array.from({ length: 3000 }, (_, id) => ({
      id,
      type: 'KSampler',
      text: '"}]['.repeat(250),
    }));
    const graph = `{"nested":${nested},"nodes":${JSON.stringify(nodes)},"links":[]}`;
    expect(graph.length).toBeGreaterThan(3_000_000);
    const { evidence } = await marksOf(await pngWith([['workflow', graph, 'zTXt']]));
    expect(evidence).toMatchObject([{ id: 'metadata.comfyui-graph', claim: 'ai-generated' }]);
  });
});

describe('people in the names of tools', () => {
  const SECRET = /SECRET/;
  const mail = 'SECRET.john@example.com';
  const home = '/Users/SECRETjohn/models/x';
  const comfy = (model: string): string =>
    JSON.stringify({
      '3': {
        inputs: { seed: 1, steps: 20, cfg: 8, sampler_name: 'euler', model: ['4', 0] },
        class_type: 'KSampler',
      },
      '4': { inputs: { ckpt_name: model }, class_type: 'CheckpointLoaderSimple' },
      '9': { inputs: { images: ['3', 0] }, class_type: 'SaveImage' },
    });
  const infotext = (model: string, sampler: string): string =>
    `a duck\nSteps: 15, Sampler: ${sampler}, CFG scale: 5.5, Seed: 2, Size: 8x8, Model: ${model}`;
  const camera = (make: string): Uint8Array =>
    exifBlock(
      { [TAG.make]: make, [TAG.model]: 'EOS' },
      { 0x829a: '1/60', 0x829d: '2.8', 0x8827: '100', 0x9003: '2024:01:01 10:00:00' },
    );

  it.each([
    [
      'an AI system',
      () =>
        webpWith({
          xmp: xmpPacket(`<Iptc4xmpExt:AISystemUsed>${mail}</Iptc4xmpExt:AISystemUsed>`),
        }),
    ],
    [
      'a path for an AI system',
      () =>
        webpWith({
          xmp: xmpPacket(`<Iptc4xmpExt:AISystemUsed>${home}</Iptc4xmpExt:AISystemUsed>`),
        }),
    ],
    ['a camera', () => webpWith({ exif: camera(mail) })],
    [
      'a camera whose model is settings',
      () =>
        webpWith({
          xmp: xmpPacket('<Iptc4xmpExt:AISystemUsed>x</Iptc4xmpExt:AISystemUsed>'),
          exif: camera('parameters:SECRET portrait'),
        }),
    ],
    ['a model of the web UI', () => pngWith([['parameters', infotext(mail, 'Euler a')]])],
    [
      'a sampler of the web UI',
      () => pngWith([['parameters', infotext('x', `${mail} lives in ${home}`)]]),
    ],
    ['a checkpoint of ComfyUI', () => pngWith([['prompt', comfy(mail)]])],
    [
      'a sampler of InvokeAI',
      () => pngWith([['Dream', `"a duck" -s 20 -S 7 -C 7.5 -A ${mail} -W 512 -H 512`]]),
    ],
  ] as const)('%s is not shown', async (_name, make) => {
    const bytes = await make();
    const report = await createInspector().inspect(bytes);
    expect(report.evidence.some(({ layer }) => layer === 'metadata')).toBe(true);
    expect(JSON.stringify(report)).not.toMatch(SECRET);
  });

  it('in a field for software is counted and not shown', async () => {
    const { report, evidence } = await marksOf(await pngWith([['Software', `NovelAI ${mail}`]]));
    expect({ report, evidence }).toEqual({
      report: { system: [], personal: { redacted: 1 } },
      evidence: [],
    });
  });
});
