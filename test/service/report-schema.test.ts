/** docs/report.schema.json against the library's types, and against what `verify --ndjson` prints of files of many kinds. */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import { outcomePrinter } from '../../src/cli/outcomes.js';
import type { BatchFile, BatchSetup, Report } from '../../src/provenance/index.js';
import {
  embedWatermark,
  encodeImage,
  inspectFiles,
  loadRubric,
} from '../../src/provenance/index.js';
import { reportJsonSchema } from '../../src/service/schemas/report-json-schema.js';
import type { libraryReport } from '../../src/service/schemas/report.js';
import { assetPath, haveAssets } from '../support/assets.js';
import { fixturePath } from '../support/fixtures.js';
import { texturedPicture } from '../support/picture.js';

/** Without `readonly`, which a schema does not know; an interface and its fields written out are then one type. */
type Plain<T> = T extends readonly (infer U)[]
  ? Plain<U>[]
  : T extends object
    ? { -readonly [K in keyof T]: Plain<T[K]> }
    : T;

it('the schema and the type of a report name the same fields', () => {
  expectTypeOf<Plain<z.output<typeof libraryReport>>>().toEqualTypeOf<Plain<Report>>();
});

let open: ValidateFunction;
let closed: ValidateFunction;
beforeAll(async () => {
  const text = await readFile(new URL('../../docs/report.schema.json', import.meta.url), 'utf8');
  const compile = (schema: object): ValidateFunction => {
    const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
    addFormats.default(ajv);
    return ajv.compile(schema);
  };
  open = compile(JSON.parse(text) as object);
  closed = compile(reportJsonSchema({ closed: true }));
});

/** The lines of `verify --ndjson`, each held to the published schema and to one that knows no other names. */
async function lines(files: BatchFile[], setup: BatchSetup = {}): Promise<Report[]> {
  const printed: string[] = [];
  const io = { out: (text: string) => printed.push(text) } as never;
  const printer = outcomePrinter(io, { json: false, ndjson: true }, { single: false });
  for await (const outcome of inspectFiles(files, { ...setup, threads: 1 })) printer.add(outcome);
  const rows = printed.join('').trimEnd().split('\n');
  expect(rows.length).toBe(files.length);
  return rows.map((row) => {
    const value = JSON.parse(row) as Report;
    const about = value.file.path;
    open(value);
    closed(value);
    expect({ about, errors: open.errors }).toEqual({ about, errors: null });
    expect({ about, errors: closed.errors }).toEqual({ about, errors: null });
    return value;
  });
}

const named = (folder: string): BatchFile[] =>
  readdirSync(fixturePath(folder))
    .filter((name) => !name.endsWith('.md'))
    .map((name) => ({ path: fixturePath(`${folder}/${name}`) }));

describe('what verify --ndjson prints fits the published schema', () => {
  it('of credentials, whole, broken and held to a rubric, with the store that they lie in', async () => {
    const setup = {
      watermark: false,
      includePersonal: true,
      rubric: await loadRubric('c2pa-2.4'),
    };
    const reports = await lines(named('manifests'), setup);
    expect(new Set(reports.map(({ credentials }) => credentials.integrity)).size).toBeGreaterThan(
      1,
    );
    expect(reports.some(({ credentials }) => credentials.store !== null)).toBe(true);
    expect(reports.some(({ rubric }) => (rubric?.passed ?? 0) > 0)).toBe(true);
  });

  it('of files that are no pictures: an error in the place of a report', async () => {
    const rows = await lines([...named('broken'), { path: 'nowhere.png' }], { watermark: false });
    const codes = rows.flatMap((row) => ('error' in row ? [row.error] : []));
    expect(codes.length).toBeGreaterThanOrEqual(6);
  });

  it('of marks, our own turned by 90 degrees and a foreign one, with a map of the classifier', async () => {
    const marked = embedWatermark(texturedPicture(512, 384), {
      payload: '0123456789abcdef',
    }).pixels;
    const turned = { ...marked, data: marked.data.slice(), width: 384, height: 512 };
    for (let y = 0; y < 384; y++) {
      for (let x = 0; x < 512; x++) {
        const to = (x * 384 + 383 - y) * 3;
        const from = (y * 512 + x) * 3;
        turned.data.set(marked.data.subarray(from, from + 3), to);
      }
    }
    const bytes = await encodeImage(turned, { format: 'jpeg', quality: 90 });
    const files = [
      { path: 'turned.jpg', read: () => Promise.resolve(bytes) },
      { path: fixturePath('images/dwtdct-sd2.webp') },
      { path: fixturePath('images/one-pixel.png') },
    ];
    const [own, foreign, pixel] = await lines(files, { heatmap: true, search: 'fast' });
    expect(own!.watermarks[0]!.search).toBe('fast');
    expect(own!.watermarks[0]).toMatchObject({ status: 'detected', geometry: { rotation: 90 } });
    expect(own!.pixels?.classifier?.heatmap?.values.length).toBeGreaterThan(0);
    expect(foreign!.watermarks.map(({ alg }) => alg)).toContain('dwtDct.stable-diffusion-2');
    expect(pixel!.verdict.strength).toBeNull();
  });

  it('refuses what a report never says', () => {
    expect(open({ verdict: { state: 'real' } })).toBe(false);
  });
});

describe.skipIf(!haveAssets)('real files (needs ../shared/assets)', () => {
  it('metadata of tools and cameras, redacted and not, and evidence that disagrees', async () => {
    const files = [
      'generated/comfyui/chroma_chroma_example.png',
      'generated/iptc-labelled/0001 (1).jpeg',
      'c2pa/example-assets/ChatGPT_Image.png',
      'photos/exif-samples/jpg_gps_DSCN0021.jpg',
      'photos/exif-samples/jpg_hdr_canon_hdr_YES.jpg',
    ].map((name) => ({ path: assetPath(name) }));
    for (const includePersonal of [false, true]) {
      const reports = await lines(files, { watermark: false, includePersonal });
      expect(reports.every(({ evidence }) => evidence.length > 0)).toBe(true);
    }
  });
});
