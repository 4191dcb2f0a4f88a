import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildMetadataView } from '../../src/detect/signals/metadata/build-view.js';
import {
  checkNovelaiSignature,
  NOVELAI_KEY,
} from '../../src/detect/signals/metadata/novelai-signature.js';
import { pythonFloat, redumpObject } from '../../src/detect/signals/metadata/python-json.js';
import { createNovelaiReader } from '../../src/detect/signals/metadata/readers/novelai.js';
import type { Pixels } from '../../src/image/index.js';
import { createPixels, decodeImage } from '../../src/image/index.js';
import { fixturePath } from '../support/fixtures.js';
import {
  exifBlock,
  hideStealth,
  png,
  pngWith,
  TAG,
  userComment,
  webpWith,
} from '../support/metadata-files.js';

interface Case {
  name: string;
  width: number;
  height: number;
  rgb: string;
  texts: string[];
  dumped: string;
}
const { publicKey, cases } = JSON.parse(
  readFileSync(fixturePath('vectors/novelai.json'), 'utf8'),
) as { publicKey: string; cases: Case[] };

const pixelsOf = ({ width, height, rgb }: Case): Pixels =>
  createPixels(width, height, 3, new Uint8ClampedArray(Buffer.from(rgb, 'base64')));
const withAlpha = (pixels: Pixels): Pixels => {
  const out = createPixels(pixels.width, pixels.height, 4);
  for (let i = 0; i < pixels.width * pixels.height; i++) {
    out.data.set([...pixels.data.subarray(3 * i, 3 * i + 3), 255], 4 * i);
  }
  return out;
};
/** A picture large enough to hide settings in; its signature is of another one. */
const large = createPixels(128, 128, 4);

