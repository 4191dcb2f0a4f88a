/** Reports for tests of what shows them, with what does not matter filled in. */
import { emptyReport } from '../../src/c2pa/report.js';
import type { Report } from '../../src/detect/index.js';
import { fuse } from '../../src/detect/index.js';

/** Of a file without credentials. */
export const NO_CREDENTIALS: Report['credentials'] = emptyReport('absent', 'test');

/** A report on a 640x512 JPEG with nothing in it; `verdict` and `clashes` follow from `evidence`. */
export function sampleReport(partial: Partial<Report> = {}): Report {
  const { verdict, clashes } = fuse(partial.evidence ?? []);
  return {
    schemaVersion: '1',
    tool: { name: 'imprint', version: '0.0.0', engines: { c2pa: 'test' } },
    file: {
      path: 'photo.jpg',
      sha256: '0'.repeat(64),
      mime: 'image/jpeg',
      width: 640,
      height: 512,
      bytes: 48_500,
    },
    validationTime: '2026-01-31T12:00:00.000Z',
    verdict,
    credentials: NO_CREDENTIALS,
    watermarks: [],
    metadata: { system: [], personal: { redacted: 0 } },
    evidence: [],
    clashes,
    findings: [],
    timings: {},
    ...partial,
  };
}

export const SIGNER: NonNullable<Report['credentials']['signer']> = {
  status: 'untrusted',
  subject: 'CN=Signer, O=Example',
  issuer: 'CN=CA',
  list: null,
  listDate: null,
  timestamp: null,
  timestampTrusted: false,
  revocation: { stapled: false, status: null, at: null, revokedAt: null },
};

/** A claim with a chain of two, the second of which fails. */
export function sampleClaim(title: string): NonNullable<Report['credentials']['claim']> {
  const part = {
    format: 'image/jpeg',
    relationship: 'parentOf',
    manifest: 'urn:c2pa:x',
    digitalSourceType: null,
    failure: [],
    found: [],
  };
  return {
    generator: title,
    actions: [{ action: 'c2pa.created' }, { action: 'c2pa.edited' }] as NonNullable<
      Report['credentials']['claim']
    >['actions'],
    digitalSourceType: null,
    sourceTypeFrom: null,
    sourceTypeFailures: [],
    ingredients: [
      { ...part, title: `parent ${title}`, depth: 0 },
      { ...part, title: `grandparent ${title}`, depth: 1, found: ['assertion.dataHash.mismatch'] },
      { ...part, title: `other ${title}`, depth: 0, manifest: null },
    ],
    ingredientsOmitted: 0,
    title,
  };
}
