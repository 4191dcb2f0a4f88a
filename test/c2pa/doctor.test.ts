/** What the doctor says of chains that break one rule each, and of good ones. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ensureDevCertificates, inspectCertificateChain } from '../../src/c2pa/index.js';
import { CERTIFICATE_RULES } from '../../src/c2pa/doctor/rules/index.js';
import { fixedClock } from '../../src/core/index.js';
import { assetPath } from '../support/assets.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import { BAD_CHAINS, GOOD_CHAIN } from './bad-chains.js';
import { inDays, make, NOW, purposes, rsaKey, STAMPING } from './make-bad-certificates.js';

const { leaf, middle, root, encrypted } = GOOD_CHAIN;
const chain = leaf.pem + middle.pem;
const rulesOf = (...args: Parameters<typeof inspectCertificateChain>): string[] =>
  inspectCertificateChain(...args).findings.map(({ rule }) => rule);

describe('a chain that breaks one rule', () => {
  it.each(BAD_CHAINS.map((bad) => [bad.rule, bad.what, bad] as const))(
    '%s: %s',
    (rule, _what, { file, options }) => {
      const { findings } = inspectCertificateChain(file, options);
      expect(findings.map((finding) => finding.rule)).toEqual([rule]);
      const declared = CERTIFICATE_RULES.find(({ id }) => id === rule)!;
      expect(findings[0]).toMatchObject({
        level: declared.level,
        fix: declared.fix,
        spec: declared.spec,
      });
      expect(findings[0]!.message.startsWith(`${declared.title}: `)).toBe(true);
    },
  );

  it('is there for every rule', () => {
    const covered = new Set(BAD_CHAINS.map(({ rule }) => rule));
    expect([...covered].sort()).toEqual(CERTIFICATE_RULES.map(({ id }) => id).sort());
  });

  it('is told of the certificate that breaks it, by its place in the file', () => {
    const findingOf = (file: string) => inspectCertificateChain(file).findings[0];
    const bad = make({ issuer: middle, serial: Uint8Array.of(0) });
    expect(findingOf(bad.pem + middle.pem)).toMatchObject({ rule: 'serial-zero', certificate: 1 });
    const authority = make({ ca: true, issuer: root, key: rsaKey(1024) });
    expect(findingOf(make({ issuer: authority }).pem + authority.pem)).toMatchObject({
      rule: 'key-rsa-size',
      certificate: 2,
    });
  });
});

describe('several rules at once', () => {
  it('names what `openssl req -x509` makes: a root that should sign', () => {
    expect(rulesOf(root.pem)).toEqual(['leaf-is-ca', 'leaf-self-signed']);
  });

  it('judges a chain in the wrong order as if it were in the right one', () => {
    const expired = make({ issuer: middle, from: inDays(-9), to: inDays(-1) });
    expect(rulesOf(root.pem + middle.pem + expired.pem)).toEqual([
      'chain-order',
      'chain-root-included',
      'validity-expired',
    ]);
  });

  it('looks into a DER file as well', () => {
    const { der } = make({ extensions: { purposes: null } });
    expect(rulesOf(der)).toEqual(['file-der', 'eku-missing']);
  });

  it('judges CAs beyond a gap, and not those of strangers', () => {
    const weak = make({ ca: true, issuer: 'self', serial: Uint8Array.of(0) });
    expect(rulesOf(leaf.pem + weak.pem)).toEqual(['chain-gap', 'serial-zero']);
    expect(rulesOf(leaf.pem + middle.pem + root.pem + weak.pem)).toEqual([
      'chain-unrelated',
      'chain-root-included',
    ]);
  });
});

describe('a good chain', () => {
  const dir = mkdtempSync(join(tmpdir(), 'imprint-doctor-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  it('of the development certificates has no finding', async () => {
    await ensureDevCertificates(join(dir, 'dev'));
    const text = (name: string): string => readFileSync(join(dir, 'dev', name), 'utf8');
    const trust = text('ca.pem');
    expect(rulesOf(text('signer.pem'), { key: text('signer.key'), trust })).toEqual([]);
    const stamp = { purpose: 'timestamp', key: text('tsa.key'), trust } as const;
    expect(rulesOf(text('tsa.pem'), stamp)).toEqual([]);
    expect(rulesOf(text('ca.pem'))).toEqual(['leaf-is-ca', 'leaf-self-signed']);
  });

  it('has no finding, with its key, passphrase and trust list', () => {
    expect(rulesOf(chain)).toEqual([]);
    expect(rulesOf(new TextEncoder().encode(`leaf, then CA\r\n${chain}`))).toEqual([]);
    const options = { key: encrypted, passphrase: 'open' };
    expect(rulesOf(chain, { ...options, trust: root.pem })).toEqual([]);
    // A list may hold the intermediate, or the signer itself.
    expect(rulesOf(chain, { trust: middle.pem })).toEqual([]);
    expect(rulesOf(leaf.pem, { trust: leaf.pem })).toEqual([]);
  });

  it('is a good one for timestamps too', () => {
    const authority = make({ extensions: { purposes: purposes([STAMPING], true) } });
    expect(rulesOf(authority.pem, { purpose: 'timestamp' })).toEqual([]);
  });

  it('is summed up', () => {
    const report = inspectCertificateChain(chain, { clock: fixedClock(NOW) });
    expect(report).toMatchObject({ purpose: 'sign', validationTime: NOW.toISOString() });
    expect(report.certificates).toMatchObject([
      {
        position: 1,
        role: 'leaf',
        subject: 'O=Test, CN=Test signer',
        issuer: 'O=Test, CN=Middle',
        serial: '400102030405060708',
        key: 'EC P-256',
        signature: 'ecdsa-with-SHA256',
        purposes: ['emailProtection'],
      },
      { position: 2, role: 'intermediate', subject: 'O=Test, CN=Middle', purposes: [] },
    ]);
  });
});

const LISTS = assetPath('c2pa');
const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Rule ids with their counts over the certificates of a PEM file, each looked at by itself. */
function tally(name: string, time: Date): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const block of readFileSync(join(LISTS, name), 'utf8').match(BLOCK) ?? []) {
    for (const rule of rulesOf(block, { time })) counts[rule] = (counts[rule] ?? 0) + 1;
  }
  return counts;
}

