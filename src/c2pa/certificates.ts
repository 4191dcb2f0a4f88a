/**
 * X.509 certificates for C2PA signing and timestamping, written out by hand: C2PA 2.4 section 14.5
 * (profile), RFC 5280 section 4.1 (structure), RFC 3161 section 2.3 (timestamp authority).
 */
import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Clock } from '../core/index.js';
import {
  DER_TAG,
  decodeChildren,
  decodeDer,
  encodeContext,
  encodeDer,
  encodeInteger,
  encodeOctetString,
  encodeOid,
  encodeSequence,
  encodeSetOf,
  encodeTime,
} from './der.js';

/** Key purposes (extended key usage) by name. */
export const KEY_PURPOSE = {
  emailProtection: '1.3.6.1.5.5.7.3.4',
  documentSigning: '1.3.6.1.5.5.7.3.36',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  microsoftC2paSigning: '1.3.6.1.4.1.311.76.59.1.9',
  c2paClaimSigning: '1.3.6.1.4.1.62558.2.1',
} as const;

export type KeyKind = 'p256' | 'p384' | 'p521' | 'rsa' | 'ed25519';

export interface IssuedCertificate {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly certificatePem: string;
  /** PKCS#8. */
  readonly privateKeyPem: string;
  readonly privateKey: KeyObject;
}

export interface IssueOptions {
  /** Common name of the subject. */
  name: string;
  /** Organisation of the subject; C2PA readers show it, so it is not optional. */
  organization: string;
  role: 'ca' | 'signer' | 'timestamp';
  clock: Clock;
  /** Validity from the clock's now on; negative for one that has already expired. */
  days: number;
  /** Default: p256. */
  keyKind?: KeyKind;
  /** Default: none, the certificate signs itself. */
  issuer?: IssuedCertificate;
  /** Days by which the validity starts before the clock's now. Default: 1. */
  backdateDays?: number;
  /** Extended key usages. Default: what the role needs. */
  keyPurposes?: readonly string[];
}

const DAY_MS = 86_400_000;

const OID = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const;

const UTF8_STRING = 0x0c;
const BIT_STRING = 0x03;
const TRUE = encodeDer(DER_TAG.boolean, Uint8Array.of(0xff));

/** KeyUsage as a BIT STRING with its unused low bits counted (RFC 5280 section 4.2.1.3). */
const DIGITAL_SIGNATURE = encodeDer(BIT_STRING, Uint8Array.of(7, 0x80));
const CERTIFICATE_AND_CRL_SIGN = encodeDer(BIT_STRING, Uint8Array.of(1, 0x06));

const DEFAULT_PURPOSES = {
  ca: [],
  signer: [KEY_PURPOSE.emailProtection, KEY_PURPOSE.c2paClaimSigning],
  timestamp: [KEY_PURPOSE.timeStamping],
} satisfies Record<IssueOptions['role'], readonly string[]>;

interface CertificateSignature {
  /** AlgorithmIdentifier, DER. */
  algorithm: Uint8Array;
  hash: string | null;
}

const ecdsa = (oid: string, hash: string): CertificateSignature => ({
  algorithm: encodeSequence(encodeOid(oid)),
  hash,
});
const ECDSA_BY_CURVE: Readonly<Record<string, CertificateSignature>> = {
  prime256v1: ecdsa('1.2.840.10045.4.3.2', 'sha256'),
  secp384r1: ecdsa('1.2.840.10045.4.3.3', 'sha384'),
  secp521r1: ecdsa('1.2.840.10045.4.3.4', 'sha512'),
};
const RSA_SHA256 = encodeSequence(
  encodeOid('1.2.840.113549.1.1.11'),
  encodeDer(DER_TAG.null, new Uint8Array(0)),
);

