/** Manifest stores as strangers could write them. */
import { describe, expect, it } from 'vitest';
import { breaksIntegrity, signerStatus } from '../../src/c2pa/codes.js';
import { readClaim, readSoftBindings } from '../../src/c2pa/claim.js';
import { boundedCopy } from '../../src/c2pa/json.js';

const AI = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';
const created = (digitalSourceType: string) => ({
  label: 'c2pa.actions.v2',
  data: { actions: [{ action: 'c2pa.created', digitalSourceType }] },
});

describe('readClaim', () => {
  /** m0 was made from m1, m1 from m2, ...; what stands at the end is given. */
  const chain = (length: number, end: object) => {
    const manifests: Record<string, unknown> = {};
    for (let i = 0; i < length; i++) {
      const ingredient = { title: `t${i}`, active_manifest: `m${i + 1}`, relationship: 'parentOf' };
      manifests[`m${i}`] = { ingredients: [ingredient] };
    }
    manifests[`m${length}`] = end;
    return { manifests };
  };

  it('finds the AI claim at the end of a chain of 1,000 ingredients, and lists 200 of them', () => {
    const claim = readClaim(chain(1000, { assertions: [created(AI)] }), 'm0');
    expect(claim).toMatchObject({ digitalSourceType: AI, sourceTypeFrom: 'ingredient' });
    expect(claim?.ingredients).toHaveLength(200);
    expect(claim?.ingredientsOmitted).toBe(800);
  });

  it('ends at a chain of 100,000', () => {
    const claim = readClaim(chain(100_000, { assertions: [created(AI)] }), 'm0');
    expect(claim?.digitalSourceType).toBeNull();
    expect(claim?.ingredients.at(-1)?.depth).toBe(199);
  });

  it('shows an ingredient that failed behind a crowd that did not, as recorded and as found today', () => {
    const crowd = Array.from({ length: 5000 }, (_, i) => ({ title: `${i}`, label: `i${i}` }));
    const recorded = {
      title: 'recorded',
      validation_status: [{ code: 'claimSignature.mismatch' }],
    };
    const uri = 'self#jumbf=/c2pa/a/c2pa.assertions/last';
    const store = {
      manifests: { a: { ingredients: [...crowd, recorded, { title: 'found', label: 'last' }] } },
      validation_results: {
        ingredientDeltas: [
          ...Array.from({ length: 3000 }, () => ({ validationDeltas: {} })),
          {
            ingredientAssertionURI: uri,
            validationDeltas: { failure: [{ code: 'assertion.dataHash.mismatch' }] },
          },
        ],
      },
    };
    const claim = readClaim(store, 'a');
    expect(claim?.ingredients.slice(200)).toMatchObject([
      { title: 'recorded', failure: ['claimSignature.mismatch'], found: [] },
      { title: 'found', failure: [], found: ['assertion.dataHash.mismatch'] },
    ]);
    expect(claim?.ingredientsOmitted).toBe(4800);
  });

  it('survives manifests that contain each other, and wide ones', () => {
    const ingredient = (label: string) => ({ active_manifest: label, relationship: 'parentOf' });
    const circle = {
      manifests: {
        a: { ingredients: [ingredient('b'), ingredient('a')] },
        b: { ingredients: [ingredient('a')], assertions: [created(AI)] },
      },
    };
    expect(readClaim(circle, 'a')).toMatchObject({ digitalSourceType: AI });
    expect(readClaim(circle, 'a')?.ingredients).toHaveLength(3);
    const wide = { manifests: { a: { ingredients: Array(5000).fill(ingredient('a')) } } };
    expect(readClaim(wide, 'a')?.ingredients).toHaveLength(200);
  });

  it('returns nothing for labels that lead nowhere, and takes any type of JSON', () => {
    expect(readClaim({}, 'a')).toBeNull();
    expect(readClaim({ manifests: {} }, '__proto__')).toBeNull();
    for (const odd of [null, 1, 'x', [], [null], [[1]]]) {
      const manifests = { a: { assertions: odd, ingredients: odd, claim_generator_info: odd } };
      expect(readClaim({ manifests }, 'a')).toMatchObject({ actions: [] });
    }
  });
});

describe('readSoftBindings', () => {
  it('reads text, integer arrays and base64 literals alike', () => {
    const block = (value: unknown) => ({ scope: {}, value });
    const blocks = [block('2*01'), block([1, 2, 255]), block("b64'AQL/'"), block([300]), block(7)];
    const store = {
      manifests: {
        a: { assertions: [{ label: 'c2pa.soft-binding', data: { alg: 'x.y', blocks } }] },
      },
    };
    expect(readSoftBindings(store, 'a')).toEqual([
      { alg: 'x.y', value: '2*01' },
      { alg: 'x.y', value: 'AQL/' },
      { alg: 'x.y', value: 'AQL/' },
    ]);
  });
});

describe('boundedCopy', () => {
  it('cuts strings, depth and breadth', () => {
    let deep: unknown = 'end';
    for (let i = 0; i < 100; i++) deep = { deep };
    const copy = JSON.stringify(
      boundedCopy({ text: 'x'.repeat(5000), list: Array(5000).fill(1), deep }),
    );
    expect(copy.length).toBeLessThan(4000);
  });
});

describe('codes', () => {
  it('tells trust from integrity, and takes unknown codes for the worse', () => {
    expect(breaksIntegrity('signingCredential.expired')).toBe(false);
    expect(breaksIntegrity('cawg.ica.did_unavailable')).toBe(false);
    expect(breaksIntegrity('assertion.dataHash.mismatch')).toBe(true);
    expect(breaksIntegrity('cawg.identity.assertion.mismatch')).toBe(true);
    expect(breaksIntegrity('something.of.2030')).toBe(true);
  });

  it('the gravest word about a signer wins', () => {
    const trusted = ['signingCredential.trusted'];
    expect(signerStatus(trusted, [])).toBe('trusted');
    expect(signerStatus([], [])).toBe('untrusted');
    expect(signerStatus(trusted, ['signingCredential.expired'])).toBe('expired');
    expect(signerStatus(trusted, ['signingCredential.ocsp.revoked'])).toBe('revoked');
    expect(signerStatus([], ['signingCredential.untrusted', 'signingCredential.invalid'])).toBe(
      'invalid',
    );
  });
});
