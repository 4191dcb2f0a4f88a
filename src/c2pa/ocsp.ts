/**
 * Stapled OCSP responses (RFC 6960): what the issuer of the signer's certificate said about it, carried in the
 * file itself. Nothing is fetched. A response counts only when the issuer, or a responder that the issuer
 * appointed, signed it about this very certificate; everything else is `unknown`.
 */
import type { KeyObject, VerifyKeyObjectInput } from 'node:crypto';
import { constants, createHash, verify, X509Certificate } from 'node:crypto';
import { DER_TAG, decodeChildren, decodeDer, decodeOid } from './der.js';
import type { DerNode } from './der.js';

export interface Revocation {
  /** Whether the signature carries a response of the certificate's issuer. */
  stapled: boolean;
  /** What it says; `unknown` where it cannot be relied upon; null without one. */
  status: 'good' | 'revoked' | 'unknown' | null;
  /** When the responder said so, ISO 8601. */
  at: string | null;
  /** When the certificate was revoked, ISO 8601. */
  revokedAt: string | null;
}

export const NOT_STAPLED: Revocation = { stapled: false, status: null, at: null, revokedAt: null };

const BIT_STRING = 0x03;
const ENUMERATED = 0x0a;
const CONTEXT_0 = 0xa0;
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
const BASIC_RESPONSE = '1.3.6.1.5.5.7.48.1.1';
/** Signature algorithms that responders use: OID -> digest, `pss` where the padding is that. */
const SIGNATURES: Readonly<Record<string, { digest: string; pss?: boolean }>> = {
  '1.2.840.113549.1.1.5': { digest: 'sha1' },
  '1.2.840.113549.1.1.11': { digest: 'sha256' },
  '1.2.840.113549.1.1.12': { digest: 'sha384' },
  '1.2.840.113549.1.1.13': { digest: 'sha512' },
  '1.2.840.113549.1.1.10': { digest: 'sha256', pss: true },
  '1.2.840.10045.4.3.2': { digest: 'sha256' },
  '1.2.840.10045.4.3.3': { digest: 'sha384' },
  '1.2.840.10045.4.3.4': { digest: 'sha512' },
};
const CERTIFICATE_DIGESTS: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
};

/**
 * @param chain DER, the signer's certificate first, its issuer second.
 * @param responses DER of every stapled response; the gravest counts.
 */
export function readRevocation(
  chain: readonly Uint8Array[],
  responses: readonly Uint8Array[],
): Revocation {
  if (responses.length === 0) return NOT_STAPLED;
  const read = responses.map((response) => readResponse(chain, response));
  const order = ['revoked', 'good', 'unknown'] as const;
  const gravest = order
    .map((status) => read.find((entry) => entry.status === status))
    .find((entry) => entry !== undefined);
  return gravest ?? unknown;
}

const unknown: Revocation = { stapled: true, status: 'unknown', at: null, revokedAt: null };

function readResponse(chain: readonly Uint8Array[], response: Uint8Array): Revocation {
  try {
    const [leaf, issuer] = chain.slice(0, 2).map((der) => new X509Certificate(der));
    if (leaf === undefined || issuer === undefined) return unknown;
    const basic = basicResponse(response);
    const [data, algorithm, signature, certificates] = children(basic);
    const fields = children(expectTag(data, DER_TAG.sequence));
    const start = fields[0]?.tag === CONTEXT_0 ? 1 : 0;
    const singles = children(expectTag(fields[start + 2], DER_TAG.sequence));
    const single = singles.find((entry) => isAbout(entry, leaf, issuer));
    const key = responderKey(issuer, certificates);
    if (single === undefined || key === null) return unknown;
    if (!isSignedBy(key, data!, expectTag(algorithm, DER_TAG.sequence), signature)) return unknown;
    const [, status, thisUpdate] = children(single);
    const at = timeText(thisUpdate);
    // CertStatus: [0] good, [1] revoked with its time, [2] unknown.
    if (status?.tag === 0x80) return { stapled: true, status: 'good', at, revokedAt: null };
    if (status?.tag !== 0xa1) return { ...unknown, at };
    return { stapled: true, status: 'revoked', at, revokedAt: timeText(children(status)[0]) };
  } catch {
    return unknown;
  }
}

