/** Read a timestamp token (CMS SignedData, RFC 5652) and check that its own certificate signed it. */
import { constants, createHash, verify, X509Certificate } from 'node:crypto';
import { decodeChildren, decodeDer, decodeOid, DER_TAG } from './der.js';
import type { DerNode } from './der.js';
import { expectNode, parseTimestampInfo } from './timestamp-info.js';
import type { TimestampInfo } from './timestamp-info.js';
import { issuerAndSerial, timestampUsageProblem } from './timestamp-certificate.js';

export interface TimestampToken extends TimestampInfo {
  /** DER; the authority's own first, then whatever else the token carries. */
  certificates: Uint8Array[];
}

interface SignerInfo {
  sid: DerNode;
  hash: string;
  /** signedAttrs as they stand, under the tag [0]. */
  attributes: DerNode;
  signatureAlgorithm: string;
  signature: Uint8Array;
}

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const ATTRIBUTE = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;
const HASH_BY_OID: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
const RSASSA_PSS = '1.2.840.113549.1.1.10';
const ED25519 = '1.3.101.112';
/** The hash that a signature algorithm fixes; null: the one of digestAlgorithm. */
const SIGNATURE_HASH: Readonly<Record<string, string | null>> = {
  '1.2.840.113549.1.1.1': null,
  [RSASSA_PSS]: null,
  [ED25519]: null,
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};
const CERTIFICATES_TAG = 0xa0;
const ATTRIBUTES_TAG = 0xa0;
const KEY_ID_TAG = 0x80;

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** SignerInfo, RFC 5652 section 5.3. */
function parseSignerInfo(node: DerNode): SignerInfo {
  const fields = decodeChildren(node.content, 7);
  const algorithmOf = (index: number): string => {
    const parts = decodeChildren(
      expectNode(fields, index, DER_TAG.sequence, 'algorithm').content,
      2,
    );
    return decodeOid(expectNode(parts, 0, DER_TAG.oid, 'algorithm').content);
  };
  const hash = HASH_BY_OID[algorithmOf(2)];
  if (hash === undefined) throw new RangeError('it signs with a hash that is not of SHA-2');
  return {
    sid: fields[1]!,
    hash,
    attributes: expectNode(fields, 3, ATTRIBUTES_TAG, 'signed attributes'),
    signatureAlgorithm: algorithmOf(4),
    signature: expectNode(fields, 5, DER_TAG.octetString, 'signature').content,
  };
}

function attributesOf(signer: SignerInfo): Map<string, DerNode> {
  return new Map(
    decodeChildren(signer.attributes.content, 50).map(({ content }) => {
      const [oid, values] = decodeChildren(content, 2);
      return [decodeOid(oid!.content), decodeDer(values!.content)] as const;
    }),
  );
}

/**
 * The certificate among `candidates` that SignerInfo names by issuer and serial, or by key identifier.
 * Which one it really is, its signed hash decides (`assertNamesCertificate`).
 */
function signerCertificate(sid: DerNode, candidates: readonly Uint8Array[]): Uint8Array {
  const found = candidates.find((certificate) => {
    if (sid.tag === KEY_ID_TAG) return Buffer.from(certificate).includes(Buffer.from(sid.content));
    const { issuer, serial } = issuerAndSerial(certificate);
    const [sidIssuer, sidSerial] = decodeChildren(sid.content, 2);
    return same(sidIssuer!.raw, issuer) && same(sidSerial!.raw, serial);
  });
  if (found === undefined) throw new RangeError('the token does not carry its own certificate');
  return found;
}

/** ESSCertID (RFC 2634) or ESSCertIDv2 (RFC 5816): the hash of the certificate is itself signed. */
function assertNamesCertificate(attributes: Map<string, DerNode>, certificate: Uint8Array): void {
  const v2 = attributes.get(ATTRIBUTE.signingCertificateV2);
  const named = v2 ?? attributes.get(ATTRIBUTE.signingCertificate);
  if (named === undefined) throw new RangeError('the token does not name its certificate');
  const [ids] = decodeChildren(named.content, 2);
  const parts = decodeChildren(decodeDer(ids!.content).content, 3);
  let hash = v2 === undefined ? 'sha1' : 'sha256';
  if (parts[0]?.tag === DER_TAG.sequence) {
    hash = HASH_BY_OID[decodeOid(decodeDer(parts.shift()!.content).content)] ?? 'unknown';
  }
  const expected = expectNode(parts, 0, DER_TAG.octetString, 'certificate hash').content;
  if (hash === 'unknown' || !same(createHash(hash).update(certificate).digest(), expected)) {
    throw new RangeError('the token names another certificate than signed it');
  }
}

