/** The official conformance rubric (Program 0.2, specification 2.4) on what our templates make. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  checkRubric,
  editedManifest,
  evaluateRubric,
  loadRubric,
  markedManifest,
  parseRubric,
  remadeManifest,
  signImage,
  textToImageManifest,
  updateManifest,
} from '../../src/c2pa/index.js';
import type { ManifestTemplate, SignImageOptions, TemplateOptions } from '../../src/c2pa/index.js';
import { assetPath, haveAssets } from '../support/assets.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import type { TestFormat } from './helpers.js';
import { BINDING, createTestAuthority, GENERATOR, testImage, WHEN } from './helpers.js';

const { signer, timestamp, trust } = createTestAuthority();
const FORMATS: readonly TestFormat[] = ['png', 'jpeg', 'webp', 'avif'];
const model = { name: 'tiny-ldm', version: '1.0.0', identifier: 'pkg:generic/tiny-ldm@1.0.0' };
const metadata = {
  creators: ['Ann', 'Bob'],
  rights: '© 2026 Ann',
  licenseUrl: 'https://creativecommons.org/licenses/by/4.0/',
  usageTerms: 'Free with credit',
  credit: 'Ann / Bob',
  description: 'A red apple',
};

const softBinding = { ...BINDING, keyId: 'public' };
type Template = (options: TemplateOptions) => ManifestTemplate;

/** Each with everything that it can state. */
const TEMPLATES: Record<string, Template> = {
  'text to image': (options) =>
    textToImageManifest({ ...options, model, softBinding, prompt: 'a red apple' }),
  'edited from a parent': (options) =>
    editedManifest({
      ...options,
      model,
      softBinding,
      source: 'compositeWithTrainedAlgorithmicMedia',
      description: 'img2img, strength 0.6',
    }),
  'made anew from an init image': (options) => remadeManifest({ ...options, model, softBinding }),
  'marked, of unknown origin': (options) => markedManifest({ ...options, softBinding }),
  'metadata update': (options) => updateManifest(options),
};

async function scoreOf(
  bytes: Uint8Array,
  mime: string,
  options: Omit<SignImageOptions, 'signer'>,
): Promise<{ score: string; failed: string[] }> {
  const signed = await signImage(bytes, mime, { signer, timestamp, ...options });
  const rubric = await loadRubric('c2pa-2.4');
  const { passed, total, checks } = await checkRubric(signed.bytes, mime, rubric, { trust });
  const failed = checks.filter(({ status }) => status !== 'pass');
  return { score: `${passed}/${total}`, failed: failed.map(({ id, text }) => `${id}: ${text}`) };
}

describe('rubric 0.2 / 2.4: 31 of 31', () => {
  for (const [name, template] of Object.entries(TEMPLATES)) {
    it.each(FORMATS)(`${name}, %s`, async (format) => {
      const mime = `image/${format}`;
      const plain = await testImage(format);
      const common = { title: 'picture', format: mime, generator: GENERATOR, when: WHEN, metadata };
      const made = template(common);
      const first = await signImage(plain, mime, {
        template: textToImageManifest({ ...common, model, softBinding }),
        signer,
        timestamp,
      });
      // Over an image without credentials, and over one that has some.
      for (const bytes of made.update ? [first.bytes] : [plain, first.bytes]) {
        const parent = made.parent === null ? {} : { parent: { bytes, mime, title: 'before' } };
        const { score, failed } = await scoreOf(bytes, mime, { template: made, ...parent });
        console.log(`rubric | ${name} | ${format} | ${score}`);
        expect({ score, failed }).toEqual({ score: '31/31', failed: [] });
      }
    });
  }

  it.each(FORMATS)('an origin that the user states, %s', async (format) => {
    const mime = `image/${format}`;
    const bytes = await testImage(format);
    const common = { title: 'picture', format: mime, generator: GENERATOR, when: WHEN };
    const template = markedManifest({ ...common, source: 'digitalCapture', trainingMining: null });
    const parent = { bytes, mime, title: 'photo' };
    expect(await scoreOf(bytes, mime, { template, parent })).toMatchObject({ score: '31/31' });
  });
});

