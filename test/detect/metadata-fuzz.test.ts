/** Readers take whatever a file holds: no throw, sound evidence, and work that grows with the text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildMetadataView } from '../../src/detect/signals/metadata/build-view.js';
import { readMarks } from '../../src/detect/signals/metadata/evidence.js';
import { readExifTags } from '../../src/detect/signals/metadata/exif.js';
import { findMember, parseJsonObject } from '../../src/detect/signals/metadata/json.js';
import { METADATA_READERS } from '../../src/detect/signals/metadata/readers/index.js';
import { readStealth } from '../../src/detect/signals/metadata/stealth.js';
import type { MetadataView } from '../../src/detect/signals/metadata/view.js';
import { emptyView } from '../../src/detect/signals/metadata/view.js';
import { XMP_NAMESPACES } from '../../src/detect/signals/metadata/xmp.js';
import { createPixels, decodeImage } from '../../src/image/index.js';
import { greyPixels, hideStealth, viewOf } from '../support/metadata-files.js';
import { SAMPLES } from './metadata-samples.js';

const KEYWORDS = [
  ...[
    'parameters',
    'prompt',
    'workflow',
    'Comment',
    'Software',
    'Source',
    'Description',
    'AIGC',
    'Dream',
  ],
  ...[
    'sd-metadata',
    'invokeai_metadata',
    'postprocessing',
    'fooocus_scheme',
    'hf-job-id',
    'COM',
    '',
  ],
  ...['use_stable_diffusion_model', 'num_inference_steps', 'sampler_name', 'Title'],
];
const TAGS = [
  'Make',
  'Model',
  'Software',
  'ImageDescription',
  'UserComment',
  'Artist',
  'DocumentName',
];
const PROPERTIES: [string, string][] = [
  [XMP_NAMESPACES.iptcExt, 'DigitalSourceType'],
  [XMP_NAMESPACES.iptcExt, 'DigImageGUID'],
  [XMP_NAMESPACES.iptcExt, 'AISystemUsed'],
  [XMP_NAMESPACES.photoshop, 'Credit'],
  [XMP_NAMESPACES.exif, 'UserComment'],
  [XMP_NAMESPACES.xmp, 'CreatorTool'],
  [XMP_NAMESPACES.tc260, 'AIGC'],
  [XMP_NAMESPACES.tc260, 'Label'],
];
/** The view with `value` in every place that any reader looks at. */
function everywhere(value: string): MetadataView {
  return {
    ...emptyView('png'),
    text: ['png:tEXt', 'pixels', 'gif:comment'].flatMap((source) =>
      KEYWORDS.map((keyword) => ({ source, keyword, value, where: 'x' })),
    ),
    xmp: PROPERTIES.map(([namespace, name]) => ({ namespace, name, value })),
    exif: new Map(TAGS.map((tag) => [tag, value])),
    iptc: ['Credit', 'OriginatingProgram'].map((name) => [name, value]),
    samsung: ['PhotoEditor_Re_Edit_Data', 'PEg_Info'].map((name) => ({
      type: 0,
      name,
      data: new TextEncoder().encode(value),
      offset: 0,
      where: 'x',
    })),
    pixels: greyPixels(4, 4),
  };
}

function check(view: MetadataView): void {
  const { evidence, parameters } = readMarks(view);
  for (const { finding, where, llr, strength, claim } of evidence) {
    expect(finding).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(finding.length).toBeLessThan(400);
    expect(where).not.toBe('');
    expect(Number.isFinite(llr)).toBe(true);
    expect(strength).not.toBe('cryptographic');
    if (claim === null) expect(llr).toBe(0);
  }
  for (const { value } of parameters) {
    expect(value).not.toMatch(/[\\/\p{Cc}]\w*[\\/]/u);
    expect(value.length).toBeLessThanOrEqual(81);
  }
}

/** Texts of the samples, to be cut, joined and disturbed. */
const seeds: string[] = [];
for (const sample of SAMPLES) {
  const view = await viewOf(await sample.file());
  seeds.push(...view.text.map(({ value }) => value), ...view.exif.values());
  seeds.push(...view.xmp.map(({ value }) => value));
}
const mutated = fc
  .tuple(
    fc.constantFrom(...seeds),
    fc.constantFrom(...seeds),
    fc.nat(),
    fc.nat(),
    fc.string({ maxLength: 8 }),
  )
  .map(([one, other, a, b, extra]) => {
    const at = a % (one.length + 1);
    return (
      one.slice(0, at) +
      extra +
      (b % 3 === 0 ? other.slice(b % (other.length + 1)) : one.slice(at + (b % 4)))
    );
  });

