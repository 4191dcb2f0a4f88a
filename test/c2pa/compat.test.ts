/** Files that release 0.1 signed. Never made anew to please a test. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCredentials } from '../../src/c2pa/index.js';
import { fixture, fixturePath } from '../support/fixtures.js';
import { ALG, BINDING } from './helpers.js';

const SOURCE = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';

describe('files signed by 0.1', () => {
  const anchorsPem = readFileSync(fixturePath('certs/fixture-ca.pem'), 'utf8');
  const trust = { lists: [{ name: 'fixture', anchorsPem }] };
  // Long after the signer's 30 days, within the authority's ten years: the timestamp carries it.
  const validationTime = new Date('2028-01-01T00:00:00Z');

  it.each([
    ['generated.png', 'image/png', 'intact', 0],
    ['marked.jpg', 'image/jpeg', 'intact', 2],
    ['altered.png', 'image/png', 'altered', 0],
  ])('%s', async (name, mime, integrity, depth) => {
    const report = await readCredentials(fixture(`manifests/${name}`), mime, {
      trust,
      validationTime,
    });
    expect(report).toMatchObject({
      presence: 'embedded',
      integrity,
      signer: { status: 'trusted', list: 'fixture' },
      softBindings: [{ alg: ALG, value: BINDING.value }],
      claim: { digitalSourceType: SOURCE },
    });
    const ingredients = report.claim?.ingredients ?? [];
    expect(
      ingredients.filter((entry) => entry.relationship === 'parentOf' || depth > 0),
    ).toHaveLength(depth);
  });
});