describe('a manifest that is not as the program asks', () => {
  const MIME = 'image/png';

  const check = async (change: (text: string) => string, rubricName: 'c2pa-2.4' | 'c2pa-2.2') => {
    const common = { title: 'picture', format: MIME, generator: GENERATOR, when: WHEN };
    const good = textToImageManifest({ ...common, model });
    const definition = JSON.parse(change(JSON.stringify(good.definition))) as object;
    const template = { ...good, definition: definition as Record<string, unknown> };
    const signed = await signImage(await testImage('png'), MIME, { template, signer, timestamp });
    const rubric = await loadRubric(rubricName);
    return checkRubric(signed.bytes, MIME, rubric, { trust });
  };

  it.each([
    ['mandatory_all_actions_included', '"allActionsIncluded":true,', ''],
    ['mandatory_spec_version', ',"specVersion":"2.4.0"', ''],
    ['no_deprecated_actions', '["model"]}}]', '["model"]}},{"action":"c2pa.saved"}]'],
    ['no_unrecognized_custom_assertions', '"cawg.training-mining"', '"mine"'],
    ['no_unsupported_assertions', '"c2pa.ai-disclosure"', '"c2pa.ai-secrets"'],
  ])('%s', async (id, from, to) => {
    const { checks, passed } = await check((text) => {
      expect(text).toContain(from);
      return text.replace(from, to);
    }, 'c2pa-2.4');
    expect(checks.find((entry) => entry.id === `validation:${id}`)?.status).toBe('fail');
    expect(passed).toBeLessThan(31);
  });

  it('the engine’s own check of what it signs comes before, in few words', async () => {
    const error = await throwsWithCode(
      () => check((text) => text.replace('c2pa.created', 'c2pa.saved'), 'c2pa-2.4'),
      'C2PA_SIGN_FAILED',
    );
    expect(error.message).toBe(
      'the image could not be signed: the manifest would not be valid: ' +
        'assertion.action.malformed (first action must be created or opened)',
    );
  });

  it('what was found stands in the text', async () => {
    const { checks } = await check((text) => text.replace('"2.4.0"', '"1.0.0"'), 'c2pa-2.4');
    expect(checks.find(({ status }) => status === 'fail')?.text).toContain(': 1.0.0');
  });

  it('the 2.2 rubric is shipped as well, and has 23 checks', async () => {
    expect(await check((text) => text, 'c2pa-2.2')).toMatchObject({
      total: 23,
      specVersion: '2.2.0',
    });
  });

  it('a file without credentials is not scored', async () => {
    const rubric = await loadRubric('c2pa-2.4');
    const report = await checkRubric(await testImage('png'), MIME, rubric);
    expect(report).toMatchObject({ passed: 0, total: 31, checks: [] });
    expect(report.problem).toContain('no Content Credentials');
  });

  it('a sidecar is checked against its image', async () => {
    const common = { title: 'picture', format: MIME, generator: GENERATOR, when: WHEN };
    const template = textToImageManifest({ ...common, model, softBinding });
    const png = await testImage('png');
    const signed = await signImage(png, MIME, { template, signer, timestamp, embed: false });
    const rubric = await loadRubric('c2pa-2.4');
    const options = { trust, manifestData: signed.manifest };
    expect(await checkRubric(signed.bytes, MIME, rubric, options)).toMatchObject({ passed: 31 });
    const other = await testImage('jpeg');
    const wrong = await checkRubric(other, 'image/jpeg', rubric, options);
    expect(wrong.checks.find(({ status }) => status === 'fail')?.id).toBe(
      'validation:valid_success',
    );
  });
});

describe('a manifest that is made to be large', () => {
  const crJson = (assertions: object): object => ({
    manifests: [{ label: 'urn:c2pa:x', assertions, validationResults: { failure: [] } }],
  });

  it('is not evaluated, and passes nothing', async () => {
    const rubric = await loadRubric('c2pa-2.4');
    const actions = Array.from({ length: 100_000 }, () => ({ action: 'c2pa.edited' }));
    const wide = Object.fromEntries(actions.map((_, i) => [`a.${i}`, {}]));
    const deep: { a?: object } = {};
    for (let i = 0, at = deep; i < 100_000; i++) at = at.a = {};
    for (const assertions of [{ 'c2pa.actions.v2': { actions } }, wide, { deep }]) {
      const checks = evaluateRubric(rubric, crJson(assertions));
      expect(new Set(checks.map(({ status }) => status))).toEqual(new Set(['error']));
    }
  });

  it('one that is only deep is evaluated or an error, never an exception', async () => {
    const rubric = await loadRubric('c2pa-2.4');
    const deep: { a?: object } = {};
    for (let i = 0, at = deep; i < 4000; i++) at = at.a = {};
    expect(evaluateRubric(rubric, crJson({ 'x.deep': deep }))).toHaveLength(31);
    for (const odd of [null, 7, 'text', [], {}, { manifests: null }, { manifests: [null] }]) {
      expect(evaluateRubric(rubric, odd)).toHaveLength(31);
    }
  });
});