function signatureOf(key: KeyObject): CertificateSignature {
  const ec = ECDSA_BY_CURVE[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (ec !== undefined) return ec;
  if (key.asymmetricKeyType === 'rsa') return { algorithm: RSA_SHA256, hash: 'sha256' };
  return { algorithm: encodeSequence(encodeOid('1.3.101.112')), hash: null };
}

function generateKey(kind: KeyKind): KeyObject {
  switch (kind) {
    case 'p256':
    case 'p384':
    case 'p521': {
      const namedCurve = { p256: 'P-256', p384: 'P-384', p521: 'P-521' }[kind];
      return generateKeyPairSync('ec', { namedCurve }).privateKey;
    }
    case 'rsa':
      return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    case 'ed25519':
      return generateKeyPairSync('ed25519').privateKey;
  }
}

export function toPem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

function distinguishedName(organization: string, name: string): Uint8Array {
  const part = (oid: string, text: string): Uint8Array =>
    encodeSetOf(
      encodeSequence(encodeOid(oid), encodeDer(UTF8_STRING, new TextEncoder().encode(text))),
    );
  return encodeSequence(part(OID.organization, organization), part(OID.commonName, name));
}

function extension(oid: string, value: Uint8Array, critical = false): Uint8Array {
  return encodeSequence(encodeOid(oid), ...(critical ? [TRUE] : []), encodeOctetString(value));
}

const spkiOf = (key: KeyObject): Uint8Array =>
  new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }));

/** SHA-1 of the subjectPublicKey bits, RFC 5280 section 4.2.1.2 method 1: an identifier, no security. */
function keyIdentifier(spki: Uint8Array): Uint8Array {
  const [, bits] = decodeChildren(decodeDer(spki).content);
  return createHash('sha1').update(bits!.content.subarray(1)).digest();
}

function extensionsOf(role: IssueOptions['role'], purposes: readonly string[], ids: Uint8Array[]) {
  const [own, issuer] = ids;
  const list = [
    extension(OID.basicConstraints, role === 'ca' ? encodeSequence(TRUE) : encodeSequence(), true),
    extension(OID.keyUsage, role === 'ca' ? CERTIFICATE_AND_CRL_SIGN : DIGITAL_SIGNATURE, true),
    extension(OID.subjectKeyIdentifier, encodeOctetString(own!)),
    extension(OID.authorityKeyIdentifier, encodeSequence(encodeDer(0x80, issuer!))),
  ];
  if (purposes.length > 0) {
    const value = encodeSequence(...purposes.map(encodeOid));
    // Critical, and the only purpose, for a timestamp authority (RFC 3161 section 2.3).
    list.push(extension(OID.extendedKeyUsage, value, role === 'timestamp'));
  }
  return encodeContext(3, encodeSequence(...list));
}

/** The subject of a certificate as it stands there, to be another's issuer byte for byte. */
export function subjectOf(certificate: Uint8Array): Uint8Array {
  const [tbs] = decodeChildren(decodeDer(certificate).content);
  const fields = decodeChildren(tbs!.content);
  return fields[fields[0]!.tag === 0xa0 ? 5 : 4]!.raw;
}

/** Make a key pair and a certificate for it, signed by `issuer` or by itself. */
export function issueCertificate(options: IssueOptions): IssuedCertificate {
  const { name, organization, role, clock, days, keyKind = 'p256', issuer } = options;
  const purposes = options.keyPurposes ?? DEFAULT_PURPOSES[role];
  const privateKey = generateKey(keyKind);
  const signingKey = issuer?.privateKey ?? privateKey;
  const signature = signatureOf(signingKey);
  const spki = spkiOf(privateKey);
  const subject = distinguishedName(organization, name);
  const now = clock.now().getTime();
  const serial = randomBytes(16);
  // Positive, and of one length (RFC 5280 section 4.1.2.2).
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  const tbs = encodeSequence(
    encodeContext(0, encodeInteger(2)),
    encodeInteger(serial),
    signature.algorithm,
    issuer === undefined ? subject : subjectOf(issuer.certificate),
    encodeSequence(
      encodeTime(new Date(now - (options.backdateDays ?? 1) * DAY_MS)),
      encodeTime(new Date(now + days * DAY_MS)),
    ),
    subject,
    spki,
    extensionsOf(role, purposes, [keyIdentifier(spki), keyIdentifier(spkiOf(signingKey))]),
  );
  const bits = sign(signature.hash, tbs, signingKey);
  const certificate = encodeSequence(
    tbs,
    signature.algorithm,
    encodeDer(BIT_STRING, Uint8Array.of(0), bits),
  );
  return {
    certificate,
    certificatePem: toPem('CERTIFICATE', certificate),
    privateKey,
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