/** RFC 6960 section 4.2.1: the BasicOCSPResponse inside a successful OCSPResponse. */
function basicResponse(response: Uint8Array): DerNode {
  const [status, bytes] = children(expectTag(decodeDer(response), DER_TAG.sequence));
  if (expectTag(status, ENUMERATED).content[0] !== 0) throw new Error('not successful');
  const [type, body] = children(children(expectTag(bytes, CONTEXT_0))[0]!);
  if (type === undefined || oidText(type) !== BASIC_RESPONSE) throw new Error('not basic');
  return expectTag(decodeDer(expectTag(body, DER_TAG.octetString).content), DER_TAG.sequence);
}

/** CertID: hash of the issuer's name and key, and the serial number. */
function isAbout(single: DerNode, leaf: X509Certificate, issuer: X509Certificate): boolean {
  const [algorithm, , keyHash, serial] = children(expectTag(children(single)[0], DER_TAG.sequence));
  const digest = CERTIFICATE_DIGESTS[oidText(children(algorithm!)[0]!)];
  if (digest === undefined || keyHash === undefined || serial === undefined) return false;
  const hash = createHash(digest).update(keyBits(issuer.publicKey)).digest();
  const number = Buffer.from(expectTag(serial, DER_TAG.integer).content).toString('hex');
  const plain = (hex: string): string => hex.toUpperCase().replace(/^0+/, '');
  return hash.equals(keyHash.content) && plain(number) === plain(leaf.serialNumber);
}

/** The bits of a SubjectPublicKeyInfo without the count of unused ones. */
function keyBits(key: KeyObject): Uint8Array {
  const info = decodeDer(key.export({ type: 'spki', format: 'der' }));
  return expectTag(children(info)[1], BIT_STRING).content.subarray(1);
}

/** The issuer's own key, or that of a responder which the issuer certified for the purpose (section 4.2.2.2). */
function responderKey(
  issuer: X509Certificate,
  certificates: DerNode | undefined,
): KeyObject | null {
  if (certificates?.tag !== CONTEXT_0) return issuer.publicKey;
  for (const { raw } of children(children(certificates)[0]!)) {
    const responder = new X509Certificate(raw);
    if (responder.raw.equals(issuer.raw)) return issuer.publicKey;
    if (responder.keyUsage?.includes(OCSP_SIGNING) && responder.verify(issuer.publicKey)) {
      return responder.publicKey;
    }
  }
  return null;
}

function isSignedBy(
  key: KeyObject,
  data: DerNode,
  algorithm: DerNode,
  signature: DerNode | undefined,
): boolean {
  const known = SIGNATURES[oidText(children(algorithm)[0]!)];
  if (known === undefined) return false;
  const bits = expectTag(signature, BIT_STRING).content.subarray(1);
  const input: VerifyKeyObjectInput = known.pss
    ? {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_AUTO,
      }
    : { key };
  return verify(known.digest, data.raw, input, bits);
}

const children = (node: DerNode): DerNode[] => decodeChildren(node.content);

const oidText = (node: DerNode): string => decodeOid(expectTag(node, DER_TAG.oid).content);

/** @throws Error when `node` is missing or has another tag. */
function expectTag(node: DerNode | undefined, tag: number): DerNode {
  if (node?.tag !== tag) throw new Error(`expected DER tag ${tag}`);
  return node;
}

/** GeneralizedTime as DER has it, `YYYYMMDDHHMMSSZ`, to ISO 8601. */
function timeText(node: DerNode | undefined): string {
  const text = Buffer.from(expectTag(node, DER_TAG.generalizedTime).content).toString('latin1');
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) throw new Error('no GeneralizedTime');
  const [, year, month, day, hour, minute, second] = match;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`).toISOString();
}
