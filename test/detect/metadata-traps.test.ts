/** What looks like a mark and is none: each of these fooled a detector that somebody published. */
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/core/index.js';
import {
  exifBlock,
  gifWith,
  greyPixels,
  hideStealth,
  iptcSegment,
  jpeg,
  jpegWith,
  marksOf,
  png,
  pngWith,
  samsungTrailer,
  TAG,
  userComment,
  utf8,
  webpWith,
  xmpPacket,
} from '../support/metadata-files.js';
import { A1111 } from './metadata-samples.js';

const GRAPH = '{"3":{"class_type":"KSampler","inputs":{"seed":1}}}';
const AIGC = '{"Label":"1","ContentProducer":"doubao"}';
const JOB = 'Job ID: 0f8fad5b-d9cb-469f-a165-70867728950e';
const LABEL = xmpPacket('', 'Iptc4xmpExt:DigitalSourceType="trainedAlgorithmicMedia"');
const GALAXY = samsungTrailer([[0x0ba1, 'PhotoEditor_Re_Edit_Data', '{"genAIType":3}']]);
const behind = async (file: Promise<Uint8Array>, ...parts: Uint8Array[]): Promise<Uint8Array> =>
  concatBytes([await file, ...parts]);
const comment = (text: string) =>
  jpegWith({ exif: exifBlock({}, { [TAG.userComment]: userComment(text) }) });
const iptc = (dataset: number, text: string) =>
  jpegWith({ segments: [[0xed, iptcSegment(dataset, text)]] });
const source = (value: string) =>
  pngWith([], { xmp: xmpPacket('', `Iptc4xmpExt:DigitalSourceType="${value}"`) });
const CREDIT = '<photoshop:Credit>Made with Google AI</photoshop:Credit>';
/** Where Adobe's programs keep the whole metadata of pictures that went into this one. */
const pantry = (body: string) =>
  xmpPacket(
    `<xmpMM:Pantry xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"><rdf:Bag><rdf:li rdf:parseType="Resource">${body}</rdf:li></rdf:Bag></xmpMM:Pantry>`,
  );
const otherResource = (attributes: string) =>
  utf8(
    new TextDecoder()
      .decode(xmpPacket('', attributes))
      .replace('<rdf:Description', '<rdf:Description rdf:about="uuid:own"/>$&')
      .replace('rdf:about="" xmlns', 'rdf:about="uuid:other" xmlns'),
  );
const label = (json: string) => pngWith([['AIGC', json]]);

