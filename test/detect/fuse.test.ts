import { describe, expect, it } from 'vitest';
import { fuse } from '../../src/detect/index.js';
import { evidence } from './evidence.js';

const trustedAi = evidence({
  id: 'credentials.ai-generated',
  layer: 'credentials',
  strength: 'cryptographic',
  llr: 12,
});
const trustedCamera = evidence({
  id: 'credentials.camera-captured',
  layer: 'credentials',
  strength: 'cryptographic',
  claim: 'camera-captured',
  llr: -12,
});
const cameraTags = evidence({
  id: 'metadata.camera-exif',
  strength: 'hint',
  claim: 'camera-captured',
  llr: -1,
});
const graph = evidence({ id: 'metadata.comfyui-graph', strength: 'structural', llr: 7 });
const mark = evidence({
  id: 'watermark.generated',
  layer: 'watermark',
  strength: 'structural',
  llr: 7,
  falsePositiveRate: 1e-9,
});

describe('fuse: state by precedence', () => {
  it.each([
    ['nothing', [], 'no-ai-evidence'],
    ['camera tags alone', [cameraTags], 'no-ai-evidence'],
    ['an unsigned AI label', [evidence({})], 'likely-ai'],
    ["a generator's own structure", [graph], 'ai-generated'],
    ['the watermark alone', [mark], 'ai-generated'],
    ['trusted AI credentials', [trustedAi], 'ai-generated'],
    ['trusted AI-edit credentials', [{ ...trustedAi, claim: 'ai-edited' as const }], 'ai-edited'],
    ['a trusted camera signature', [trustedCamera], 'camera-captured'],
    [
      'a trusted camera signature against an AI label',
      [trustedCamera, evidence({})],
      'inconclusive',
    ],
    ['a trusted camera signature against a graph', [trustedCamera, graph], 'inconclusive'],
    ['trusted AI credentials against camera tags', [trustedAi, cameraTags], 'ai-generated'],
    [
      'a trusted camera signature against a secret-key watermark',
      [trustedCamera, { ...mark, strength: 'cryptographic' as const }],
      'inconclusive',
    ],
    [
      'a classifier alone, however sure',
      [evidence({ strength: 'statistical', llr: 9 })],
      'likely-ai',
    ],
    ['a mere hint', [evidence({ strength: 'hint', llr: 1 })], 'no-ai-evidence'],
  ])('%s -> %s', (_name, list, state) => {
    expect(fuse(list).verdict.state).toBe(state);
  });
});

describe('fuse: score', () => {
  it('is the prior when there is no evidence', () => {
    expect(fuse([]).verdict.score).toBe(0.5);
    expect(fuse([], { prior: 0.1 }).verdict.score).toBe(0.1);
  });

  it('counts repeated findings of one layer once', () => {
    const once = fuse([evidence({})]).verdict.score;
    const thrice = fuse([evidence({}), evidence({ id: 'b' }), evidence({ id: 'c' })]).verdict.score;
    expect(thrice).toBe(once);
  });

  it('never claims more than 1 in 10,000 whatever piles up', () => {
    const { score } = fuse([trustedAi, graph, mark]).verdict;
    expect(score).toBeLessThanOrEqual(0.9999);
    expect(score).toBeGreaterThan(0.999);
  });

  it('falls when evidence disagrees, and the clash is listed', () => {
    const agreed = fuse([graph]);
    const disputed = fuse([graph, cameraTags]);
    expect(disputed.verdict.score).toBeLessThan(agreed.verdict.score);
    expect(disputed.clashes.map(({ id }) => id)).toEqual(['clash.camera-and-ai']);
    expect(disputed.verdict.summary).toContain('disagrees');
  });

  it('takes over the proved false-positive rate of the deciding evidence', () => {
    expect(fuse([mark]).verdict.falsePositiveRate).toBe(1e-9);
    expect(fuse([graph]).verdict.falsePositiveRate).toBeNull();
  });

  it('does not halve a proof because of camera tags', () => {
    const { verdict, clashes } = fuse([trustedAi, cameraTags]);
    expect(verdict.score).toBeGreaterThan(0.999);
    expect(clashes).toHaveLength(1);
  });

  it('finds camera tags on an AI-edited photograph ordinary', () => {
    const edited = { ...trustedAi, claim: 'ai-edited' as const };
    expect(fuse([edited, cameraTags]).clashes).toEqual([]);
  });

  it('names two tools that both say they made it', () => {
    const { clashes } = fuse([
      { ...graph, vendor: 'ComfyUI' },
      { ...graph, id: 'metadata.midjourney', vendor: 'Midjourney' },
    ]);
    expect(clashes).toEqual([
      expect.objectContaining({
        id: 'clash.two-vendors',
        between: ['metadata.comfyui-graph', 'metadata.midjourney'],
      }),
    ]);
  });

  it.each([0, 1, -1, 2, NaN])('refuses the prior %d', (prior) => {
    expect(() => fuse([], { prior })).toThrow(RangeError);
  });
});
