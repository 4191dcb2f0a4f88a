import { describe, expect, it } from 'vitest';
import { summariseMetadata } from '../../src/detect/signals/metadata/summary.js';
import type { MetadataView } from '../../src/detect/signals/metadata/view.js';
import { emptyView } from '../../src/detect/signals/metadata/view.js';
import { XMP_NAMESPACES } from '../../src/detect/signals/metadata/xmp.js';

const SECRET = 'Jane Doe, 12 Hidden Lane';
const text = (keyword: string): MetadataView['text'][number] => ({
  source: 'png:tEXt',
  keyword,
  value: `{"prompt":"${SECRET}"}`,
  where: 'png:tEXt',
});

/** A view in which every carrier holds the secret, beside a few harmless facts. */
const view: MetadataView = {
  ...emptyView('png'),
  text: [
    ...[
      'parameters',
      'workflow',
      'invokeai_metadata',
      'sd-metadata',
      'Title',
      'Source',
      'COM',
      'anything',
    ].map(text),
    ...[
      'tool 1.0',
      `tool ${SECRET.repeat(10)}`,
      'C:\\Users\\Jane Doe\\tool.exe',
      'jane@doe.example',
    ].map((value) => ({ source: 'png:tEXt', keyword: 'Software', value, where: 'png:tEXt' })),
  ],
  xmp: [
    { namespace: XMP_NAMESPACES.xmp, name: 'CreatorTool', value: 'tool' },
    { namespace: XMP_NAMESPACES.dc, name: 'creator', value: SECRET },
    { namespace: XMP_NAMESPACES.photoshop, name: 'Credit', value: SECRET },
    { namespace: XMP_NAMESPACES.photoshop, name: 'City', value: SECRET },
    { namespace: XMP_NAMESPACES.iptcExt, name: 'AIPromptInformation', value: SECRET },
    { namespace: 'urn:some:vendor', name: 'anything', value: SECRET },
  ],
  xmpWhere: 'png:xmp',
  exif: new Map([
    ['Make', `prompt:{"x":"${SECRET}"}`],
    ['Model', 'R5'],
    ['Artist', SECRET],
    ['BodySerialNumber', SECRET],
    ['GPSLatitude', SECRET],
    ['UserComment', SECRET],
    ['ExposureTime', '0.01'],
  ]),
  exifWhere: 'png:exif',
  iptc: [['Byline', SECRET]],
};

describe('summariseMetadata', () => {
  it.each([
    `{"sui_image_params":{"prompt":"${SECRET}","steps":20}}`,
    `\ufeff {"prompt":"${SECRET}`,
    `["${SECRET}"]`,
    `key:{"text": "${SECRET}"}`,
    `parameters:${SECRET} prompt`,
    `Prompt = ${SECRET}`,
    `${SECRET}\nNegative prompt: text`,
    `${SECRET}\nSteps: 20, Sampler: Euler, Seed: 5`,
  ])('shows no settings in fields for the name of a tool: %j', (value) => {
    const tags = ['Make', 'Model', 'LensModel', 'Software'];
    const filled: MetadataView = {
      ...emptyView('png'),
      exif: new Map(tags.map((tag) => [tag, value])),
      xmp: [{ namespace: XMP_NAMESPACES.xmp, name: 'CreatorTool', value }],
      text: [{ source: 'png:tEXt', keyword: 'Software', value, where: 'png:tEXt' }],
    };
    expect(summariseMetadata(filled, [], false)).toEqual({
      system: [],
      personal: { redacted: 6 },
    });
  });

  it('shows names with signs in them', () => {
    const names = [
      'Canon EOS R5 [5D: "mark II"]',
      'AI generated;txt2img;flux',
      'EF24-105mm f/4L IS USM',
      'Adobe Photoshop 25.0 (Windows)',
      '2024:01:01 10:00:00',
      'promptly 2.0',
    ];
    const text = names.map((value) => ({
      source: 'png:tEXt',
      keyword: 'Software',
      value,
      where: 'x',
    }));
    const { system } = summariseMetadata({ ...emptyView('png'), text }, [], false);
    expect(system.map(({ value }) => value)).toEqual(names);
  });

  it('prints no name, place or prompt, whatever field it hides in, and counts them', () => {
    const summary = summariseMetadata(view, [], false);
    expect(JSON.stringify(summary)).not.toMatch(/jane/i);
    expect(summary.personal).toEqual({ redacted: 22 });
    expect(summary.system.map(({ name }) => name)).toEqual(['Model', 'CreatorTool', 'Software']);
  });

  it('shows them to whoever asks', () => {
    const { personal } = summariseMetadata(view, [], true);
    expect(personal).toHaveLength(22);
    expect(JSON.stringify(personal)).toContain('Jane');
  });
});