function signatureHolds(signer: SignerInfo, certificate: X509Certificate): boolean {
  const { signatureAlgorithm, hash, signature, attributes } = signer;
  const fixed = SIGNATURE_HASH[signatureAlgorithm];
  if (fixed === undefined) throw new RangeError('it signs with an algorithm that is unknown here');
  // Signed as SET OF, carried as [0] IMPLICIT (RFC 5652 section 5.4): same bytes, another tag.
  const signed = Uint8Array.from(attributes.raw);
  signed[0] = DER_TAG.set;
  const key = certificate.publicKey;
  if (signatureAlgorithm === ED25519) return verify(null, signed, key, signature);
  const pss = {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_AUTO,
  };
  return verify(fixed ?? hash, signed, signatureAlgorithm === RSASSA_PSS ? pss : key, signature);
}

/**
 * What a TimeStampToken (DER ContentInfo) states, once its signature, its certificate's purpose and
 * the certificate's validity at that time are found good. Whether the certificate is trusted is a
 * question for readers.
 *
 * @throws RangeError or an Error of node:crypto that says what is wrong.
 */
export function readTimestampToken(token: Uint8Array): TimestampToken {
  const [type, wrapped] = decodeChildren(decodeDer(token).content, 2);
  if (type === undefined || wrapped === undefined || decodeOid(type.content) !== SIGNED_DATA) {
    throw new RangeError('the token is no CMS SignedData');
  }
  const fields = decodeChildren(decodeDer(wrapped.content).content, 6);
  const [contentType, content] = decodeChildren(
    expectNode(fields, 2, DER_TAG.sequence, 'content').content,
    2,
  );
  if (contentType === undefined || decodeOid(contentType.content) !== TST_INFO) {
    throw new RangeError('the token holds something else than a timestamp');
  }
  const info = decodeDer(content?.content ?? new Uint8Array(0)).content;
  const signers = decodeChildren(fields.at(-1)!.content, 10);
  if (signers.length !== 1) throw new RangeError('the token has not exactly one signature');
  const signer = parseSignerInfo(signers[0]!);
  const embedded = fields.slice(3, -1).find(({ tag }) => tag === CERTIFICATES_TAG);
  const candidates = decodeChildren(embedded?.content ?? new Uint8Array(0), 20)
    .filter(({ tag }) => tag === DER_TAG.sequence)
    .map(({ raw }) => raw);
  const der = signerCertificate(signer.sid, candidates);
  const problem = timestampUsageProblem(der);
  if (problem !== null) throw new RangeError(problem);

  const attributes = attributesOf(signer);
  const stated = attributes.get(ATTRIBUTE.contentType);
  if (stated === undefined || decodeOid(stated.content) !== TST_INFO) {
    throw new RangeError('the token signs something else than a timestamp');
  }
  const digest = createHash(signer.hash).update(info).digest();
  if (!same(attributes.get(ATTRIBUTE.messageDigest)?.content ?? new Uint8Array(0), digest)) {
    throw new RangeError('the token signs another time than it states');
  }
  assertNamesCertificate(attributes, der);
  const certificate = new X509Certificate(der);
  if (!signatureHolds(signer, certificate)) {
    throw new RangeError('the token is not signed by its certificate');
  }
  const stamped = parseTimestampInfo(info);
  const time = stamped.time.getTime();
  if (time < Date.parse(certificate.validFrom) || time > Date.parse(certificate.validTo)) {
    throw new RangeError('its certificate was not valid at the time that it states');
  }
  return { ...stamped, certificates: [der, ...candidates.filter((one) => one !== der)] };
}
