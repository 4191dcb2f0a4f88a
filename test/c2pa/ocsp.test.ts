/** Stapled revocation: only the issuer's word counts, and it never makes a signer better. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { issueCertificate, readCredentials } from '../../src/c2pa/index.js';
import type { IssueOptions } from '../../src/c2pa/index.js';
import { readJumbf } from '../../src/c2pa/jumbf.js';
import { NOT_STAPLED, readRevocation } from '../../src/c2pa/ocsp.js';
import { readSignatureBox } from '../../src/c2pa/signature-box.js';
import type { CredentialsSigner } from '../../src/c2pa/standing.js';
import { standing } from '../../src/c2pa/standing.js';
import { systemClock } from '../../src/core/index.js';
import { assetPath, haveAssets } from '../support/assets.js';
import type { OcspOptions } from './make-ocsp.js';
import { makeOcspResponse } from './make-ocsp.js';

const AT = new Date('2026-10-01T00:00:00Z');
const UNKNOWN = { stapled: true, status: 'unknown', at: null, revokedAt: null };
const issue = (name: string, more: Partial<IssueOptions> = {}) =>
  issueCertificate({
    name,
    organization: 'Test',
    role: 'signer',
    days: 30,
    clock: systemClock,
    ...more,
  });
const ca = issue('ca', { role: 'ca' });
const leaf = issue('leaf', { issuer: ca });
const chain = [leaf.certificate, ca.certificate];
const respond = (more: Partial<OcspOptions> = {}): Uint8Array =>
  makeOcspResponse({ about: leaf, issuer: ca, status: 'good', at: AT, ...more });
const OCSP_SIGNING = ['1.3.6.1.5.5.7.3.9'];

describe('a stapled response', () => {
  it('of the issuer is read', () => {
    const at = AT.toISOString();
    expect(readRevocation(chain, [respond()])).toEqual({
      stapled: true,
      status: 'good',
      at,
      revokedAt: null,
    });
    const revokedAt = new Date('2026-09-01T00:00:00Z');
    expect(readRevocation(chain, [respond({ status: 'revoked', revokedAt })])).toEqual({
      stapled: true,
      status: 'revoked',
      at,
      revokedAt: revokedAt.toISOString(),
    });
    expect(readRevocation(chain, [respond({ status: 'unknown' })])).toEqual({ ...UNKNOWN, at });
    expect(readRevocation(chain, [])).toEqual(NOT_STAPLED);
  });

  it('of a responder that the issuer appointed is read; others are not', () => {
    const appointed = issue('responder', { issuer: ca, keyPurposes: OCSP_SIGNING });
    expect(readRevocation(chain, [respond({ responder: appointed })]).status).toBe('good');
    const stranger = issue('stranger ca', { role: 'ca' });
    for (const responder of [
      stranger,
      issue('no purpose', { issuer: ca }),
      issue('of a stranger', { issuer: stranger, keyPurposes: OCSP_SIGNING }),
      leaf,
    ]) {
      expect(readRevocation(chain, [respond({ responder })])).toEqual(UNKNOWN);
    }
  });

  it('about another certificate says nothing', () => {
    const other = issue('other', { issuer: ca });
    expect(readRevocation(chain, [respond({ about: other })])).toEqual(UNKNOWN);
    const otherCa = issue('other ca', { role: 'ca' });
    expect(readRevocation(chain, [respond({ issuer: otherCa })])).toEqual(UNKNOWN);
    expect(readRevocation([leaf.certificate], [respond()])).toEqual(UNKNOWN);
  });

  it('of several, the gravest counts', () => {
    const answers = [respond(), respond({ status: 'revoked' }), new Uint8Array(9)];
    expect(readRevocation(chain, answers).status).toBe('revoked');
  });

  it('with any byte changed never turns revoked into good', () => {
    const revoked = respond({ status: 'revoked' });
    fc.assert(
      fc.property(fc.nat(revoked.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const copy = new Uint8Array(revoked);
        copy[at]! ^= mask;
        expect(readRevocation(chain, [copy]).status).not.toBe('good');
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it('may be any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(readRevocation(chain, [bytes])).toEqual(UNKNOWN);
        expect(readSignatureBox(bytes, 'x')).toBeNull();
        expect(readJumbf(bytes).length).toBeLessThan(30);
      }),
      { numRuns: 300, seed: 4 },
    );
  });
});

describe('a revoked signer', () => {
  const signer = (more: Partial<CredentialsSigner>): CredentialsSigner => ({
    status: 'trusted',
    subject: 'CN=leaf',
    issuer: null,
    list: null,
    listDate: null,
    timestamp: null,
    timestampTrusted: false,
    revocation: {
      stapled: true,
      status: 'revoked',
      at: AT.toISOString(),
      revokedAt: '2026-09-01T00:00:00.000Z',
    },
    ...more,
  });
  const judge = (more: Partial<CredentialsSigner>) => {
    const failures: Parameters<typeof standing>[2] = [];
    const { status } = standing(signer(more), AT, failures);
    return [status, ...failures.map(({ code }) => code)];
  };
  const code = 'signingCredential.ocsp.revoked';

  it.each<[string, Partial<CredentialsSigner>, string[]]>([
    ['without a timestamp', {}, ['revoked', code]],
    ['stamped before, by anybody', { timestamp: '2026-08-01T00:00:00Z' }, ['revoked', code]],
    [
      'stamped before, by a listed authority',
      { timestamp: '2026-08-01T00:00:00Z', timestampTrusted: true },
      ['trusted'],
    ],
    [
      'stamped after',
      { timestamp: '2026-09-02T00:00:00Z', timestampTrusted: true },
      ['revoked', code],
    ],
    ['that the engine knows of', { status: 'revoked' }, ['revoked']],
    [
      'by a response that nobody signed',
      { revocation: { ...NOT_STAPLED, stapled: true, status: 'unknown' } },
      ['trusted'],
    ],
  ])('%s', (_what, more, expected) => expect(judge(more)).toEqual(expected));
});

describe.skipIf(!haveAssets)('real staples (needs ../shared/assets)', () => {
  it.each([
    ['c2pa-rs/ocsp.jpg', { stapled: true, status: 'good', at: '2025-08-11T21:51:18.000Z' }],
    ['c2pa-rs/C.jpg', NOT_STAPLED],
    ['example-assets/Firefly_tabby_cat.jpg', { status: 'good', at: '2025-10-20T16:41:30.000Z' }],
    ['example-assets/cloudscape-ACA-Cr.jpeg', { status: 'good', at: '2025-10-19T19:53:30.000Z' }],
  ])('%s', async (name, revocation) => {
    const bytes = new Uint8Array(readFileSync(assetPath(`c2pa/${name}`)));
    const { signer } = await readCredentials(bytes, 'image/jpeg');
    expect(signer).toMatchObject({ revocation });
  });
});