describe.skipIf(!haveAssets)('files of others (needs ../shared/assets)', () => {
  it.each([
    ['c2pa-rs/C_with_CAWG_data.jpg', 30, 23],
    ['example-assets/ChatGPT_Image.png', 28, 22],
    ['example-assets/Firefly_tabby_cat.jpg', 27, 20],
    ['c2pa-rs/XCA.jpg', 19, 13],
  ])('%s: %i of 31, %i of 23', async (name, passed24, passed22) => {
    const bytes = new Uint8Array(readFileSync(assetPath(`c2pa/${name}`)));
    const mime = name.endsWith('png') ? 'image/png' : 'image/jpeg';
    const by = async (rubric: 'c2pa-2.4' | 'c2pa-2.2'): Promise<number> =>
      (await checkRubric(bytes, mime, await loadRubric(rubric))).passed;
    expect([await by('c2pa-2.4'), await by('c2pa-2.2')]).toEqual([passed24, passed22]);
  });
});

describe('parseRubric', () => {
  it.each([
    ['no YAML', '{{{'],
    ['one document', 'a: 1'],
    ['three documents', 'a: 1\n---\n- id: x\n  expression: "true"\n---\n- 1'],
    ['no rules', 'a: 1\n---\n[]'],
    ['a rule without an id', 'a: 1\n---\n- expression: "true"'],
    ['a rule without an expression', 'a: 1\n---\n- id: x'],
    ['aliases', 'a: &a [1]\nb: *a\n---\n- id: x\n  expression: "true"'],
    ['2 MB', `a: "${'x'.repeat(2 << 20)}"\n---\n- id: x\n  expression: "true"`],
  ])('%s: a typed error', async (_name, text) => {
    await throwsWithCode(() => Promise.resolve().then(() => parseRubric(text)), 'C2PA_RUBRIC');
  });

  const run = async (rules: string, head = 'rubric_metadata: {name: mine}') => {
    const rubric = parseRubric(`${head}\n---\n${rules}`);
    const common = { title: 'picture', format: 'image/png', generator: GENERATOR, when: WHEN };
    const template = textToImageManifest({ ...common, model });
    const signed = await signImage(await testImage('png'), 'image/png', { template, signer });
    return (await checkRubric(signed.bytes, 'image/png', rubric)).checks;
  };

  it('a rubric of one’s own', async () => {
    const checks = await run(
      [
        '- {id: a, expression: "length(manifests) == 1"}',
        '- {id: b, expression: "manifests[0].label", warnIfMatched: true}',
        '- {id: c, expression: "nonsense((("}',
        '- {id: d, expression: "manifests[0].nothing"}',
      ].join('\n'),
    );
    expect(checks.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'a pass',
      'b warn',
      'c error',
      'd fail',
    ]);
  });

  it('an expression that calls itself ends', async () => {
    const head = 'expressions: {_f: "_f() + _f()", _g: "_g()"}';
    const checks = await run('- {id: a, expression: "_f()"}\n- {id: b, expression: "_g()"}', head);
    expect(checks.map(({ status }) => status)).toEqual(['error', 'error']);
  });

  it.skipIf(!haveAssets)(
    'the shipped rubrics are the official ones, byte for byte (needs ../shared/assets)',
    () => {
      for (const spec of ['2.4', '2.2']) {
        const official = assetPath(
          `c2pa/conformance-public/asset-rubric-conformance0.2-spec${spec}.yml`,
        );
        const shipped = new URL(`../../rubrics/c2pa-${spec}.yml`, import.meta.url);
        expect(readFileSync(shipped, 'utf8')).toBe(readFileSync(official, 'utf8'));
      }
    },
  );
});
