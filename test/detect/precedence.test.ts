import { describe, expect, it } from 'vitest';
import type { Evidence, EvidenceStrength, VerdictState } from '../../src/detect/index.js';
import { fuse } from '../../src/detect/index.js';
import { evidence } from './evidence.js';

type Side = EvidenceStrength | 'none';
const SIDES: readonly Side[] = [
  'none',
  'hint',
  'statistical',
  'declared',
  'structural',
  'cryptographic',
];

const N = 'no-ai-evidence';
const I = 'inconclusive';
const L = 'likely-ai';
const G = 'ai-generated';
const C = 'camera-captured';

/** Rows: the strongest evidence for AI. Columns: the strongest for a camera, in the order of `SIDES`. */
const TABLE: Record<Side, readonly VerdictState[]> = {
  none: [N, N, N, N, N, C],
  hint: [N, N, N, N, N, C],
  statistical: [L, L, I, I, I, C],
  declared: [L, L, L, I, I, I],
  structural: [G, G, G, G, I, I],
  cryptographic: [G, G, G, G, G, I],
};

const PAIRS = SIDES.flatMap((ai) =>
  SIDES.map((camera, column) => [ai, camera, TABLE[ai][column]!] as const),
);

function pair(ai: Side, camera: Side): Evidence[] {
  return [
    ...(ai === 'none' ? [] : [evidence({ id: 'x.ai', strength: ai })]),
    ...(camera === 'none'
      ? []
      : [
          evidence({
            id: 'y.camera',
            layer: 'credentials',
            strength: camera,
            claim: 'camera-captured',
            llr: -4,
          }),
        ]),
  ];
}

describe('precedence', () => {
  it.each(PAIRS)('%s evidence for AI against %s evidence for a camera: %s', (ai, camera, state) => {
    const list = pair(ai, camera);
    const { verdict, clashes } = fuse(list);
    expect(verdict.state).toBe(state);
    expect(fuse([...list].reverse())).toEqual(fuse(list));
    // What disagrees is always listed.
    expect(clashes).toHaveLength(list.length === 2 ? 1 : 0);
  });

  it.each(SIDES.filter((side) => side !== 'none'))(
    'of two findings for AI the %s one decides, not the one with the larger ratio',
    (strength) => {
      const weaker = SIDES.slice(1, SIDES.indexOf(strength)) as EvidenceStrength[];
      for (const other of weaker) {
        const strong = evidence({ id: 'a.strong', strength, llr: 1, falsePositiveRate: 0.5 });
        const weak = evidence({ id: 'a.weak', strength: other, llr: 12 });
        const { verdict } = fuse([weak, strong]);
        expect(verdict).toMatchObject({ strength: strength === 'hint' ? null : strength });
      }
    },
  );

  it('never says "generated" where the strongest finding says "edited"', () => {
    const edited = evidence({ claim: 'ai-edited', strength: 'structural' });
    expect(fuse([edited, evidence({})]).verdict.state).toBe('ai-edited');
  });
});

describe('a test that ran and could not decide', () => {
  const abstaining = evidence({
    id: 'classifier.abstains',
    layer: 'classifier',
    strength: 'statistical',
    claim: null,
    llr: 0,
    abstains: true,
  });

  it('is not told as if nothing had been found', () => {
    expect(fuse([abstaining]).verdict.state).toBe('inconclusive');
  });

  it('does not stand in the way of evidence', () => {
    expect(fuse([abstaining, evidence({})]).verdict.state).toBe('likely-ai');
    const [camera] = pair('none', 'cryptographic');
    expect(fuse([abstaining, camera!]).verdict.state).toBe('camera-captured');
  });
});

describe('a contradiction', () => {
  const mark = evidence({ id: 'watermark.generated', layer: 'watermark', strength: 'structural' });
  const against = (strength: EvidenceStrength) =>
    evidence({
      id: 'watermark.binding-mismatch',
      layer: 'watermark',
      strength,
      claim: null,
      llr: 0,
      contradicts: ['watermark.generated'],
    });

  it('takes the power to confirm from what it doubts, and half its weight', () => {
    const sure = fuse([mark]).verdict;
    const { verdict, clashes } = fuse([mark, against('structural')]);
    expect(verdict.state).toBe('likely-ai');
    expect(verdict.score).toBeLessThan(sure.score);
    expect(clashes).toEqual([
      {
        id: 'clash.binding-mismatch',
        message: 'found',
        between: ['watermark.binding-mismatch', 'watermark.generated'],
      },
    ]);
  });

  it('leaves other evidence as it is', () => {
    const graph = evidence({ id: 'metadata.comfyui-graph', strength: 'structural' });
    expect(fuse([mark, graph, against('structural')]).verdict.state).toBe('ai-generated');
  });

  it('that is a mere hint is listed and changes nothing else', () => {
    const { verdict, clashes } = fuse([mark, against('hint')]);
    expect(verdict).toMatchObject({ state: 'ai-generated', score: fuse([mark]).verdict.score });
    expect(clashes).toHaveLength(1);
  });
});

describe('clashes', () => {
  it('tell "made" from "edited" where credentials and metadata differ', () => {
    const credentials = evidence({
      id: 'credentials.ai-edited',
      layer: 'credentials',
      strength: 'cryptographic',
      claim: 'ai-edited',
    });
    const { verdict, clashes } = fuse([credentials, evidence({})]);
    expect(clashes.map(({ id }) => id)).toEqual(['clash.extent']);
    expect(verdict.state).toBe('ai-edited');
  });

  it('know formats that several tools write', () => {
    const settings = evidence({ strength: 'structural', vendor: 'Stable Diffusion web UI' });
    const graph = evidence({ id: 'metadata.graph', strength: 'structural', vendor: 'ComfyUI' });
    const other = evidence({ id: 'metadata.mj', strength: 'structural', vendor: 'Midjourney' });
    expect(fuse([settings, graph]).clashes).toEqual([]);
    expect(fuse([settings, graph, other]).clashes).toMatchObject([{ id: 'clash.two-vendors' }]);
  });

  it('of two vendors leave the score: both say AI', () => {
    const one = evidence({ strength: 'structural', llr: 7, vendor: 'ComfyUI' });
    const two = { ...one, id: 'metadata.other', vendor: 'Midjourney' };
    expect(fuse([one, two]).verdict.score).toBe(fuse([one]).verdict.score);
  });
});
