import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/index.js';
import type { Requirement } from '../../src/provenance/index.js';
import { verdictExitCode, WATERMARK_ALG, worstExitCode } from '../../src/provenance/index.js';
import { NO_CREDENTIALS } from '../support/report.js';

type Parts = Pick<Report, 'credentials' | 'watermarks' | 'evidence' | 'findings'>;

function report(parts: {
  presence?: Report['credentials']['presence'];
  integrity?: Report['credentials']['integrity'];
  signer?: Partial<NonNullable<Report['credentials']['signer']>> | null;
  watermark?: 'none' | 'detected' | 'verified';
  /** Default: our own. */
  alg?: string;
  error?: boolean;
}): Report {
  const { presence = 'embedded', integrity = 'intact', signer = {}, alg = WATERMARK_ALG } = parts;
  const whole: Parts = {
    credentials: {
      ...NO_CREDENTIALS,
      presence,
      integrity,
      signer:
        signer === null
          ? null
          : {
              status: 'untrusted',
              subject: null,
              issuer: null,
              list: null,
              timestamp: null,
              timestampTrusted: false,
              listDate: null,
              revocation: { stapled: false, status: null, at: null, revokedAt: null },
              ...signer,
            },
    },
    watermarks: [{ alg, status: parts.watermark ?? 'none' } as Report['watermarks'][number]],
    evidence: [],
    findings:
      parts.error === true
        ? [{ ruleId: 'IM201', level: 'error', message: '', code: null, where: '' }]
        : [],
  };
  return whole as Report;
}

const absent = { presence: 'absent', integrity: 'unknown', signer: null } as const;
const stamped = { timestamp: '2026-01-01T00:00:00Z', timestampTrusted: false };
const listed = { ...stamped, timestampTrusted: true };

describe('verdictExitCode', () => {
  it.each<[string, Report, Requirement[], number]>([
    ['nothing asked, nothing there', report(absent), [], 0],
    ['nothing asked, an error found', report({ error: true }), [], 2],
    ['credentials absent', report(absent), ['credentials'], 3],
    ['credentials remote', report({ ...absent, presence: 'remote' }), ['credentials'], 3],
    ['credentials intact', report({}), ['credentials'], 0],
    ['integrity unknown is not intact', report({ integrity: 'unknown' }), ['credentials'], 2],
    ['trust asked, absent', report(absent), ['trusted'], 3],
    ['trust asked, untrusted', report({}), ['trusted'], 4],
    ['trust asked, expired', report({ signer: { status: 'expired' } }), ['trusted'], 4],
    ['trust asked, trusted', report({ signer: { status: 'trusted' } }), ['trusted'], 0],
    [
      'trusted but integrity unknown',
      report({ integrity: 'unknown', signer: { status: 'trusted' } }),
      ['trusted'],
      2,
    ],
    ['timestamp absent', report({}), ['timestamp'], 3],
    ["anybody's timestamp", report({ signer: stamped }), ['timestamp'], 4],
    ['a listed timestamp', report({ signer: listed }), ['timestamp'], 0],
    ['watermark absent', report({}), ['watermark'], 3],
    ['watermark found', report({ watermark: 'detected' }), ['watermark'], 0],
    ['watermark verified', report({ watermark: 'verified' }), ['watermark'], 0],
    [
      'a mark of another generator is not ours',
      report({ watermark: 'detected', alg: 'dwtDct.flux' }),
      ['watermark'],
      3,
    ],
    ['the worst of several decides', report({}), ['watermark', 'trusted'], 4],
    ['an error outranks what is missing', report({ ...absent, error: true }), ['credentials'], 2],
  ])('%s', (_name, subject, require, code) => {
    expect(verdictExitCode(subject, require)).toBe(code);
  });

  it('refuses an unknown requirement', () => {
    expect(() => verdictExitCode(report({}), ['nonsense' as Requirement])).toThrow(RangeError);
  });
});

describe('worstExitCode', () => {
  it('ranks 2 5 4 3 1 0', () => {
    expect(worstExitCode([])).toBe(0);
    expect(worstExitCode([0, 1])).toBe(1);
    expect(worstExitCode([1, 3])).toBe(3);
    expect(worstExitCode([3, 4])).toBe(4);
    expect(worstExitCode([4, 5])).toBe(5);
    expect(worstExitCode([5, 2, 0])).toBe(2);
  });
});
