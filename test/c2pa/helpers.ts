/** Certificates and images that the tests of this folder share. */
import { createPrivateKey, createHash } from 'node:crypto';
import sharp from 'sharp';
import type {
  IssueOptions,
  ManifestTemplate,
  Signer,
  SigningAlgorithm,
  SoftBinding,
  TimestampSource,
  TrustSettings,
} from '../../src/c2pa/index.js';
import {
  createPemSigner,
  createTimestampAuthority,
  issueCertificate,
  markedManifest,
  textToImageManifest,
} from '../../src/c2pa/index.js';
import { systemClock } from '../../src/core/index.js';

export const ALG = 'io.github.imprint.harmonic.1';
export const BINDING: SoftBinding = {
  alg: ALG,
  name: 'imprint watermark',
  version: '1',
  value: '1*00c0ffee',
};
export const GENERATOR = { name: 'imprint', version: '0.1.0' };
export const WHEN = new Date('2026-08-20T12:00:00Z');

export interface TestAuthority {
  signer: Signer;
  timestamp: TimestampSource;
  anchorsPem: string;
  trust: TrustSettings;
}

const common = { organization: 'Test', clock: systemClock } as const;

/** CA, leaf and timestamp authority in memory; `leaf` overrides what the leaf is issued with. */
export function createTestAuthority(
  leaf: Partial<IssueOptions> = {},
  algorithm?: SigningAlgorithm,
): TestAuthority {
  const ca = issueCertificate({ ...common, name: 'Test CA', role: 'ca', days: 3650 });
  const end = issueCertificate({
    ...common,
    name: 'Test signer',
    role: 'signer',
    days: 30,
    issuer: ca,
    ...leaf,
  });
  const tsa = issueCertificate({
    ...common,
    name: 'Test TSA',
    role: 'timestamp',
    days: 3600,
    issuer: ca,
  });
  const signer = createPemSigner({
    certificates: end.certificatePem,
    privateKey: end.privateKeyPem,
    ...(algorithm === undefined ? {} : { algorithm }),
  });
  const timestamp = createTimestampAuthority({
    certificate: tsa.certificate,
    key: createPrivateKey(tsa.privateKeyPem),
    clock: systemClock,
  });
  const anchorsPem = ca.certificatePem;
  const trust = { lists: [{ name: 'test', anchorsPem }], softBindingAlgorithms: [ALG] };
  return { signer, timestamp, anchorsPem, trust };
}

export type TestFormat = 'png' | 'jpeg' | 'webp' | 'avif' | 'tiff';

/** A 48x48 gradient, so that pixel bytes exist to be flipped. */
export async function testImage(format: TestFormat): Promise<Uint8Array> {
  const data = Uint8Array.from({ length: 48 * 48 * 3 }, (_, i) => (i * 7 + (i >> 5)) & 0xff);
  const raw = { width: 48, height: 48, channels: 3 as const };
  return new Uint8Array(await sharp(data, { raw }).toFormat(format).toBuffer());
}

export function generated(mime: string, more: { prompt?: string } = {}): ManifestTemplate {
  return textToImageManifest({
    title: 'gen',
    format: mime,
    generator: GENERATOR,
    model: { name: 'tiny-ldm', version: '1.0.0', identifier: 'pkg:generic/tiny-ldm@1.0.0' },
    when: WHEN,
    softBinding: BINDING,
    ...more,
  });
}

export function marked(mime: string, source?: 'digitalCapture'): ManifestTemplate {
  return markedManifest({
    title: 'marked',
    format: mime,
    generator: GENERATOR,
    when: WHEN,
    softBinding: BINDING,
    ...(source === undefined ? {} : { source }),
  });
}

export const sha256 = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(bytes).digest());
