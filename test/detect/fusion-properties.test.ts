import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/detect/index.js';
import { fuse } from '../../src/detect/index.js';
import { evidence } from './evidence.js';

const base = {
  id: fc.constantFrom('a.one', 'a.two', 'a.three', 'a.four'),
  layer: fc.constantFrom(
    'credentials',
    'watermark',
    'metadata',
    'registry',
    'classifier',
    'forensics' as const,
  ),
  strength: fc.constantFrom(
    'cryptographic',
    'structural',
    'declared',
    'statistical',
    'hint' as const,
  ),
};
const forAi = fc
  .record({
    ...base,
    llr: fc.double({ min: 0, max: 40, noNaN: true }),
    claim: fc.constantFrom('ai-generated', 'ai-edited' as const),
    vendor: fc.option(fc.constantFrom('A', 'B'), { nil: undefined }),
  })
  .map(fill);
const forCamera = fc
  .record({
    ...base,
    llr: fc.double({ min: -40, max: 0, noNaN: true }),
    claim: fc.constant('camera-captured' as const),
  })
  .map(fill);
const neutral = fc
  .record({
    ...base,
    llr: fc.constant(0),
    claim: fc.constant(null),
    abstains: fc.boolean(),
    contradicts: fc.option(fc.array(base.id, { maxLength: 2 }), { nil: undefined }),
  })
  .map(fill);
const anything = fc.array(fc.oneof(forAi, forCamera, neutral), { maxLength: 8 });
const prior = fc.double({ min: 0.001, max: 0.999, noNaN: true });

function fill({ vendor, ...rest }: Partial<Evidence>): Evidence {
  return evidence({ ...rest, ...(vendor === undefined ? {} : { vendor }) });
}

const score = (list: readonly Evidence[], of = 0.5): number =>
  fuse(list, { prior: of }).verdict.score;

describe('the score', () => {
  it('never falls when evidence for AI is added', () => {
    fc.assert(
      fc.property(anything, forAi, prior, (list, more, of) => {
        expect(score([...list, more], of)).toBeGreaterThanOrEqual(score(list, of));
      }),
    );
  });

  it('never rises when evidence for a camera is added', () => {
    fc.assert(
      fc.property(anything, forCamera, prior, (list, more, of) => {
        expect(score([...list, more], of)).toBeLessThanOrEqual(score(list, of));
      }),
    );
  });

  it('rises with the prior', () => {
    fc.assert(
      fc.property(anything, prior, prior, (list, a, b) => {
        expect(score(list, Math.max(a, b))).toBeGreaterThanOrEqual(score(list, Math.min(a, b)));
      }),
    );
  });

  it('stays within 1 in 10,000, whatever findings claim for themselves', () => {
    fc.assert(
      fc.property(anything, prior, (list, of) => {
        expect(score(list, of)).toBeGreaterThanOrEqual(0.0001);
        expect(score(list, of)).toBeLessThanOrEqual(0.9999);
      }),
    );
  });

  it('of pixels alone is never more than 4 nats of evidence, of hints never more than 1', () => {
    const odds = (llr: number): number => Number((1 / (1 + Math.exp(-llr))).toFixed(4));
    const classifier = evidence({ layer: 'classifier', strength: 'statistical', llr: 40 });
    expect(score([classifier])).toBe(odds(4));
    expect(score([evidence({ strength: 'hint', llr: 40 })])).toBe(odds(1));
  });

  it('counts two layers that say the same for less than their sum, and pixels in full', () => {
    const label = evidence({ llr: 2 });
    const alike = evidence({ layer: 'watermark', llr: 2 });
    const apart = evidence({ layer: 'classifier', llr: 2 });
    expect(score([label, label])).toBe(score([label]));
    expect(score([label, alike])).toBeGreaterThan(score([label]));
    expect(score([label, apart])).toBeGreaterThan(score([label, alike]));
  });
});

describe('the verdict', () => {
  it('does not depend on the order of the evidence', () => {
    fc.assert(
      fc.property(
        anything.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
        ([list, shuffled]) => {
          expect(fuse(shuffled)).toEqual(fuse(list));
        },
      ),
    );
  });

  it('rests on the stronger of two findings that abstain and are doubted alike', () => {
    const doubted = (strength: Evidence['strength']): Evidence => ({
      id: 'a.two',
      layer: 'credentials',
      finding: 'found',
      strength,
      claim: null,
      llr: 0,
      spoofable: true,
      where: 'test',
      explain: 'because',
      abstains: true,
    });
    const doubter: Evidence = {
      ...doubted('cryptographic'),
      id: 'a.one',
      abstains: false,
      contradicts: ['a.two'],
    };
    for (const list of [
      [doubted('structural'), doubted('cryptographic'), doubter],
      [doubted('cryptographic'), doubted('structural'), doubter],
    ]) {
      expect(fuse(list).verdict).toMatchObject({
        state: 'inconclusive',
        strength: 'cryptographic',
      });
    }
  });

  it('is never "generated" or "edited" on pixels and hints alone', () => {
    const weak = forAi.filter(({ strength }) => strength === 'statistical' || strength === 'hint');
    fc.assert(
      fc.property(fc.array(weak, { maxLength: 8 }), (list) => {
        expect(['likely-ai', 'no-ai-evidence']).toContain(fuse(list).verdict.state);
      }),
    );
  });

  it('names no hint as what it rests on', () => {
    fc.assert(
      fc.property(anything, (list) => {
        expect(fuse(list).verdict.strength).not.toBe('hint');
      }),
    );
  });
});
