/** Manifest templates: what they state, what they leave out, and what they refuse. */
import { describe, expect, it } from 'vitest';
import {
  editedManifest,
  markedManifest,
  readCredentials,
  readCrJson,
  remadeManifest,
  signImage,
  textToImageManifest,
  updateManifest,
} from '../../src/c2pa/index.js';
import type { ManifestTemplate, SignImageOptions } from '../../src/c2pa/index.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import { BINDING, createTestAuthority, GENERATOR, testImage, WHEN } from './helpers.js';

const { signer, timestamp, trust } = createTestAuthority();
const PNG = 'image/png';
const SOURCE = 'http://cv.iptc.org/newscodes/digitalsourcetype/';
const common = { title: 'picture', format: PNG, generator: GENERATOR, when: WHEN };
const model = { name: 'tiny-ldm', version: '1.0.0' };
type Json = Record<string, unknown>;

const assertionsOf = ({ definition }: ManifestTemplate): { label: string; data: Json }[] =>
  definition['assertions'] as { label: string; data: Json }[];
const dataOf = (template: ManifestTemplate, label: string): Json | undefined =>
  assertionsOf(template).find((assertion) => assertion.label === label)?.data;
const actionsOf = (template: ManifestTemplate): Json[] =>
  dataOf(template, 'c2pa.actions.v2')!['actions'] as Json[];

describe('actions', () => {
  it('an edit: the source type stands on the edit, never on the opening', () => {
    const template = editedManifest({ ...common, source: 'humanEdits', softBinding: BINDING });
    expect(
      actionsOf(template).map(({ action, digitalSourceType }) => [action, digitalSourceType]),
    ).toEqual([
      ['c2pa.opened', undefined],
      ['c2pa.edited', `${SOURCE}humanEdits`],
      ['c2pa.watermarked.bound', undefined],
    ]);
    expect(template.parent).toEqual({ label: 'parent', relationship: 'parentOf' });
  });

  it('a re-made image is created from its guide and its model', () => {
    const template = remadeManifest({ ...common, model });
    expect(actionsOf(template)).toMatchObject([
      {
        action: 'c2pa.created',
        digitalSourceType: `${SOURCE}trainedAlgorithmicMedia`,
        parameters: { ingredientIds: ['parent', 'model'] },
      },
    ]);
    expect(template.parent?.relationship).toBe('inputTo');
  });

  it('an update says that metadata was edited only when it was', () => {
    const names = (template: ManifestTemplate): unknown[] =>
      actionsOf(template).map(({ action }) => action);
    expect(names(updateManifest(common))).toEqual(['c2pa.opened']);
    expect(names(updateManifest({ ...common, metadata: {} }))).toEqual(['c2pa.opened']);
    expect(names(updateManifest({ ...common, metadata: { rights: 'mine' } }))).toEqual([
      'c2pa.opened',
      'c2pa.edited.metadata',
    ]);
  });

  it('all list all of their actions, under one specification', () => {
    for (const template of [
      textToImageManifest({ ...common, model }),
      editedManifest({ ...common, source: 'composite' }),
      remadeManifest(common),
      markedManifest(common),
      updateManifest(common),
    ]) {
      expect(dataOf(template, 'c2pa.actions.v2')).toMatchObject({ allActionsIncluded: true });
      expect(template.definition['claim_generator_info']).toMatchObject([{ specVersion: '2.4.0' }]);
    }
  });
});

describe('what is stated only when it is given', () => {
  it('model, prompt, soft binding, metadata', () => {
    const bare = markedManifest(common);
    expect(assertionsOf(bare).map(({ label }) => label)).toEqual([
      'c2pa.actions.v2',
      'cawg.training-mining',
    ]);
    const full = markedManifest({
      ...common,
      model,
      softBinding: { ...BINDING, keyId: 'team-7' },
      metadata: { creators: ['Ann'], licenseUrl: 'https://example.com/l', usageTerms: 'Free' },
    });
    expect(dataOf(full, 'c2pa.soft-binding')).toMatchObject({
      alg: BINDING.alg,
      'alg-params': 'key=team-7',
      blocks: [{ scope: {}, value: BINDING.value }],
    });
    expect(dataOf(full, 'c2pa.ai-disclosure')).toEqual({
      modelType: 'c2pa.types.model',
      modelName: 'tiny-ldm',
    });
    expect(dataOf(full, 'cawg.metadata')).toMatchObject({
      'dc:creator': ['Ann'],
      'xmpRights:WebStatement': 'https://example.com/l',
      'xmpRights:UsageTerms': { 'x-default': 'Free' },
    });
  });

  it('training terms: one answer for all four uses, or none', () => {
    const uses = (template: ManifestTemplate): unknown =>
      dataOf(template, 'cawg.training-mining')?.['entries'];
    const all = (entry: Json): Json =>
      Object.fromEntries(
        ['ai_training', 'ai_generative_training', 'ai_inference', 'data_mining'].map((use) => [
          `cawg.${use}`,
          entry,
        ]),
      );
    expect(uses(markedManifest(common))).toEqual(all({ use: 'notAllowed' }));
    expect(uses(markedManifest({ ...common, trainingMining: 'allowed' }))).toEqual(
      all({ use: 'allowed' }),
    );
    const constrained = { constrained: 'ask first' };
    expect(uses(markedManifest({ ...common, trainingMining: constrained }))).toEqual(
      all({ use: 'constrained', constraint_info: 'ask first' }),
    );
    expect(uses(markedManifest({ ...common, trainingMining: null }))).toBeUndefined();
    expect(uses(updateManifest(common))).toBeUndefined();
  });
});