describe.skipIf(!existsSync(LISTS))(
  'certificates that others made (needs ../shared/assets)',
  () => {
    const time = new Date('2026-08-20T12:00:00Z');

    it('the seven signers of the c2pa-rs test suite have no finding', () => {
      expect(tally('c2pa-rs/trust/allowed_list.pem', time)).toEqual({});
    });

    it('the 86 signers of the interim list break nothing but their time, one being self-signed', () => {
      const counts = tally('interim-trust-list/allowed.pem', time);
      expect(counts['validity-expired']).toBeGreaterThan(0);
      delete counts['validity-expired'];
      expect(counts).toEqual({
        'leaf-self-signed': 1,
        'subject-common-name': 3,
        'key-usage-not-critical': 1,
      });
    });

    it('the CAs of the official lists are CAs and nothing worse', () => {
      const signers = tally('conformance-public/C2PA-TRUST-LIST.pem', time);
      expect(signers).toEqual({ 'leaf-is-ca': 30, 'leaf-self-signed': 19, 'serial-too-long': 1 });
      const stamps = tally('conformance-public/C2PA-TSA-TRUST-LIST.pem', time);
      expect(stamps).toEqual({ 'leaf-is-ca': 22, 'leaf-self-signed': 16 });
    });
  },
);

describe('arguments', () => {
  it('are checked', async () => {
    const call = (options: object) => () => inspectCertificateChain(chain, options);
    expect(call({ purpose: 'tls' })).toThrow(RangeError);
    expect(call({ time: new Date(Number.NaN) })).toThrow(RangeError);
    expect(call({ time: '2026' })).toThrow(TypeError);
    expect(call({ key: 7 })).toThrow(TypeError);
    expect(() => inspectCertificateChain(7 as never)).toThrow(TypeError);
    expect(() => inspectCertificateChain(new Uint8Array((1 << 20) + 1))).toThrow(RangeError);
    await throwsWithCode(call({ trust: 'no list' }), 'C2PA_CERTIFICATE');
  });
});
