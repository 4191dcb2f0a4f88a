import { describe, expect, it } from 'vitest';
import { METADATA_READERS } from '../../src/detect/signals/metadata/readers/index.js';
import type { MetadataView } from '../../src/detect/signals/metadata/view.js';
import { XMP_NAMESPACES } from '../../src/detect/signals/metadata/xmp.js';

function view(partial: Partial<MetadataView>): MetadataView {
  return {
    format: 'png',
    text: [],
    xmp: [],
    xmpWhere: null,
    exif: new Map(),
    exifWhere: null,
    iptc: new Map(),
    hasMakerNote: false,
    ...partial,
  };
}
const text = (keyword: string, value: string): Partial<MetadataView> => ({
  text: [{ keyword, value, where: `png:tEXt "${keyword}"` }],
});
const exif = (tags: Record<string, string>): Partial<MetadataView> => ({
  exif: new Map(Object.entries(tags)),
  exifWhere: 'jpeg:exif',
});
const ids = (partial: Partial<MetadataView>): string[] =>
  METADATA_READERS.flatMap((reader) => reader.read(view(partial))).map(({ id }) => id);

const A1111 =
  'a cat\nNegative prompt: dog\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512, Model: sd';
const GRAPH = '{"3":{"class_type":"KSampler","inputs":{"seed":1,"cfg":NaN}}}';

describe('metadata readers find the field that a tool writes', () => {
  it.each<[string, Partial<MetadataView>, string[]]>([
    ['A1111 in PNG', text('parameters', A1111), ['metadata.a1111-parameters']],
    ['A1111 in EXIF', exif({ UserComment: A1111 }), ['metadata.a1111-parameters']],
    ['ComfyUI prompt', text('prompt', GRAPH), ['metadata.comfyui-graph']],
    ['ComfyUI workflow', text('workflow', '{"nodes":[],"links":[]}'), ['metadata.comfyui-graph']],
    ['ComfyUI in WebP', exif({ Model: `prompt:${GRAPH}` }), ['metadata.comfyui-graph']],
    ['InvokeAI', text('invokeai_metadata', '{"seed":1}'), ['metadata.invokeai']],
    ['Fooocus', text('parameters', '{"base_model":"x","prompt":"y"}'), ['metadata.fooocus']],
    ['SwarmUI', text('parameters', '{"sui_image_params":{}}'), ['metadata.swarmui']],
    [
      'xAI Grok',
      exif({
        ImageDescription: `Signature: ${'A'.repeat(300)}`,
        Artist: '0f8fad5b-d9cb-469f-a165-70867728950e',
      }),
      ['metadata.grok'],
    ],
    ['Ideogram', exif({ Make: 'Ideogram AI' }), ['metadata.ideogram']],
    [
      'Google',
      {
        xmp: [
          { namespace: XMP_NAMESPACES.photoshop, name: 'Credit', value: 'Made with Google AI' },
        ],
      },
      ['metadata.google-ai-credit'],
    ],
    [
      'IPTC label',
      {
        xmp: [
          {
            namespace: XMP_NAMESPACES.iptcExt,
            name: 'DigitalSourceType',
            value: 'https://cv.iptc.org/newscodes/digitalsourcetype/TrainedAlgorithmicMedia',
          },
        ],
      },
      ['metadata.digital-source-type'],
    ],
    ['TC260', text('AIGC', '{"Label":"1","ContentProducer":"doubao"}'), ['metadata.tc260-aigc']],
    [
      'camera',
      exif({ Make: 'Canon', Model: 'R5', ExposureTime: '1/60', FNumber: '4', ISO: '100' }),
      ['metadata.camera-exif'],
    ],
  ])('%s', (_name, partial, expected) => {
    expect(ids(partial)).toEqual(expected);
  });
});

describe('metadata readers are not fooled by words', () => {
  it.each<[string, Partial<MetadataView>]>([
    ['a brand in a caption', text('Description', 'painted in the style of Midjourney and ComfyUI')],
    ['two setting words', text('parameters', 'Steps: 20, Seed: 5')],
    ['JSON that is no graph', text('prompt', '{"a":{"b":1}}')],
    ['broken JSON', text('workflow', '{"nodes":[')],
    ['a word that looks like AIGC', text('AIGC', 'yes')],
    [
      'algorithmicMedia (procedural, not AI)',
      {
        xmp: [
          {
            namespace: XMP_NAMESPACES.iptcExt,
            name: 'DigitalSourceType',
            value: 'algorithmicMedia',
          },
        ],
      },
    ],
    [
      'a Midjourney job that does not match its own id',
      {
        text: [
          {
            keyword: 'Description',
            value: 'x Job ID: 0f8fad5b-d9cb-469f-a165-70867728950e',
            where: 'png',
          },
        ],
        xmp: [
          {
            namespace: XMP_NAMESPACES.iptcExt,
            name: 'DigitalImageGUID',
            value: '11111111-d9cb-469f-a165-70867728950e',
          },
        ],
      },
    ],
  ])('%s', (_name, partial) => {
    const found = METADATA_READERS.flatMap((reader) => reader.read(view(partial)));
    expect(found.filter(({ claim }) => claim !== null)).toEqual([]);
  });
});
