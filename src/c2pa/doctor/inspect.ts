/** Reads a certificate chain and names every rule that it breaks. */
import { sha256Hex } from '../../core/index.js';
import type { ParsedCertificate } from './certificate.js';
import type { Role } from './chain.js';
import { examine } from './examine.js';
import type { InspectChainOptions } from './examine.js';
import { purposeName, signatureOf } from './oids.js';
import type { CertificateFindingLevel, CertificatePurpose } from './rule.js';
import { CERTIFICATE_RULES } from './rules/index.js';
import { describeKey } from './rules/keys.js';

/** Strings come from the file: escape them before printing. */
export interface ChainCertificate {
  /** Place in the file, from 1. */
  position: number;
  role: Role;
  subject: string;
  issuer: string;
  /** Hexadecimal. */
  serial: string;
  /** RFC 3339. */
  notBefore: string;
  notAfter: string;
  /** Such as `EC P-256`. */
  key: string;
  /** Such as `ecdsa-with-SHA256`. */
  signature: string;
  /** Extended key usages by name, or dotted where there is none. */
  purposes: string[];
  /** Of the DER, hexadecimal. */
  sha256: string;
}

export interface CertificateFinding {
  /** Rule id, one of docs/certificates.md. */
  rule: string;
  level: CertificateFindingLevel;
  /** Place in the file, from 1; null for the file as a whole. */
  certificate: number | null;
  message: string;
  fix: string;
  spec: string;
}

export interface ChainReport {
  purpose: CertificatePurpose;
  /** RFC 3339. */
  validationTime: string;
  /** Those that could be read. */
  certificates: ChainCertificate[];
  /** In the order of the rules; without an `error` the chain can be used. */
  findings: CertificateFinding[];
}

/** Of a certificate's purposes, so many are listed. */
const MAX_PURPOSES = 20;
const MAX_TEXT = 500;
/** 20 bytes and a sign byte. */
const MAX_SERIAL_HEX = 42;

/**
 * @param chain PEM text or the bytes of a file, at most 1 MiB. What is wrong with it is a finding.
 * @throws C2paError C2PA_CERTIFICATE when the trust list cannot be read; TypeError or RangeError for
 *   arguments of the wrong kind.
 */
export function inspectCertificateChain(
  chain: string | Uint8Array,
  options: InspectChainOptions = {},
): ChainReport {
  const examination = examine(chain, options);
  const { certificates, purpose, time, roleOf } = examination;
  return {
    purpose,
    validationTime: time.toISOString(),
    certificates: certificates.map((certificate) => summarize(certificate, roleOf(certificate))),
    findings: CERTIFICATE_RULES.flatMap(({ id, level, title, fix, spec, check }) =>
      [...check(examination)].map(({ certificate, message }) => ({
        rule: id,
        level,
        certificate,
        message: cut(`${title}: ${message}`),
        fix,
        spec,
      })),
    ),
  };
}

const cut = (text: string): string =>
  text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;

function summarize(certificate: ParsedCertificate, role: Role): ChainCertificate {
  const { position, subject, issuer, serial, notBefore, notAfter, facts, der } = certificate;
  return {
    position,
    role,
    subject: subject.text,
    issuer: issuer.text,
    serial: Buffer.from(serial).toString('hex').slice(0, MAX_SERIAL_HEX),
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    key: describeKey(certificate),
    signature: signatureOf(certificate.signatureAlgorithm.oid).name,
    purposes: (facts.purposes ?? []).slice(0, MAX_PURPOSES).map(purposeName),
    sha256: sha256Hex(der),
  };
}
