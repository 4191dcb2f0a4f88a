import { describe, expect, it } from 'vitest';
import type { CredentialsReport } from '../../src/c2pa/index.js';
import { credentialsEvidence, credentialsFindings } from '../../src/detect/signals/credentials.js';
import { watermarkFindings } from '../../src/detect/signals/watermark.js';
import type { WatermarkReport } from '../../src/detect/index.js';
import { WATERMARK_ALG } from '../../src/watermark/index.js';
import { NO_CREDENTIALS } from '../support/report.js';

const AI = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';

function credentials(partial: Partial<CredentialsReport>): CredentialsReport {
  return {
    ...NO_CREDENTIALS,
    presence: 'embedded',
    integrity: 'intact',
    signer: {
      status: 'trusted',
      subject: 'O=X',
      issuer: null,
      list: 'dev',
      timestamp: null,
      timestampTrusted: false,
      listDate: null,
      revocation: { stapled: false, status: null, at: null, revokedAt: null },
    },
    claim: {
      generator: null,
      actions: [],
      digitalSourceType: AI,
      sourceTypeFrom: 'active',
      sourceTypeFailures: [],
      ingredients: [],
      ingredientsOmitted: 0,
      title: null,
    },
    ...partial,
  };
}
const signer = (status: string) =>
  ({ ...credentials({}).signer, status }) as CredentialsReport['signer'];
const rules = (report: CredentialsReport): string[] =>
  credentialsFindings(report).map(({ ruleId }) => ruleId);

describe('credentials as evidence', () => {
  it.each([
    ['trusted and intact', {}, 'cryptographic', 12],
    ['untrusted and intact', { signer: signer('untrusted') }, 'declared', 5],
    ['trusted but altered', { integrity: 'altered' as const }, 'declared', 2],
    ['trusted, integrity unknown', { integrity: 'unknown' as const }, 'declared', 2],
  ])('%s', (_name, partial, strength, llr) => {
    expect(credentialsEvidence(credentials(partial))).toEqual([
      expect.objectContaining({ claim: 'ai-generated', strength, llr }),
    ]);
  });

  it('does not credit a broken ingredient to whoever signed over it', () => {
    const claim = {
      ...credentials({}).claim!,
      sourceTypeFailures: ['signingCredential.untrusted'],
    };
    expect(credentialsEvidence(credentials({ claim }))).toEqual([
      expect.objectContaining({ strength: 'declared', llr: 2 }),
    ]);
  });

  it('calls unknown integrity neither intact nor altered', () => {
    const [item] = credentialsEvidence(credentials({ integrity: 'unknown' }));
    expect(item!.finding).toMatch(/^Unproved/);
  });
});

describe('credentials as findings', () => {
  it.each<[string, Partial<CredentialsReport>, string[]]>([
    ['none', { presence: 'absent' }, ['IM101']],
    ['remote', { presence: 'remote' }, ['IM103']],
    ['malformed', { presence: 'malformed' }, ['IM205']],
    ['altered', { integrity: 'altered' }, ['IM201', 'IM305']],
    ['unknown', { integrity: 'unknown' }, ['IM206', 'IM305']],
    ['untrusted', { signer: signer('untrusted') }, ['IM301', 'IM305']],
    ['expired', { signer: signer('expired') }, ['IM302', 'IM305']],
    ['revoked', { signer: signer('revoked') }, ['IM303', 'IM305']],
    ['invalid', { signer: signer('invalid') }, ['IM304', 'IM305']],
  ])('%s', (_name, partial, expected) => {
    expect(rules(credentials(partial))).toEqual(expected);
  });

  it('names the code that made the finding, not the first that failed', () => {
    const found = credentialsFindings(
      credentials({
        integrity: 'altered',
        signer: signer('untrusted'),
        codes: {
          success: [],
          informational: [],
          failure: ['signingCredential.untrusted', 'assertion.dataHash.mismatch'],
        },
      }),
    );
    expect(found.map(({ ruleId, code }) => [ruleId, code])).toEqual([
      ['IM201', 'assertion.dataHash.mismatch'],
      ['IM301', 'signingCredential.untrusted'],
      ['IM305', null],
    ]);
  });

  it('does not let a new signature wash an altered parent clean', () => {
    const claim = credentials({}).claim!;
    const code = 'assertion.dataHash.mismatch';
    for (const parent of [
      { title: 'x', failure: [code], found: [] },
      { title: 'x', failure: [], found: [code] },
    ]) {
      const report = credentials({
        claim: { ...claim, ingredients: [parent as unknown as (typeof claim.ingredients)[number]] },
      });
      expect(rules(report)).toContain('IM204');
    }
  });
});

describe('credentials kept elsewhere', () => {
  const remote = { presence: 'remote', signer: null, claim: null } as const;

  it('say why they could not be fetched', () => {
    const report = credentials({ ...remote, problem: 'cannot fetch it\u001b[31m' });
    expect(credentialsFindings(report)).toMatchObject([
      { ruleId: 'IM103', message: expect.stringContaining('cannot fetch it\\x1b[31m') as string },
    ]);
  });

  it('count like those inside once they were fetched', () => {
    const fetched = credentials({
      presence: 'remote',
      validationState: 'Invalid',
      integrity: 'altered',
    });
    expect(rules(fetched)).toContain('IM201');
    expect(rules(fetched)).not.toContain('IM103');
  });
});

it('an identity that nobody vouches for is told, and is no change of the image', () => {
  const failure = ['cawg.ica.did_unavailable'];
  const report = credentials({ codes: { success: [], informational: [], failure } });
  expect(credentialsFindings(report)).toMatchObject([
    { ruleId: 'IM307', level: 'warning', code: failure[0] },
    { ruleId: 'IM305' },
  ]);
});

describe('a timestamp of the future', () => {
  it('is told apart from a signer that nobody lists', () => {
    const failure = ['timeStamp.outsideValidity'];
    const codes = { success: [], informational: [], failure };
    expect(rules(credentials({ signer: signer('untrusted'), codes }))).toEqual(['IM306', 'IM305']);
    failure.push('signingCredential.untrusted');
    expect(rules(credentials({ signer: signer('untrusted'), codes }))).toEqual(['IM301', 'IM305']);
  });
});

describe('watermark against credentials', () => {
  const payload = 'a10123456789abcd';
  const found = { payload, status: 'detected' } as WatermarkReport;
  const none = { payload: null, status: 'none' } as WatermarkReport;
  const bound = (value: string) =>
    credentials({ softBindings: [{ alg: WATERMARK_ALG, value: `1*${value}` }] });

  it.each<[string, WatermarkReport, CredentialsReport, string[]]>([
    ['both agree', found, bound(payload), []],
    [
      'credentials gone',
      found,
      credentials({ presence: 'absent', integrity: 'unknown' }),
      ['IM102'],
    ],
    ['declared, not found', none, bound(payload), ['IM501']],
    ['declared another', found, bound('a1ffffffffffffff'), ['IM502']],
    [
      'declared in an altered file says nothing',
      none,
      { ...bound(payload), integrity: 'altered' },
      [],
    ],
  ])('%s', (_name, watermark, report, expected) => {
    expect(watermarkFindings(watermark, report).map(({ ruleId }) => ruleId)).toEqual(expected);
  });
});