describe('in the file', () => {
  const sign = async (options: Omit<SignImageOptions, 'signer'>) =>
    signImage(await testImage('png'), PNG, { signer, timestamp, ...options });

  it('metadata is gathered, not created: the signer does not vouch for a name', async () => {
    const template = textToImageManifest({ ...common, model, metadata: { creators: ['Ann'] } });
    const { bytes } = await sign({ template });
    const { crJson } = await readCrJson(bytes, PNG, { trust });
    const [active] = crJson!['manifests'] as { 'claim.v2': Record<string, { url: string }[]> }[];
    const labels = (list: string): string[] =>
      (active!['claim.v2'][list] ?? []).map(({ url }) => url.split('/').at(-1)!);
    expect(labels('gathered_assertions')).toContain('cawg.metadata');
    expect(labels('created_assertions')).not.toContain('cawg.metadata');
    expect(labels('created_assertions')[0]).toBe('c2pa.actions.v2');
  });

  it('a prompt of any kind is carried as bytes', async () => {
    const prompt = `\u0000\u001b[2J<script>\u202e${'x'.repeat(10_000)}`;
    const { bytes } = await sign({ template: textToImageManifest({ ...common, model, prompt }) });
    const report = await readCredentials(bytes, PNG, { trust });
    expect(report).toMatchObject({ integrity: 'intact', validationState: 'Trusted' });
    expect(Buffer.from(bytes).includes(Buffer.from(prompt))).toBe(true);
  });

  it('an update needs credentials to update', async () => {
    const bytes = await testImage('png');
    const parent = { bytes, mime: PNG, title: 'plain' };
    const update = () => sign({ template: updateManifest(common), parent });
    const error = await throwsWithCode(update, 'C2PA_SIGN_FAILED');
    expect(error.message.length).toBeLessThan(600);
  });

  it('an update takes neither thumbnail nor address, which would change the file', async () => {
    const parent = { bytes: await testImage('png'), mime: PNG, title: 'plain' };
    const template = updateManifest(common);
    const thumbnail = { bytes: await testImage('jpeg'), mime: 'image/jpeg' as const };
    for (const more of [{ thumbnail }, { remoteUrl: 'https://example.com/m' }, { embed: false }]) {
      await expect(sign({ template, parent, ...more })).rejects.toThrow(/^"template" expected/);
    }
  });

  it.each(['http://example.com/m', 'file:///etc/passwd', 'https://a@example.com/', 'no address'])(
    'remote manifests stand at https addresses: %s is refused',
    async (remoteUrl) => {
      const template = textToImageManifest({ ...common, model });
      await expect(sign({ template, remoteUrl })).rejects.toThrow(/^"remoteUrl" expected/);
    },
  );
});

describe('texts', () => {
  const long = 'x'.repeat(1001);
  it.each<[string, () => ManifestTemplate]>([
    ['a model name of nothing', () => markedManifest({ ...common, model: { ...model, name: '' } })],
    ['a long version', () => markedManifest({ ...common, model: { ...model, version: long } })],
    [
      'a model page by ftp',
      () => markedManifest({ ...common, model: { ...model, url: 'ftp://example.com' } }),
    ],
    [
      'controls in an edit’s description',
      () => editedManifest({ ...common, source: 'composite', description: 'a\u0007' }),
    ],
    ['a long description', () => remadeManifest({ ...common, description: long })],
    [
      'a creator that is no text',
      () => markedManifest({ ...common, metadata: { creators: [7 as never] } }),
    ],
  ])('%s', (_name, make) => {
    expect(make).toThrow(/^"[\w.]+" expected /);
  });

  it('of every script pass', () => {
    const creators = ['Zoë', '李雷', 'می‌خواهم', '👩‍🎨', '1,000 characters'.padEnd(1000, '.')];
    const template = markedManifest({ ...common, metadata: { creators } });
    expect(dataOf(template, 'cawg.metadata')!['dc:creator']).toEqual(creators);
  });
});