const TRAPS: readonly (readonly [string, () => Promise<Uint8Array> | Uint8Array])[] = [
  // Outside the structure that can carry a mark.
  ['A1111 text behind the end of a JPEG', () => behind(jpeg(), utf8(A1111))],
  [
    'an EXIF block behind the end of a JPEG',
    async () => behind(jpeg(), (await comment(A1111)).subarray(2, 2000)),
  ],
  ['an XMP packet behind the end of a JPEG', () => behind(jpeg(), LABEL)],
  ['an XMP packet behind IEND', () => behind(png(), LABEL)],
  [
    'text chunks behind IEND',
    async () => behind(png(), (await pngWith([['prompt', GRAPH]])).subarray(33)),
  ],
  ['an XMP packet behind a WebP', () => behind(webpWith({}), LABEL)],
  ['an XMP packet in a JPEG comment', () => jpegWith({ segments: [[0xfe, LABEL]] })],
  [
    'a manifest marker in a JPEG comment',
    () => jpegWith({ segments: [[0xfe, utf8('jumb c2pa trainedAlgorithmicMedia')]] }),
  ],
  ['an XMP packet in a PNG text', () => pngWith([['XML', new TextDecoder().decode(LABEL)]])],
  [
    'the AIGC label inside a segment, not at its head',
    () => jpegWith({ segments: [[0xeb, utf8(`x AIGC${AIGC}`)]] }),
  ],
  ['the AIGC label behind the end of a JPEG', () => behind(jpeg(), utf8(`AIGC${AIGC}`))],
  [
    'words of a Samsung trailer without its directory',
    () => behind(jpeg(), utf8('PhotoEditor_Re_Edit_Data{"genAIType":3}')),
  ],
  ['a Samsung trailer behind a PNG', () => behind(png(), GALAXY)],
  ['a Samsung trailer whose directory was moved', () => behind(jpeg(), GALAXY.subarray(10))],
  ['a Samsung trailer that is not the end', () => behind(jpeg(), GALAXY, utf8('more'))],
  ['a Samsung trailer inside a comment', () => jpegWith({ segments: [[0xfe, GALAXY]] })],
  // Metadata of another picture, or of none.
  [
    'settings of Draw Things in the pantry of XMP',
    () =>
      pngWith([], {
        xmp: pantry('<exif:UserComment>{"c":"","uc":"","sampler":"","seed":1}</exif:UserComment>'),
      }),
  ],
  [
    'an AIGC label in the pantry of XMP',
    () =>
      pngWith([], {
        xmp: pantry(`<TC260:AIGC>${AIGC.replaceAll('"', '&quot;')}</TC260:AIGC>`),
      }),
  ],
  ['a credit in the pantry of XMP', () => pngWith([], { xmp: pantry(CREDIT) })],
  [
    'an AI system in the pantry of XMP',
    () =>
      pngWith([], { xmp: pantry('<Iptc4xmpExt:AISystemUsed>DALL-E</Iptc4xmpExt:AISystemUsed>') }),
  ],
  [
    'a description of another resource in XMP',
    () =>
      pngWith([], {
        xmp: otherResource('Iptc4xmpExt:DigitalSourceType="trainedAlgorithmicMedia"'),
      }),
  ],
  // Brands and settings as words.
  [
    'a caption that says "Midjourney style"',
    () => pngWith([['Description', 'a cat, Midjourney style, made with ComfyUI and DALL-E']]),
  ],
  [
    'a caption with a job id in other words',
    () => pngWith([['Description', 'my Job ID was 0f8fad5b']]),
  ],
  ['a job in a field that Midjourney does not use', () => pngWith([['Comment', JOB]])],
  [
    'a job in an EXIF caption',
    () => jpegWith({ exif: exifBlock({ [TAG.description]: `x ${JOB}` }) }),
  ],
  [
    'a camera named Firefly',
    () =>
      jpegWith({
        exif: exifBlock({ [TAG.make]: 'Firefly', [TAG.model]: 'Firefly 8S Ideogram AI' }),
      }),
  ],
  [
    'a camera of a maker that a generator is named after',
    () => jpegWith({ exif: exifBlock({ [TAG.make]: 'Luma AI' }) }),
  ],
  [
    'software that names a generator among others',
    () =>
      jpegWith({ exif: exifBlock({ [TAG.software]: 'Adobe Photoshop with reve.com plug-in' }) }),
  ],
  [
    'a photographer named after a credit',
    () => iptc(110, 'Photo: Made with Google AI conference, J. Doe'),
  ],
  ['a caption about Clean Up', () => iptc(120, 'Apple Photos Clean Up')],
  ['two settings in a caption', () => comment('how to: Steps: 20, Seed: 5')],
  ['three settings on three lines', () => comment('Steps: 20\nSampler: Euler\nSeed: 5')],
  [
    'settings with values that are none',
    () => pngWith([['parameters', 'Steps: many, Sampler: , Seed: all, Size: big']]),
  ],
  ['settings under another key', () => pngWith([['Comment', A1111]])],
  ['settings in a JPEG comment', () => jpegWith({ segments: [[0xfe, utf8(A1111)]] })],
  [
    'A1111 extras with arithmetic only',
    () => pngWith([['postprocessing', 'Postprocess upscale by: 2, Postprocess upscaler: Lanczos']]),
  ],
  ['words in a GIF comment', () => gifWith('Created with GIMP, ComfyUI rocks')],
  // JSON of other programs.
  ['JSON that is no graph', () => pngWith([['prompt', '{"a":{"b":1}}']])],
  ['a prompt of somebody', () => pngWith([['prompt', 'a cat']])],
  ['an editor graph with no node', () => pngWith([['workflow', '{"nodes":[],"links":[]}']])],
  ['broken JSON', () => pngWith([['workflow', '{"nodes":[']])],
  ['JSON in parameters', () => pngWith([['parameters', '{"prompt":"x"}']])],
  ['a comment with steps', () => pngWith([['Comment', '{"steps":3,"uc":""}']])],
  [
    'a description that begins with prompt:',
    () => webpWith({ exif: exifBlock({ [TAG.description]: 'prompt: draw a cat' }) }),
  ],
  ['JSON in a comment', () => comment('{"prompt":"x","seed":5}')],
  ['InvokeAI key with an empty object', () => pngWith([['invokeai_metadata', '{}']])],
  [
    'InvokeAI keys with other kinds of values',
    () =>
      pngWith([
        ['invokeai_metadata', '{"seed":"x","steps":null,"model":"Canon","width":{},"scheduler":1}'],
        ['invokeai_graph', '{"nodes":{},"edges":[]}'],
        ['invokeai_workflow', '{"nodes":[{}],"edges":[]}'],
        ['sd-metadata', '{"image":{}}'],
      ]),
  ],
  [
    'JSON with a base model and a prompt',
    () => pngWith([['Comment', '{"base_model":"Canon","prompt":1}']]),
  ],
  [
    'the words of Easy Diffusion',
    () =>
      pngWith([
        ['Stable Diffusion model', 'x'],
        ['Steps', 'x'],
        ['Sampler', 'x'],
      ]),
  ],
  [
    'software "AI generated" of no maker',
    () => jpegWith({ exif: exifBlock({ [TAG.software]: 'AI generated;x;flux' }) }),
  ],
  [
    'a ComfyUI graph with a resize node of somebody else',
    () =>
      pngWith([
        [
          'prompt',
          '{"1":{"class_type":"LoadImage","inputs":{"image":"a.png"}},"2":{"class_type":"ImageResizeKJ","inputs":{"image":["1",0],"width":512,"upscale_method":"lanczos"}},"3":{"class_type":"Image Resize","inputs":{"resampling":"lanczos","supersample":"true"}}}',
        ],
      ]),
  ],
  [
    'the same graph of the editor',
    () =>
      pngWith([
        [
          'workflow',
          '{"nodes":[{"type":"LoadImage","inputs":[],"outputs":[{"name":"IMAGE","type":"IMAGE"}]},{"type":"ImageResizeKJ","inputs":[{"name":"image","type":"IMAGE"},{"name":"width","type":"INT","widget":{"name":"width"}}]}],"links":[]}',
        ],
      ]),
  ],
  [
    'a node called __proto__',
    () => pngWith([['prompt', '{"__proto__":{"class_type":"KSampler","inputs":{"seed":1}}}']]),
  ],
  [
    'SwarmUI key with __proto__',
    () =>
      pngWith([
        [
          'parameters',
          '{"sui_image_params":{"__proto__":{"prompt":"x","model":"x","seed":1,"steps":1}}}',
        ],
      ]),
  ],
  [
    'EXIF of NovelAI with settings that are none',
    () =>
      webpWith({
        exif: exifBlock(
          { [TAG.software]: 'NovelAI Diffusion V4' },
          {
            [TAG.userComment]: userComment('{"steps":"many","uc":"","request_type":"x"}', 'ascii'),
          },
        ),
      }),
  ],
  [
    'XMP with the letters of Draw Things',
    () =>
      pngWith([], {
        xmp: xmpPacket(
          '<exif:UserComment>{&quot;c&quot;:1,&quot;uc&quot;:2,&quot;sampler&quot;:3,&quot;seed&quot;:4}</exif:UserComment>',
        ),
      }),
  ],
  ['InvokeAI key without JSON', () => pngWith([['invokeai_metadata', 'none']])],
  ['Dream without options', () => pngWith([['Dream', '"I have a dream" -s 5']])],
  ['Hugging Face key with words', () => pngWith([['hf-job-id', 'not an id of a job']])],
  // Labels that do not say AI.
  ...[
    'algorithmicMedia',
    'algorithmicallyEnhanced',
    'composite',
    'humanEdits',
    'screenCapture',
  ].map((code) => [`IPTC ${code}`, () => source(code)] as const),
  [
    'a source type of another vocabulary',
    () => source('http://example.org/trainedAlgorithmicMedia'),
  ],
  ['AIGC that is a word', () => label('yes')],
  ['AIGC with a label of no meaning', () => label('{"Label":"0","ContentProducer":"x"}')],
  ['AIGC without producer', () => label('{"Label":"1"}')],
  ['a Label in JSON of another program', () => comment(AIGC)],
  [
    'a property AIGC of another namespace',
    () => pngWith([], { xmp: xmpPacket(`<dc:AIGC>${AIGC.replaceAll('"', '&quot;')}</dc:AIGC>`) }),
  ],
  [
    'Galaxy editor without generative edit',
    () => behind(jpeg(), samsungTrailer([[0x0ba1, 'PhotoEditor_Re_Edit_Data', '{"genAIType":0}']])),
  ],
  [
    'genAIType in another block',
    () => behind(jpeg(), samsungTrailer([[0x0c51, 'Samsung_Capture_Info', '{"genAIType":3}']])),
  ],
  [
    'a Grok signature without its uuid',
    () =>
      jpegWith({
        exif: exifBlock({
          [TAG.description]: `Signature: ${'A'.repeat(300)}`,
          [TAG.artist]: 'Jane',
        }),
      }),
  ],
  [
    'a signature of a letter',
    () =>
      jpegWith({
        exif: exifBlock({
          [TAG.description]: 'Signature: J. Doe',
          [TAG.artist]: '0f8fad5b-d9cb-469f-a165-70867728950e',
        }),
      }),
  ],
  // Bits.
  [
    'stealth magic along the rows',
    () => {
      const pixels = greyPixels(40, 40, 4);
      const hidden = hideStealth(greyPixels(40, 40, 4), 'x', {
        channel: 'alpha',
        compressed: false,
      });
      for (let y = 0; y < 40; y++)
        for (let x = 0; x < 40; x++)
          pixels.data[(y * 40 + x) * 4 + 3] = hidden.data[(x * 40 + y) * 4 + 3]!;
      return png(pixels);
    },
  ],
  ['a picture of one pixel', () => png(greyPixels(1, 1, 4))],
];

