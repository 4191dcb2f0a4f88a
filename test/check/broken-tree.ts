/** One tree in which every rule is broken once, and one comparison in which every rule about changes is. */
import type { CheckResult, Inspected } from '../../src/check/index.js';
import { diffFiles } from '../../src/check/index.js';
import { WATERMARK_ALG } from '../../src/provenance/index.js';
import type { Tree } from './support.js';
import { AI, check, finding, NOW, policyOf, report, signed, SIGNER } from './support.js';

const POLICY = `extends: recommended
rules:
  - { paths: "**", exclude: plain, require: [credentials, timestamp] }
  - { paths: ai, require: [watermark, ai-label, disclosure, "rubric:c2pa-2.4"] }
  - { paths: photos, forbid: [ai-generated, credentials, watermark] }
  - { paths: trusted, require: [trusted], signer: O=Other }
  - { paths: no/such/folder, require: [credentials] }
ignore:
  - { rule: IM101, paths: ignored.png, reason: "drawn by hand | <b>really</b>" }
  - { paths: "**", reason: old, expires: 2026-01-01 }
  - { rule: IM502, paths: plain, reason: nothing to silence }
severity: { IM901: error }
`;

const problem = (kind: 'unreadable' | 'unsupported' | 'changing', code: string): Inspected => ({
  problem: { kind, message: `cannot be looked at: ${kind}`, code },
});
const says = (id: string, level: 'error' | 'warning' | 'note', code: string | null = null) =>
  signed({ findings: [finding(id, level, code)] });

const TREE: Tree = {
  'plain/a.png': report(),
  'ignored.png': report(),
  'plain/\u001b[2Jname\n::error::.png': says('IM201', 'error', 'assertion.dataHash.mismatch'),
  'plain/101|`x`.png': report({ findings: [finding('IM101', 'note')] }),
  'im101.png': report(),
  'im102.png': says('IM102', 'warning'),
  'im103.png': says('IM103', 'warning'),
  'im105.png': says('IM105', 'note'),
  'im204.png': says('IM204', 'warning'),
  'im205.png': says('IM205', 'error'),
  'im206.png': says('IM206', 'warning'),
  'trusted/im301.png': signed({
    credentials: { signer: { ...SIGNER, status: 'untrusted' } },
    findings: [finding('IM301', 'warning', 'signingCredential.untrusted')],
  }),
  'im302.png': says('IM302', 'warning'),
  'im303.png': says('IM303', 'error'),
  'im304.png': says('IM304', 'error'),
  'im305.png': says('IM305', 'note'),
  'im306.png': says('IM306', 'warning'),
  'im307.png': says('IM307', 'warning'),
  'trusted/im308.png': signed(),
  'ai/im401.png': signed({ findings: [finding('IM403', 'error', 'check')] }),
  'im404.png': signed({ evidence: [AI] }),
  'photos/im405.png': signed({ evidence: [AI], watermarks: [{ alg: WATERMARK_ALG }] }),
  'im406.png': signed({
    clashes: [{ id: 'clash.camera-and-ai', message: 'A camera, and a generator', between: ['a'] }],
  }),
  'im501.png': says('IM501', 'warning'),
  'im502.png': says('IM502', 'error'),
  'im901.png': says('IM901', 'warning', 'IMAGE_MALFORMED'),
  'im902.png': problem('unreadable', 'EACCES'),
  'im903.png': problem('unsupported', 'IMAGE_MALFORMED'),
  'im904.png': problem('changing', 'CHECK_FILE_CHANGED'),
};

export const brokenTree = (): Promise<CheckResult> => check(TREE, POLICY);

const MARKED = { watermarks: [{ alg: WATERMARK_ALG, payload: '01' }] };
const sha = (digit: string): string => digit.repeat(64);

/** Path -> before and after; null where it is not there. */
export const CHANGES: Record<string, [Inspected | null, Inspected | null]> = {
  'kept.png': [{ report: signed() }, { report: signed() }],
  'dropped.png': [{ report: signed() }, { report: report({ sha256: sha('1') }) }],
  'broken.png': [
    { report: signed() },
    {
      report: signed({
        sha256: sha('2'),
        credentials: {
          integrity: 'altered',
          codes: { success: [], informational: [], failure: ['assertion.dataHash.mismatch'] },
        },
      }),
    },
  ],
  're-signed.png': [
    { report: signed() },
    {
      report: signed({
        sha256: sha('3'),
        credentials: { signer: { ...SIGNER, subject: 'CN=CDN' } },
      }),
    },
  ],
  'lost.png': [
    { report: signed(MARKED) },
    { report: signed({ watermarks: [{ alg: WATERMARK_ALG, status: 'none', payload: null }] }) },
  ],
  'other-mark.png': [
    { report: signed(MARKED) },
    { report: signed({ watermarks: [{ alg: WATERMARK_ALG, payload: '02' }] }) },
  ],
  'gained.png': [{ report: report() }, { report: signed() }],
  'plain.png': [{ report: report() }, { report: report({ sha256: sha('4') }) }],
  'removed.png': [{ report: signed({ sha256: sha('5') }) }, null],
  'added.png': [null, { report: report({ sha256: sha('6') }) }],
  'unread.png': [{ report: signed() }, problem('unreadable', 'EACCES')],
};

export function brokenDiff(): Promise<CheckResult> {
  const side = (index: 0 | 1) =>
    Object.keys(CHANGES)
      .filter((path) => CHANGES[path]![index] !== null)
      .map((path) => ({ path, absolute: `/${index}/${path}` }));
  return diffFiles(side(0), side(1), policyOf(''), {
    inspect: ({ path, absolute }) =>
      Promise.resolve(CHANGES[path]![absolute!.startsWith('/0/') ? 0 : 1]!),
    now: NOW,
    engines: { c2pa: '1' },
    watermark: true,
    names: ['before', 'after'],
    fingerprint: () => Promise.resolve(null),
  });
}
