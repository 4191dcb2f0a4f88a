import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CredentialsReport } from '../../src/c2pa/index.js';
import { readCredentials } from '../../src/c2pa/index.js';
import { credentialGenerators } from '../../src/detect/signals/metadata/generators.js';
import { assetPath, haveAssets } from '../support/assets.js';

const IPTC = 'http://cv.iptc.org/newscodes/digitalsourcetype/';
const AI = `${IPTC}trainedAlgorithmicMedia`;

interface Manifest {
  generator?: string;
  info?: string;
  issuer?: string;
  actions: object[];
  more?: object[];
}
const manifest = ({ generator, info, issuer, actions, more = [] }: Manifest) => ({
  claim_generator: generator ?? null,
  claim_generator_info: info === undefined ? [] : [{ name: info }],
  signature_info: { issuer: issuer ?? 'Somebody' },
  assertions: [{ label: 'c2pa.actions.v2', data: { actions } }, ...more],
});
const read = (...manifests: object[]) =>
  credentialGenerators({
    integrity: 'intact',
    claim: null,
    signer: null,
    store: { manifests: Object.fromEntries(manifests.map((item, i) => [`urn:${i}`, item])) },
  } as unknown as CredentialsReport);
const vendors = (...manifests: object[]) => read(...manifests).evidence.map(({ vendor }) => vendor);
const created = (softwareAgent?: unknown, more: object = {}) => ({
  action: 'c2pa.created',
  digitalSourceType: AI,
  ...(softwareAgent === undefined ? {} : { softwareAgent }),
  ...more,
});

describe('credentials name the generator', () => {
  it.each<[string, Manifest, string]>([
    ['agent as text', { actions: [created('Adobe Firefly')] }, 'Adobe Firefly'],
    ['agent as object', { actions: [created({ name: 'GPT-4o' })] }, 'OpenAI'],
    ['claim generator', { generator: 'Adobe_Firefly', actions: [created()] }, 'Adobe Firefly'],
    [
      'generator info',
      { info: 'Black Forest Labs API', actions: [created()] },
      'Black Forest Labs',
    ],
    ['issuer', { issuer: 'Stability AI Ltd', actions: [created()] }, 'Stability AI'],
    [
      'a product that signs through another vendor',
      { info: 'Dreamina/1.2', issuer: 'Byteplus Pte. Ltd.', actions: [created()] },
      'ByteDance Dreamina',
    ],
    [
      'Google',
      {
        info: 'Google C2PA Core Generator Library',
        issuer: 'Google LLC',
        actions: [created(undefined, { description: 'Created by Google Generative AI.' })],
      },
      'Google',
    ],
  ])('%s', (_name, partial, vendor) => {
    expect(vendors(manifest(partial))).toEqual([vendor]);
  });

  it('in the ingredient, where OpenAI keeps it', () => {
    const opened = manifest({
      info: 'ChatGPT',
      issuer: 'OpenAI',
      actions: [{ action: 'c2pa.opened' }],
    });
    const inner = manifest({
      info: 'ChatGPT',
      issuer: 'OpenAI',
      actions: [created({ name: 'GPT-4o' })],
    });
    expect(vendors(opened, inner)).toEqual(['OpenAI']);
  });

  it('with model and operation, and without the prompt', () => {
    const { parameters } = read(
      manifest({
        info: 'Black Forest Labs API',
        actions: [created('Flux.2')],
        more: [
          {
            label: 'c2pa.ai_generated_content',
            data: { model: 'flux-2-pro', prompt: 'Jane Doe as a queen', ai_generated: true },
          },
        ],
      }),
    );
    expect(parameters).toEqual([
      { name: 'Tool', value: 'Flux.2', where: 'c2pa:manifest' },
      { name: 'Model', value: 'flux-2-pro', where: 'c2pa:manifest' },
    ]);
  });

  it('and claims no more than the credentials themselves', () => {
    const { evidence } = read(
      manifest({
        issuer: 'Google LLC',
        actions: [
          created(),
          { action: 'c2pa.edited', description: 'Applied imperceptible SynthID watermark.' },
        ],
      }),
    );
    expect(evidence).toMatchObject([
      { id: 'credentials.generator', claim: null, llr: 0, strength: 'declared', spoofable: true },
      { id: 'credentials.synthid', claim: null, llr: 0 },
    ]);
  });

  it.each<[string, Manifest]>([
    [
      'a retoucher',
      { info: 'Adobe Photoshop', issuer: 'Adobe Inc.', actions: [{ action: 'c2pa.edited' }] },
    ],
    [
      'a vendor that only opened a file',
      { issuer: 'OpenAI', actions: [{ action: 'c2pa.opened' }] },
    ],
    [
      'a camera',
      {
        issuer: 'Google LLC',
        actions: [created(undefined, { digitalSourceType: `${IPTC}computationalCapture` })],
      },
    ],
    ['an unknown generator', { info: 'Firefly Camera', actions: [created('my model')] }],
    ['a brand in the middle of a name', { info: 'Not ChatGPT', actions: [created()] }],
    [
      'words about SynthID without AI',
      { actions: [{ action: 'c2pa.edited', description: 'no SynthID' }] },
    ],
  ])('but not %s', (_name, partial) => {
    expect(read(manifest(partial)).evidence).toEqual([]);
  });

  it.each([null, {}, { manifests: [] }, { manifests: { a: null, b: 5, c: { assertions: 'x' } } }])(
    'and bears any store: %j',
    (store) => {
      const report = { integrity: 'intact', claim: null, signer: null, store };
      expect(credentialGenerators(report as unknown as CredentialsReport).evidence).toEqual([]);
    },
  );
});

describe.skipIf(!haveAssets)('real files (needs ../shared/assets)', () => {
  it.each([
    ['ChatGPT_Image.png', 'image/png', ['OpenAI'], { Tool: 'GPT-4o' }],
    [
      'Firefly_tabby_cat.jpg',
      'image/jpeg',
      ['Adobe Firefly'],
      { Tool: 'Adobe Firefly', Operation: 'text_to_image' },
    ],
    ['car-es-Ps-Cr.jpg', 'image/jpeg', [], {}],
  ])('%s', async (name, mime, expected, shown) => {
    const bytes = new Uint8Array(readFileSync(assetPath(`c2pa/example-assets/${name}`)));
    const { evidence, parameters } = credentialGenerators(await readCredentials(bytes, mime, {}));
    expect(evidence.map(({ vendor }) => vendor)).toEqual(expected);
    expect(Object.fromEntries(parameters.map((item) => [item.name, item.value]))).toMatchObject(
      shown,
    );
  });
});
