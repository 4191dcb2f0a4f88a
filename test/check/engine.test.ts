import { describe, expect, it } from 'vitest';
import { baselineTest, parseBaseline, updatedBaseline } from '../../src/check/index.js';
import { EMPTY_BASELINE } from '../../src/check/index.js';
import { WATERMARK_ALG } from '../../src/provenance/index.js';
import type { Facts } from './support.js';
import { AI, check, finding, report, signed, SIGNER, told } from './support.js';

const demand = (what: string, more = ''): string =>
  `extends: []\nrules:\n  - paths: "**"\n    require: [${what}]\n${more}`;
const forbid = (what: string): string =>
  `extends: []\nrules:\n  - paths: "**"\n    forbid: [${what}]\n`;

const untrusted: Facts = {
  credentials: { signer: { ...SIGNER, status: 'untrusted', list: null } },
  findings: [finding('IM301', 'warning', 'signingCredential.untrusted')],
};
const claim = (parts: object) =>
  ({ generator: null, actions: [], ingredients: [], ...parts }) as never;

describe('what a rule requires', () => {
  it.each<[string, string, ReturnType<typeof report>, string[], number]>([
    ['credentials: there', 'credentials', signed(), [], 0],
    ['credentials: absent', 'credentials', report(), ['IM101 error'], 3],
    [
      'credentials: unproved',
      'credentials',
      signed({ credentials: { integrity: 'unknown' }, findings: [finding('IM206')] }),
      ['IM206 error'],
      2,
    ],
    [
      'credentials: remote',
      'credentials',
      signed({
        credentials: { presence: 'remote', validationState: null, signer: null },
        findings: [finding('IM103')],
      }),
      ['IM103 error'],
      3,
    ],
    ['trusted: there', 'trusted', signed(), [], 0],
    ['trusted: absent', 'trusted', report(), ['IM101 error'], 3],
    ['trusted: nobody vouches', 'trusted', signed(untrusted), ['IM301 error'], 4],
    ['not required: a warning', 'credentials', signed(untrusted), ['IM301 warning'], 0],
    [
      'timestamp: none',
      'timestamp',
      signed({
        credentials: { signer: { ...SIGNER, timestamp: null, timestampTrusted: false } },
        findings: [finding('IM305', 'note')],
      }),
      ['IM305 error'],
      3,
    ],
    [
      'timestamp: of a stranger',
      'timestamp',
      signed({
        credentials: { signer: { ...SIGNER, timestampTrusted: false } },
        findings: [finding('IM305', 'note')],
      }),
      ['IM305 error'],
      4,
    ],
    ['watermark: there', 'watermark', signed({ watermarks: [{ alg: WATERMARK_ALG }] }), [], 0],
    [
      'watermark: of another tool',
      'watermark',
      signed({ watermarks: [{ alg: 'dwtDct.sd1' }] }),
      ['IM503 error'],
      3,
    ],
    [
      'watermark: not found',
      'watermark',
      signed({ watermarks: [{ alg: WATERMARK_ALG, status: 'none' }] }),
      ['IM503 error'],
      3,
    ],
    ['ai-label: there', 'ai-label', signed({ evidence: [AI] }), ['IM404 warning'], 0],
    ['ai-label: absent', 'ai-label', signed(), ['IM401 error'], 3],
    [
      'disclosure: all of it',
      'disclosure',
      signed({ credentials: { claim: claim({ generator: 'sys/1.0' }) } }),
      [],
      0,
    ],
    [
      'disclosure: no version',
      'disclosure',
      signed({ credentials: { claim: claim({ generator: 'sys' }) } }),
      ['IM407 error'],
      3,
    ],
    [
      'a rubric: failed',
      '"rubric:c2pa-2.4"',
      signed({ findings: [finding('IM403', 'error')] }),
      ['IM403 error'],
      2,
    ],
    ['a rubric: nothing to hold to it', '"rubric:c2pa-2.4"', report(), ['IM101 error'], 3],
  ])('%s', async (_name, what, seen, expected, code) => {
    const result = await check({ 'a.png': seen }, demand(what));
    expect({ told: told(result), code: result.exitCode }).toEqual({
      told: expected,
      code,
    });
  });

  it('only of what AI made, with when: ai-generated', async () => {
    const policy = 'extends: eu-ai-act\n';
    const result = await check(
      { 'plain.png': report(), 'ai.png': report({ evidence: [AI] }) },
      policy,
    );
    expect(told(result, 'plain.png')).toEqual(['IM101 note']);
    expect(told(result, 'ai.png')).toEqual(['IM101 error', 'IM404 error', 'IM503 error']);
  });

  it('at the gravest level of the rules that match', async () => {
    const policy = `extends: []
rules:
  - { paths: a, require: [credentials], level: warning }
  - { paths: a/b, require: [credentials] }
`;
    const result = await check({ 'a/x.png': report(), 'a/b/x.png': report() }, policy);
    expect(told(result)).toEqual(['IM101 error', 'IM101 warning']);
  });

  it('asks for the signer by name, and then for trust as well', async () => {
    const policy = 'extends: []\nrules:\n  - { paths: "**", signer: ["O=Other", "CN=Third"] }\n';
    expect(told(await check({ 'a.png': signed() }, policy))).toEqual(['IM308 error']);
    expect(told(await check({ 'a.png': signed(untrusted) }, policy))).toEqual(['IM301 error']);
    expect(told(await check({ 'a.png': report() }, policy))).toEqual(['IM101 error']);
    const met = await check({ 'a.png': signed() }, policy.replace('CN=Third', 'O=Example Inc'));
    expect(told(met)).toEqual([]);
  });
});

