import { describe, expect, it } from 'vitest';
import { fuse } from '../../src/detect/index.js';
import { evidence } from './evidence.js';

const graph = evidence({
  id: 'metadata.graph',
  strength: 'structural',
  where: 'png:tEXt "workflow"',
});
const untrusted = evidence({ id: 'credentials.ai-generated', layer: 'credentials' });
const none = { presence: 'absent', integrity: 'unknown', validationState: null } as const;

const entries = (...args: Parameters<typeof fuse>): string[] => fuse(...args).verdict.wouldChange;

describe('what would change the verdict', () => {
  it('without evidence: credentials of either kind, a watermark, the original file', () => {
    const context = { credentials: { ...none, signer: null }, metadataFields: 0 };
    expect(entries([], { context })).toEqual([
      'the original file: this one has neither credentials nor metadata left',
      'intact credentials of a camera, by a signer on a trust list (then: camera-captured)',
      'intact credentials of a generator, by a signer on a trust list (then: AI-generated)',
      "a generator's watermark, read with its secret key or by its own detector (then: AI-generated)",
    ]);
  });

  it('does not send for an original where the metadata is there', () => {
    const context = { credentials: { ...none, signer: null }, metadataFields: 12 };
    expect(entries([], { context })[0]).toMatch(/^intact credentials of a camera/);
  });

  it('with a graph: proof that it was copied, or a camera, and nothing that says AI once more', () => {
    expect(entries([graph])).toEqual([
      'proof that png:tEXt "workflow" was copied from another image (then: no AI evidence)',
      'intact credentials of a camera, by a signer on a trust list (then: inconclusive)',
    ]);
  });

  it('says what would be left when the deciding finding falls', () => {
    expect(entries([graph, evidence({})])[0]).toMatch(/\(then: likely AI\)$/);
  });

  it('with a signer that nobody lists: a list that names it', () => {
    const context = {
      credentials: {
        presence: 'embedded',
        integrity: 'intact',
        validationState: 'Valid',
        signer: { status: 'untrusted' },
      },
    } as const;
    expect(entries([untrusted], { context })[0]).toBe(
      'a trust list that names the signer of the credentials (then: AI-generated)',
    );
  });

  it.each([
    ['kept elsewhere', { ...none, presence: 'remote', signer: null }, /were not fetched/],
    ['altered', { ...none, integrity: 'altered', signer: null }, /as it was signed/],
  ] as const)('with credentials that are %s: those', (_name, credentials, pattern) => {
    expect(entries([], { context: { credentials } })[0]).toMatch(pattern);
  });

  it('names the pixels where they could not be decoded', () => {
    expect(entries([], { context: { pixelsRead: false } })[0]).toMatch(/^the pixels/);
  });
});