describe('hostile metadata', () => {
  it('random text in every place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (value) =>
        check(everywhere(value)),
      ),
      { numRuns: 50 },
    );
  });

  it('random JSON in every place', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 5 }), (value) => check(everywhere(value))));
  });

  it('cut, joined and disturbed texts of the tools in every place', () => {
    fc.assert(
      fc.property(mutated, (value) => check(everywhere(value))),
      { numRuns: 300 },
    );
  });

  it('JSON with the members that readers ask for, holding anything', () => {
    const names = [
      'sui_image_params',
      'model',
      'image',
      'base_model',
      'prompt',
      'nodes',
      'links',
      'AIGC',
      'Label',
    ];
    const more = [
      'ContentProducer',
      'steps',
      'uc',
      'signed_hash',
      'Comment',
      'seed',
      'c',
      'sampler',
      'genAIType',
    ];
    const object = fc.dictionary(fc.constantFrom(...names, ...more), fc.jsonValue({ maxDepth: 2 }));
    const nested = fc.dictionary(
      fc.constantFrom(...names, ...more),
      fc.oneof(object, fc.jsonValue()),
    );
    fc.assert(fc.property(nested, (value) => check(everywhere(JSON.stringify(value)))));
  });

  it.each(METADATA_READERS.map((reader) => [reader.id, reader] as const))(
    '%s reads long texts of one letter in a few steps per letter',
    (_id, reader) => {
      // Quadratic work over 100,000 letters would take minutes and end in the time limit of the test.
      const letters = [
        'a',
        ' ',
        ',',
        ':',
        '"',
        '\\',
        '{',
        '[',
        '-',
        ', a',
        ': "',
        '{"a":',
        'Steps: 1, ',
        '\n',
        '--v ',
      ];
      for (const letter of letters) {
        expect(reader.read(everywhere(letter.repeat(100_000 / letter.length))).length).toBeLessThan(
          50,
        );
      }
    },
  );

  it('deep and wide JSON is searched to a limit', () => {
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    expect(findMember(parseJsonObject(deep) ?? {}, 'b')).toBeUndefined();
    const wide = `{"a":[${'{"c":1},'.repeat(50_000)}{"b":2}]}`;
    expect(findMember(parseJsonObject(wide) ?? {}, 'b')).toBeUndefined();
  });
});

describe('hostile blocks', () => {
  it('any bytes as EXIF', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, big) => {
        const head = big ? [0x4d, 0x4d, 0, 42, 0, 0, 0, 8] : [0x49, 0x49, 42, 0, 8, 0, 0, 0];
        const { tags } = await readExifTags(Uint8Array.of(...head, ...bytes));
        for (const value of tags.values()) expect(typeof value).toBe('string');
      }),
    );
  });

  it('any low bits as hidden text', () => {
    const magic = Buffer.from('stealth_pngcomp');
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 4, maxLength: 60 }),
        fc.integer({ min: 1, max: 40 }),
        (tail, height) => {
          const bits = [...magic, ...tail].flatMap((byte) =>
            Array.from({ length: 8 }, (_, i) => (byte >> (7 - i)) & 1),
          );
          const width = Math.ceil(bits.length / height);
          const pixels = createPixels(width, height, 4);
          bits.forEach((bit, i) => {
            pixels.data[((i % height) * width + Math.floor(i / height)) * 4 + 3] = 0xfe | bit;
          });
          expect(readStealth(pixels, 1000)?.compressed).toBe(true);
        },
      ),
    );
  });

  it('hidden text that inflates beyond the limit, or is longer than the picture, is not read', () => {
    const bomb = hideStealth(greyPixels(128, 128, 4), 'a'.repeat(1_000_000), {
      channel: 'alpha',
      compressed: true,
    });
    expect(readStealth(bomb, 999_999)).toMatchObject({ compressed: true, text: null });
    expect(readStealth(bomb, 1_000_000)?.text?.length).toBe(1_000_000);
    const plain = hideStealth(greyPixels(40, 40, 4), 'x'.repeat(1000), {
      channel: 'rgb',
      compressed: false,
    });
    expect(readStealth(plain, 1 << 20)).toMatchObject({ channel: 'rgb', text: null });
  });

  it('a sample file with any byte changed', async () => {
    const files = await Promise.all(
      SAMPLES.filter((_, i) => i % 7 === 0).map(async ({ file }) => file()),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.nat(),
        fc.nat(255),
        async (file, at, value) => {
          const bytes = file.slice();
          bytes[at % bytes.length] = value;
          const image = await decodeImage(file);
          check(await buildMetadataView(bytes, image));
        },
      ),
      { numRuns: 150 },
    );
  });
});