describe('what a rule forbids', () => {
  it.each<[string, ReturnType<typeof report>, string]>([
    ['ai-generated', signed({ evidence: [AI] }), 'IM405 error'],
    ['credentials', signed(), 'IM104 error'],
    ['watermark', signed({ watermarks: [{ alg: 'dwtDct.sd1' }] }), 'IM504 error'],
  ])('%s', async (what, seen, expected) => {
    expect(told(await check({ 'a.png': seen }, forbid(what)))).toContain(expected);
    expect(told(await check({ 'a.png': report() }, forbid(what)))).toEqual(['IM101 note']);
  });
});

describe('the recommended preset', () => {
  it('fails a generated image that does not say so, and passes a plain one', async () => {
    const result = await check({ 'ai.png': report({ evidence: [AI] }), 'b.png': report() }, '');
    expect(told(result, 'ai.png')).toContain('IM404 error');
    expect(result.files.map(({ status }) => status)).toEqual(['fail', 'pass']);
    expect(result.exitCode).toBe(2);
  });

  it('takes a label in XMP or in intact credentials for one', async () => {
    const xmp = { ...AI, id: 'metadata.digital-source-type' };
    const c2pa = { ...AI, layer: 'credentials' as const, id: 'credentials.ai-generated' };
    const tree = {
      'xmp.png': report({ evidence: [AI, xmp] }),
      'c2pa.png': signed({ evidence: [c2pa, AI] }),
    };
    expect((await check(tree, '')).exitCode).toBe(0);
  });
});

describe('ignores', () => {
  const policy = (expires: string): string => `${demand('credentials')}ignore:
  - { rule: IM101, paths: icons, reason: "vector\\nicons", expires: ${expires} }
`;
  it('silence with a reason until the end of their last day', async () => {
    const result = await check({ 'icons/a.png': report() }, policy('2026-11-25'));
    expect(result.exitCode).toBe(0);
    expect(result.files[0]!.findings[0]!.suppressed).toMatchObject({
      by: 'ignore',
      expires: '2026-11-25',
    });
    expect(result.summary.ignored).toBe(1);
  });

  it('say with their line that they have expired', async () => {
    const result = await check({ 'icons/a.png': report() }, policy('2026-11-24'));
    expect(told(result)).toEqual(['IM905 warning', 'IM101 error']);
    expect(result.policyFindings[0]).toMatchObject({ line: 6, path: 'imprint.yaml' });
    expect(result.policyFindings[0]!.message).toContain('vector\\x0aicons');
  });

  it('that silence nothing, and rules that match nothing, are told', async () => {
    const text = `${policy('2027-01-01')}`.replace('paths: "**"', 'paths: nowhere');
    const result = await check({ 'a.png': report() }, text);
    expect(told(result)).toEqual(['IM906 warning', 'IM907 note', 'IM101 note']);
    const partial = await check({ 'a.png': report() }, text, { complete: false });
    expect(told(partial)).toEqual(['IM101 note']);
  });
});