describe('json.dumps of Python (golden: fixtures/vectors/make-novelai.py)', () => {
  it.each(cases)('$name, whatever blanks and escapes the text has', ({ texts, dumped }) => {
    for (const text of texts) expect(redumpObject(text, 'signed_hash')).toBe(dumped);
  });

  it.each([
    '',
    '[]',
    '{',
    '{"a":1}x',
    '{"a":01}',
    '{"a":.5}',
    '{"a":"\n"}',
    "{'a':1}",
    '{"a":1,}',
    `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`,
  ])('%j is none', (text) => {
    expect(redumpObject(text, 'signed_hash')).toBeNull();
  });

  it('a member written twice keeps its first place and its last value', () => {
    expect(redumpObject('{"a":1,"b":2,"a":3}', 'x')).toBe('{"a": 3, "b": 2}');
  });

  it.each([
    [1e16, '1e+16'],
    [9999999999999998, '9999999999999998.0'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [-0, '-0.0'],
    [12.5, '12.5'],
  ])('the float %d is %s', (value, text) => {
    expect(pythonFloat(value)).toBe(text);
  });
});

describe('the signature of NovelAI (golden, with our own key)', () => {
  it.each(cases)('$name is valid over its pixels, with or without alpha', (sample) => {
    const pixels = pixelsOf(sample);
    for (const text of sample.texts) {
      expect(checkNovelaiSignature(pixels, text, publicKey)).toBe('valid');
      expect(checkNovelaiSignature(withAlpha(pixels), text, publicKey)).toBe('valid');
      const nested = JSON.stringify({ Comment: text });
      expect(checkNovelaiSignature(pixels, nested, publicKey)).toBe('valid');
    }
  });

  it('breaks when one sample, one setting or the key is another', () => {
    const sample = cases[0]!;
    const text = sample.texts[0]!;
    const changed = pixelsOf(sample);
    changed.data[100]! ^= 1;
    expect(checkNovelaiSignature(changed, text, publicKey)).toBe('invalid');
    const other = text.replace('2868923564', '2868923565');
    expect(checkNovelaiSignature(pixelsOf(sample), other, publicKey)).toBe('invalid');
    expect(checkNovelaiSignature(pixelsOf(sample), text)).toBe('invalid');
    expect(checkNovelaiSignature(null, text, publicKey)).toBe('unchecked');
  });

  it.each(['x', '', 'AAAA', 5, null])('a signature %j is invalid, or none', (signed) => {
    const text = JSON.stringify({ steps: 1, uc: '', signed_hash: signed });
    expect(checkNovelaiSignature(pixelsOf(cases[0]!), text, publicKey)).toBe(
      typeof signed === 'string' ? 'invalid' : 'unsigned',
    );
  });

  it('the key in use is that of nai_sig.py', () => {
    expect(NOVELAI_KEY).toBe('Y2JcQAOhLwzwSDUJPNgL04nS0Tbqm7cSRc4xk0vRMic=');
    expect(Buffer.from(NOVELAI_KEY, 'base64')).toHaveLength(32);
  });
});

describe('NovelAI in files', () => {
  const reader = createNovelaiReader(publicKey);
  const marks = async (bytes: Uint8Array) =>
    reader.read(await buildMetadataView(bytes, await decodeImage(bytes)));
  const sample = cases[0]!;
  const comment = sample.texts[0]!;
  const texts = (text: string): [string, string][] => [
    ['Title', 'NovelAI generated image'],
    ['Software', 'NovelAI'],
    ['Source', 'NovelAI Diffusion V4.5 4BDE2A90'],
    ['Generation time', '3.88'],
    ['Comment', text],
  ];

  it('signed PNG: proof, with the settings', async () => {
    const file = await pngWith(texts(comment), { base: await png(pixelsOf(sample)) });
    const [found] = await marks(file);
    expect(found!.evidence).toMatchObject({
      id: 'metadata.novelai-signature',
      strength: 'cryptographic',
      claim: 'ai-generated',
      spoofable: false,
      llr: 12,
    });
    expect(Object.fromEntries(found!.parameters.map(({ name, value }) => [name, value]))).toEqual({
      Model: 'NovelAI Diffusion V4.5 4BDE2A90',
      Sampler: 'k_euler',
      Steps: '28',
      'CFG scale': '5',
      Seed: '2868923564',
      Size: '832x1216',
      Operation: 'PromptGenerateRequest',
    });
  });

  it('is found behind comments of others, and of many settings the first four are checked', async () => {
    const base = await png(pixelsOf(sample));
    const file = async (others: string[]) =>
      pngWith(
        [
          ...texts(others[0]!),
          ...[...others.slice(1), comment].map((text) => ['Comment', text] as const),
        ],
        { base },
      );
    const notes = ['one', 'two', 'three', 'four', 'five'];
    expect((await marks(await file(notes)))[0]!.evidence.strength).toBe('cryptographic');
    const settings = notes.map((uc) => JSON.stringify({ steps: 1, uc }));
    expect((await marks(await file(settings.slice(0, 3))))[0]!.evidence.strength).toBe(
      'cryptographic',
    );
    expect((await marks(await file(settings.slice(0, 4))))[0]!.evidence.strength).toBe(
      'structural',
    );
  });

  it('signed text on another picture: says so, and is no proof', async () => {
    const [found] = await marks(await pngWith(texts(comment)));
    expect(found!.evidence).toMatchObject({ id: 'metadata.novelai', strength: 'structural' });
    expect(found!.evidence.finding).toContain('does not fit these pixels');
  });

  it('painting into a picture is an edit', async () => {
    const edited = cases[1]!;
    const file = await pngWith(texts(edited.texts[0]!), { base: await png(pixelsOf(edited)) });
    expect((await marks(file))[0]!.evidence).toMatchObject({
      id: 'metadata.novelai-signature',
      claim: 'ai-edited',
    });
  });

  it('WebP: EXIF with an ASCII comment, lossless pixels', async () => {
    const exif = exifBlock(
      {
        [TAG.documentName]: 'NovelAI generated image',
        [TAG.software]: 'NovelAI Diffusion V4.5 4BDE2A90',
      },
      { [TAG.userComment]: userComment(comment, 'ascii') },
    );
    const [found] = await marks(await webpWith({ exif }, pixelsOf(sample)));
    expect(found!.evidence.id).toBe('metadata.novelai-signature');
  });

  it('the copy in the alpha channel stands when the chunks are gone', async () => {
    const hidden = JSON.stringify({
      Description: 'prompt',
      Software: 'NovelAI',
      Source: 'NovelAI Diffusion V4.5 4BDE2A90',
      Comment: comment,
    });
    const file = await png(hideStealth(large, hidden, { channel: 'alpha', compressed: true }));
    const [found] = await marks(file);
    expect(found!.evidence.where).toBe('pixels:alpha "Comment"');
    expect(found!.evidence.id).toBe('metadata.novelai');
  });
});
