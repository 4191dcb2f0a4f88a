/**
 * A certificate as it stands, RFC 5280 section 4.1: names byte for byte, the sign of the serial
 * number, every extension. Libraries normalise just what the rules must see; signatures and keys
 * are left to node:crypto.
 */
import { X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { DER_TAG, decodeChildren } from '../der.js';
import type { DerNode } from '../der.js';
import type { Extension, ExtensionFacts } from './extensions.js';
import { readExtensionField, readFacts } from './extensions.js';
import type { DistinguishedName } from './name.js';
import { readName } from './name.js';
import { expectTag, oidOf, readStrict, sequenceOf, smallIntegerOf, timeOf } from './reader.js';

export interface AlgorithmIdentifier {
  readonly oid: string;
  /** DER, null where absent. */
  readonly parameters: Uint8Array | null;
  readonly raw: Uint8Array;
}

export interface ParsedCertificate {
  /** Place in the file, from 1. */
  readonly position: number;
  readonly der: Uint8Array;
  readonly x509: X509Certificate;
  /** 1 to 3. */
  readonly version: number;
  /** Content octets, two's complement, big-endian. */
  readonly serial: Uint8Array;
  /** As the signature covers it, and as it stands beside the signature. */
  readonly signedAlgorithm: AlgorithmIdentifier;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly keyAlgorithm: AlgorithmIdentifier;
  /** Null where node:crypto cannot use it. */
  readonly publicKey: KeyObject | null;
  readonly hasUniqueIds: boolean;
  readonly extensions: readonly Extension[];
  readonly facts: ExtensionFacts;
  readonly isCa: boolean;
  /** Issuer and subject are the same name. */
  readonly selfIssued: boolean;
}

const BIT_STRING = 0x03;

export function readAlgorithm(node: DerNode | undefined, what: string): AlgorithmIdentifier {
  const [oid, parameters] = sequenceOf(node, what);
  return { oid: oidOf(oid, what), parameters: parameters?.raw ?? null, raw: node!.raw };
}

function publicKeyOf(x509: X509Certificate): KeyObject | null {
  try {
    return x509.publicKey;
  } catch {
    return null;
  }
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** @throws RangeError or an error of node:crypto when this is no certificate. */
export function readCertificate(der: Uint8Array, position: number): ParsedCertificate {
  const [tbs, algorithm, signature] = sequenceOf(readStrict(der), 'the certificate');
  expectTag(signature, BIT_STRING, 'the signature');
  const fields = sequenceOf(tbs, 'the signed part');
  const versionField = fields[0]?.tag === 0xa0 ? fields.shift() : undefined;
  const version =
    versionField === undefined
      ? 1
      : 1 + smallIntegerOf(decodeChildren(versionField.content)[0], 'the version');
  const [serial, signed, issuer, validity, subject, spki, ...optional] = fields;
  const [notBefore, notAfter] = sequenceOf(validity, 'the validity');
  const extensions = readExtensionField(optional.find((field) => field.tag === 0xa3));
  const facts = readFacts(extensions);
  const names = {
    issuer: readName(issuer, 'the issuer'),
    subject: readName(subject, 'the subject'),
  };
  const x509 = new X509Certificate(der);
  return {
    position,
    der,
    x509,
    version,
    serial: expectTag(serial, DER_TAG.integer, 'the serial number').content,
    signedAlgorithm: readAlgorithm(signed, 'the signed algorithm'),
    signatureAlgorithm: readAlgorithm(algorithm, 'the signature algorithm'),
    ...names,
    notBefore: timeOf(notBefore, 'notBefore'),
    notAfter: timeOf(notAfter, 'notAfter'),
    keyAlgorithm: readAlgorithm(sequenceOf(spki, 'the public key')[0], 'the key algorithm'),
    publicKey: publicKeyOf(x509),
    // [1] and [2] IMPLICIT BIT STRING.
    hasUniqueIds: optional.some((field) => field.tag === 0x81 || field.tag === 0x82),
    extensions,
    facts,
    isCa: facts.basicConstraints?.ca === true,
    selfIssued: sameBytes(names.issuer.raw, names.subject.raw),
  };
}

/** True when the key of `issuer` made the signature of `child`. */
export function isSignedBy(child: ParsedCertificate, issuer: ParsedCertificate): boolean {
  if (issuer.publicKey === null) return false;
  try {
    return child.x509.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

/** True when `issuer` bears the name that `child` gives for its issuer. */
export function isNamedIssuer(child: ParsedCertificate, issuer: ParsedCertificate): boolean {
  return sameBytes(child.issuer.raw, issuer.subject.raw);
}

export function hasExtension({ extensions }: ParsedCertificate, oid: string): boolean {
  return extensions.some((extension) => extension.oid === oid);
}

export function isCritical({ extensions }: ParsedCertificate, oid: string): boolean {
  return extensions.find((extension) => extension.oid === oid)?.critical === true;
}

/** Without extensions because of its version: one rule says so, the others need not. */
export function isBare({ version, extensions }: ParsedCertificate): boolean {
  return version < 3 && extensions.length === 0;
}