describe('severity and limits', () => {
  it('set the level of a rule everywhere, or turn it off', async () => {
    const off = await check(
      { 'a.png': report() },
      demand('credentials', 'severity: { IM101: off }\n'),
    );
    expect(told(off)).toEqual([]);
    const note = await check(
      { 'a.png': report() },
      demand('credentials', 'severity: { IM101: note }\n'),
    );
    expect(note.exitCode).toBe(0);
  });

  it.each<[string, number]>([
    ['', 0],
    ['failOn: warning\n', 4],
    ['maxWarnings: 0\n', 2],
    ['maxWarnings: 1\n', 0],
    ['failOn: never\nmaxWarnings: 0\n', 0],
  ])('%j: exit %i for one warning', async (more, code) => {
    const result = await check({ 'a.png': signed(untrusted) }, `extends: []\n${more}`);
    expect(result.exitCode).toBe(code);
  });

  it('of many files the worst decides, in the order 2 5 4 3 1 0', async () => {
    const broken = { problem: { kind: 'unsupported', message: 'no image', code: 'X' } } as const;
    const unread = { problem: { kind: 'unreadable', message: 'no', code: 'X' } } as const;
    const altered = signed({ findings: [finding('IM201', 'error')] });
    const code = async (tree: Parameters<typeof check>[0]): Promise<number> =>
      (await check(tree, demand('credentials'))).exitCode;
    expect(await code({ a: unread })).toBe(1);
    expect(await code({ a: unread, b: report() })).toBe(3);
    expect(await code({ a: unread, b: report(), c: broken })).toBe(5);
    expect(await code({ a: unread, b: report(), c: broken, d: altered })).toBe(2);
  });

  it('tells an operational error even where nothing may fail', async () => {
    const unread = { problem: { kind: 'unreadable', message: 'no', code: 'X' } } as const;
    expect((await check({ a: unread }, 'failOn: never\n')).exitCode).toBe(1);
  });
});

describe('the baseline', () => {
  it('silences what was there, until the file changes', async () => {
    const policy = demand('credentials');
    const before = await check({ 'a.png': report(), 'b.png': report() }, policy);
    const baseline = parseBaseline(updatedBaseline(before, EMPTY_BASELINE), 'b.json');
    expect(baseline.findings.map(({ path, ruleId }) => [path, ruleId])).toEqual([
      ['a.png', 'IM101'],
      ['b.png', 'IM101'],
    ]);
    const isBaselined = baselineTest(baseline);
    const same = await check({ 'a.png': report(), 'b.png': report() }, policy, { isBaselined });
    expect({ code: same.exitCode, count: same.summary.baselined }).toEqual({ code: 0, count: 2 });
    const tree = { 'a.png': report({ sha256: 'cd'.repeat(32) }), 'b.png': report() };
    const changed = await check(tree, policy, { isBaselined });
    expect(told(changed)).toEqual(['IM101 error']);
  });

  it('keeps what it says of files that were not looked at', async () => {
    const policy = demand('credentials');
    const all = await check({ 'a.png': report(), 'b.png': report() }, policy);
    const baseline = parseBaseline(updatedBaseline(all, EMPTY_BASELINE), 'b.json');
    const one = await check({ 'a.png': signed() }, policy);
    const updated = parseBaseline(updatedBaseline(one, baseline), 'b.json');
    expect(updated.findings.map(({ path }) => path)).toEqual(['b.png']);
  });
});

it('fingerprints stay the same from run to run and differ within one', async () => {
  const seen = report({ findings: [finding('IM204'), finding('IM204')] });
  const prints = async () =>
    (await check({ 'a.png': seen }, '')).files[0]!.findings.map(({ fingerprint }) => fingerprint);
  const first = await prints();
  expect(new Set(first).size).toBe(2);
  expect(await prints()).toEqual(first);
});
