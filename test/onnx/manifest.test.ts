import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagePath } from '../../src/core/index.js';
import { OnnxError, parseModelManifest, readModelManifest } from '../../src/onnx/index.js';

const TINY = fileURLToPath(new URL('../../fixtures/models/tiny', import.meta.url));
const ENTRY = {
  name: 'a',
  file: 'a.onnx',
  sha256: '0'.repeat(64),
  bytes: 1,
  license: 'MIT',
  version: '1',
  inputs: [{ name: 'x', dtype: 'float32', shape: ['batch', 3] }],
  outputs: [],
};
const manifestOf = (...models: unknown[]) => ({ schemaVersion: 1, models });
const withField = (field: string, value: unknown) => manifestOf({ ...ENTRY, [field]: value });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imprint-manifest-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a manifest that is refused', () => {
  it.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['another schema version', { schemaVersion: 2, models: [] }],
    ['no models', { schemaVersion: 1 }],
    [
      'too many models',
      manifestOf(...Array.from({ length: 1001 }, (_, i) => ({ ...ENTRY, name: `m${i}` }))),
    ],
    ['a name used twice', manifestOf(ENTRY, ENTRY)],
    ['a parent folder', withField('file', '../a.onnx')],
    ['a parent folder inside', withField('file', 'sub/../../a.onnx')],
    ['an absolute path', withField('file', '/etc/passwd')],
    ['a drive letter', withField('file', 'C:/a.onnx')],
    ['a backslash', withField('file', '..\\a.onnx')],
    ['a hidden file', withField('file', '.ssh/key')],
    ['an empty path', withField('file', '')],
    ['a NUL in a path', withField('file', 'a\0.onnx')],
    ['an escape in a name', withField('name', 'a\u001b[31m')],
    ['an endless version', withField('version', 'x'.repeat(10_000))],
    ['a short hash', withField('sha256', 'abc')],
    ['a negative size', withField('bytes', -1)],
    ['a size that is text', withField('bytes', '12')],
    ['a card outside', withField('card', '../README.md')],
    ['a shape that is no list', withField('inputs', [{ name: 'x', dtype: 'float32', shape: 3 }])],
    ['a negative dimension', withField('inputs', [{ name: 'x', dtype: 'float32', shape: [-1] }])],
    ['pipelines that are no objects', { ...manifestOf(ENTRY), pipelines: ['x'] }],
  ])('%s', (_name, value) => {
    expect(() => parseModelManifest(value)).toThrowError(
      expect.objectContaining({ code: 'ONNX_MANIFEST_INVALID' }) as Error,
    );
  });

  it.each<[string, string | Buffer]>([
    ['no JSON', '{'],
    ['an empty file', ''],
    ['binary data', Buffer.from([0, 255, 254, 10])],
    ['more than 4 MiB', ' '.repeat((4 << 20) + 1)],
  ])('on disk: %s', async (_name, content) => {
    await writeFile(join(folder, 'manifest.json'), content);
    await expect(readModelManifest(folder)).rejects.toMatchObject({
      code: 'ONNX_MANIFEST_INVALID',
    });
  });

  it('on disk: not there', async () => {
    await expect(readModelManifest(join(folder, 'none'))).rejects.toMatchObject({
      code: 'ONNX_MANIFEST_INVALID',
    });
  });

  it('for any JSON value: a typed error or a manifest', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          fc.record({ schemaVersion: fc.constant(1), models: fc.jsonValue() }),
        ),
        (value) => {
          try {
            parseModelManifest(value);
          } catch (error) {
            expect(error).toBeInstanceOf(OnnxError);
          }
        },
      ),
      { seed: 3, numRuns: 300 },
    );
  });
});

describe('a manifest that is read', () => {
  it('keeps what is known and ignores what is not', () => {
    const { models, pipelines } = parseModelManifest(
      manifestOf({
        ...ENTRY,
        file: 'sub/a-1.0.onnx',
        card: 'a.md',
        training: { loss: 1 },
        later: true,
      }),
    );
    expect(models).toEqual([
      { ...ENTRY, file: 'sub/a-1.0.onnx', card: 'a.md', training: { loss: 1 } },
    ]);
    expect(pipelines).toEqual([]);
  });

  it('reads the fixture', async () => {
    const { models, pipelines } = await readModelManifest(TINY);
    expect(models.map((model) => model.name)).toEqual([
      'text-encoder',
      'dit',
      'vae-decoder',
      'upscaler-x4',
      'broken-nan',
      'tokenizer',
    ]);
    expect(pipelines.map((pipeline) => pipeline['name'])).toEqual(['tiny', 'broken']);
  });

  it('finds the bundled folder beside package.json', () => {
    expect(packagePath('models')).toBe(fileURLToPath(new URL('../../models', import.meta.url)));
  });
});
