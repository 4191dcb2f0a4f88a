import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCredentials } from '../../src/c2pa/index.js';
import { inOrder } from '../../src/c2pa/manifest-order.js';
import { credentialGenerators } from '../../src/detect/signals/metadata/generators.js';
import { assetPath, haveAssets } from '../support/assets.js';

describe('inOrder', () => {
  it('puts the active manifest first and the others by label, however they came', () => {
    const labels = ['urn:c', 'urn:a', 'urn:d', 'urn:b'];
    fc.assert(
      fc.property(fc.shuffledSubarray(labels, { minLength: 4 }), (shuffled) => {
        const manifests = Object.fromEntries(shuffled.map((label) => [label, { title: label }]));
        const ordered = inOrder({ active_manifest: 'urn:c', manifests, more: 1 });
        expect(Object.keys(ordered['manifests'] as object)).toEqual([
          'urn:c',
          'urn:a',
          'urn:b',
          'urn:d',
        ]);
        expect(ordered).toEqual({ active_manifest: 'urn:c', manifests, more: 1 });
      }),
    );
  });

  it('puts the members of what is inside by name, arrays as they are', () => {
    const names = ['d', 'a', 'c', 'b'];
    const shuffled = fc.shuffledSubarray(names, { minLength: 4 });
    fc.assert(
      fc.property(shuffled, shuffled, (outer, inner) => {
        const action = { parameters: Object.fromEntries(inner.map((name) => [name, [2, 1]])) };
        const claim = Object.fromEntries(outer.map((name) => [name, { actions: [action] }]));
        const manifest = { title: 't', claim, label: 'urn:a' };
        const parameters = '{"a":[2,1],"b":[2,1],"c":[2,1],"d":[2,1]}';
        const member = `{"actions":[{"parameters":${parameters}}]}`;
        expect(JSON.stringify(inOrder({ manifests: { 'urn:a': manifest } }))).toBe(
          `{"manifests":{"urn:a":{"title":"t","claim":{"a":${member},"b":${member},"c":${member},"d":${member}},"label":"urn:a"}}}`,
        );
      }),
    );
  });

  it.each([{}, { manifests: null }, { manifests: [1] }, { manifests: {} }])(
    'bears any store: %j',
    (store) => {
      expect(inOrder(store)).toEqual(store);
    },
  );
});

describe.skipIf(!haveAssets)('a file with many manifests (needs ../shared/assets)', () => {
  it.each(['ocsp.jpg', 'CACA.jpg', 'CACAE-uri-CA.jpg'])(
    '%s reads alike every time',
    async (name) => {
      const bytes = new Uint8Array(readFileSync(assetPath(`c2pa/c2pa-rs/${name}`)));
      const readings = new Set<string>();
      for (let i = 0; i < 8; i++) {
        const report = await readCredentials(bytes, 'image/jpeg');
        readings.add(JSON.stringify([report, credentialGenerators(report)]));
      }
      expect(readings.size).toBe(1);
    },
  );
});