describe('no AI is claimed for', () => {
  it.each(TRAPS)('%s', async (_name, file) => {
    const { evidence } = await marksOf(await file());
    expect(evidence.filter(({ claim }) => claim?.startsWith('ai-'))).toEqual([]);
  });
});

describe('less is claimed where a mark is only half there', () => {
  const found = async (file: Promise<Uint8Array>) => (await marksOf(await file)).evidence;

  it('a Midjourney text alone is a declaration', async () => {
    expect(await found(pngWith([['Description', `a cat ${JOB}`]]))).toMatchObject([
      { id: 'metadata.midjourney', strength: 'declared' },
    ]);
  });

  it('two different Midjourney ids claim nothing, and it is said', async () => {
    const xmp = xmpPacket('', 'Iptc4xmpExt:DigImageGUID="11111111-d9cb-469f-a165-70867728950e"');
    expect(await found(pngWith([['Description', `a cat ${JOB}`]], { xmp }))).toMatchObject([
      { id: 'metadata.midjourney-mismatch', claim: null, llr: 0 },
    ]);
  });

  it('hidden data that is damaged is found, and gives no settings', async () => {
    const pixels = hideStealth(greyPixels(80, 80, 4), A1111, {
      channel: 'alpha',
      compressed: true,
    });
    for (let y = 40; y < 80; y++) pixels.data[(y * 80 + 2) * 4 + 3]! ^= 1;
    const { evidence, parameters } = await marksOf(await png(pixels));
    expect(evidence).toMatchObject([{ id: 'metadata.stealth-pnginfo' }]);
    expect(evidence[0]!.finding).toContain('damaged');
    expect(parameters).toEqual([]);
  });

  it('a photo with tags of a camera beside a label keeps both', async () => {
    const exif = exifBlock(
      { [TAG.make]: 'Canon', [TAG.model]: 'R5' },
      { 0x829a: '1/60', 0x829d: '4', 0x920a: '35' },
    );
    const ids = (await found(jpegWith({ exif, xmp: LABEL }))).map(({ id }) => id);
    expect(ids).toEqual(['metadata.digital-source-type', 'metadata.camera-exif']);
  });
});
