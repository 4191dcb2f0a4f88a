import { sign } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { IssuedCertificate } from '../../src/c2pa/index.js';
import { issueCertificate } from '../../src/c2pa/index.js';
import type { EvidenceVerdict } from '../../src/check/index.js';
import { evidenceBundle, verifyEvidence } from '../../src/check/index.js';
import { systemClock } from '../../src/core/index.js';
import type { Signer, TimestampSource } from '../../src/provenance/index.js';
import { createTimestampClient } from '../../src/provenance/index.js';
import { identityFor, testCa } from '../support/signing-identity.js';
import { startTsaPeer, tsaCertificate } from '../support/tsa-peer.js';
import { check, NOW, policyOf, report } from './support.js';

const toPem = ({ certificate }: IssuedCertificate): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(certificate).toString('base64')}\n-----END CERTIFICATE-----\n`;
const CA_PEM = toPem(testCa);

const signerOf = (own: IssuedCertificate, ...more: Uint8Array[]): Signer => ({
  algorithm: 'es256',
  chain: [own.certificate, ...more],
  sign: (bytes) =>
    Promise.resolve(
      new Uint8Array(sign('sha256', bytes, { key: own.privateKey, dsaEncoding: 'ieee-p1363' })),
    ),
});

interface Bundle {
  at: (name: string) => string;
  unstamped: string | null;
  verify: (anchorsPem?: string) => Promise<EvidenceVerdict>;
}

async function bundle(
  options: { signer?: Signer; timestamp?: TimestampSource; now?: Date } = {},
): Promise<Bundle> {
  const { signer = signerOf(identityFor('es256')), timestamp, now = new Date() } = options;
  const text = 'extends: []\n';
  const result = await check({ 'a.png': report() }, text, { now });
  const policy = policyOf(text);
  const input = { result, policy, policyText: text, trust: [], signer, timestamp };
  const { files, unstamped } = await evidenceBundle(input);
  const folder = mkdtempSync(join(tmpdir(), 'imprint-evidence-'));
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
  return {
    at: (name) => join(folder, name),
    unstamped,
    verify: (anchorsPem = CA_PEM) => verifyEvidence(folder, { anchorsPem }),
  };
}

async function authority(more: Parameters<typeof startTsaPeer>[0] = {}, optional = false) {
  const peer = await startTsaPeer(more);
  return createTimestampClient({ url: peer.url, optional });
}

it('proves its time by a timestamp over the signature', async () => {
  const one = await bundle({ timestamp: await authority() });
  const whole = await one.verify();
  expect(whole).toMatchObject({ problems: [], trusted: true });
  expect(whole.timestamp).toMatchObject({ trusted: true, authority: 'O=Test, CN=Test TSA' });
  expect(Math.abs(Date.parse(whole.timestamp!.time) - Date.now())).toBeLessThan(60_000);

  const other = await bundle({ timestamp: await authority() });
  const own = readFileSync(one.at('statement.tst'));
  writeFileSync(one.at('statement.tst'), readFileSync(other.at('statement.tst')));
  const swapped = await one.verify();
  expect(swapped.timestamp).toBeNull();
  expect(swapped.problems[0]).toContain('statement.tst is no timestamp of this signature');

  for (const damaged of [own.subarray(0, 40), Buffer.alloc(200_000), Buffer.alloc(0)]) {
    writeFileSync(one.at('statement.tst'), damaged);
    expect((await one.verify()).problems[0]).toContain('is no timestamp of this signature');
  }
  rmSync(one.at('statement.tst'));
  expect((await one.verify()).problems).toEqual(['statement.tst is gone: a timestamp was taken']);
});

it('has no proof without a timestamp, by a stranger, or where the authority may fail and does', async () => {
  const bare = await bundle();
  expect(await bare.verify()).toMatchObject({ problems: [], trusted: true, timestamp: null });

  const strangeCa = issueCertificate({
    name: 'Strange',
    organization: 'Strange',
    role: 'ca',
    clock: systemClock,
    days: 30,
  });
  const certificate = tsaCertificate({ issuer: strangeCa });
  const stamped = await bundle({ timestamp: await authority({ certificate }) });
  expect(await stamped.verify()).toMatchObject({
    problems: [],
    trusted: true,
    timestamp: { trusted: false },
  });

  const failing = { faults: { status: 2 } };
  const open = await bundle({ timestamp: await authority(failing, true) });
  expect(existsSync(open.at('statement.tst'))).toBe(false);
  expect(open.unstamped).toContain('refused');
  expect(await open.verify()).toMatchObject({ problems: [], timestamp: null });
  await expect(bundle({ timestamp: await authority(failing) })).rejects.toMatchObject({
    code: 'C2PA_TIMESTAMP',
  });
});

it('is not older than the check that it is about', async () => {
  const early = await bundle({ timestamp: await authority(), now: new Date(Date.now() + 3600e3) });
  expect((await early.verify()).problems).toEqual(['statement.tst is older than the check']);
});

it('judges certificates at the proved time where there is one, not at the one that is claimed', async () => {
  // By its own word of a day on which the certificate was not yet issued.
  const claimed = await bundle({ now: new Date(NOW.getTime() - 365 * 86_400_000) });
  expect((await claimed.verify()).trusted).toBe(false);
  const proved = await bundle({
    now: new Date(NOW.getTime() - 365 * 86_400_000),
    timestamp: await authority(),
  });
  expect((await proved.verify()).trusted).toBe(true);
});

it('believes nobody who only shows the certificates of somebody else', async () => {
  const stranger = issueCertificate({
    name: 'Test p256',
    organization: 'Test',
    role: 'ca',
    clock: systemClock,
    days: 30,
  });
  const victim = identityFor('es256').certificate;
  // A CA in front of a chain that is trusted: its owner signed, and not the one whose chain it is.
  const forged = await bundle({ signer: signerOf(stranger, victim, testCa.certificate) });
  expect(await forged.verify()).toMatchObject({ problems: [], trusted: false });
});
