/** A timestamp authority over HTTP that can be told to get things wrong (RFC 3161, RFC 5652). */
import { constants, createHash, randomBytes, sign } from 'node:crypto';
import { decodeChildren, decodeDer } from '../../src/c2pa/der.js';
import {
  DER_TAG,
  encodeContext,
  encodeDer,
  encodeGeneralizedTime,
  encodeInteger,
  encodeOctetString,
  encodeOid,
  encodeSequence,
  encodeSetOf,
} from '../../src/c2pa/der.js';
import type { IssuedCertificate } from '../../src/c2pa/index.js';
import { issueCertificate } from '../../src/c2pa/index.js';
import type { IssueOptions } from '../../src/c2pa/index.js';
import { issuerAndSerial } from '../../src/c2pa/timestamp-certificate.js';
import { systemClock } from '../../src/core/index.js';
import type { HttpPeer, PeerAnswer } from './http-peer.js';
import { startPeer } from './http-peer.js';
import { testCa } from './signing-identity.js';

export interface TsaFaults {
  /** PKIStatus. Default: 0, granted. */
  status?: number;
  statusText?: string;
  /** First byte of PKIFailureInfo. */
  failure?: number;
  withoutToken?: boolean;
  nonce?: 'wrong' | 'none';
  digest?: Uint8Array;
  hashOid?: string;
  time?: Date;
  version?: number;
  contentType?: string;
  /** The certificate that stands in the token. Default: the authority's; null: none. */
  carried?: Uint8Array | null;
  /** The certificate that the signed attributes name. Default: the authority's; null: none. */
  named?: Uint8Array | null;
  /** Signed attributes name the certificate by SHA-1, as RFC 3161 had it. */
  essV1?: boolean;
  /** Change the stated content, or the signature, after signing. */
  damage?: 'content' | 'signature';
  signatures?: number;
  /** Certificates besides the authority's own. */
  more?: readonly Uint8Array[];
}

/** How an authority signs: hash, OID of the hash, OID of the signature. */
const SCHEMES = {
  es256: ['sha256', '2.16.840.1.101.3.4.2.1', '1.2.840.10045.4.3.2'],
  es384: ['sha384', '2.16.840.1.101.3.4.2.2', '1.2.840.10045.4.3.3'],
  es512: ['sha512', '2.16.840.1.101.3.4.2.3', '1.2.840.10045.4.3.4'],
  rsa: ['sha256', '2.16.840.1.101.3.4.2.1', '1.2.840.113549.1.1.1'],
  rsa512: ['sha512', '2.16.840.1.101.3.4.2.3', '1.2.840.113549.1.1.13'],
  pss: ['sha256', '2.16.840.1.101.3.4.2.1', '1.2.840.113549.1.1.10'],
  ed25519: ['sha512', '2.16.840.1.101.3.4.2.3', '1.3.101.112'],
  sha1: ['sha1', '1.3.14.3.2.26', '1.2.840.113549.1.1.5'],
} as const;
export type TsaScheme = keyof typeof SCHEMES;

const OID = {
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  sha256: '2.16.840.1.101.3.4.2.1',
} as const;

/** A certificate for timestamps under `testCa`. */
export function tsaCertificate(more: Partial<IssueOptions> = {}): IssuedCertificate {
  return issueCertificate({
    name: 'Test TSA',
    organization: 'Test',
    role: 'timestamp',
    clock: systemClock,
    days: 30,
    issuer: testCa,
    ...more,
  });
}

const hashOf = (name: string, bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash(name).update(bytes).digest());
const attribute = (oid: string, value: Uint8Array): Uint8Array =>
  encodeSequence(encodeOid(oid), encodeSetOf(value));

/** TimeStampResp for a TimeStampReq. */
export function answerTimestamp(
  request: Uint8Array,
  tsa: IssuedCertificate,
  scheme: TsaScheme,
  faults: TsaFaults = {},
): Uint8Array {
  const [, imprint, nonce] = decodeChildren(decodeDer(request).content);
  const [, asked] = decodeChildren(imprint!.content);
  const [hash, hashOid, signatureOid] = SCHEMES[scheme];
  const status = encodeSequence(
    encodeInteger(faults.status ?? 0),
    ...(faults.statusText === undefined
      ? []
      : [encodeSequence(encodeDer(0x0c, new TextEncoder().encode(faults.statusText)))]),
    ...(faults.failure === undefined ? [] : [encodeDer(0x03, Uint8Array.of(0, faults.failure))]),
  );
  if (faults.withoutToken === true) return encodeSequence(status);

  const nonces = {
    echo: [nonce!.raw],
    wrong: [encodeInteger(randomBytes(16))],
    none: [],
  }[faults.nonce ?? 'echo'];
  const info = encodeSequence(
    encodeInteger(faults.version ?? 1),
    encodeOid('1.2.3.4'),
    encodeSequence(
      encodeSequence(encodeOid(faults.hashOid ?? OID.sha256)),
      encodeOctetString(faults.digest ?? asked!.content),
    ),
    encodeInteger(randomBytes(8)),
    encodeGeneralizedTime(faults.time ?? new Date()),
    ...nonces,
  );
  const named = faults.named === undefined ? tsa.certificate : faults.named;
  const ess =
    named === null
      ? []
      : faults.essV1 === true
        ? [
            attribute(
              OID.signingCertificate,
              encodeSequence(
                encodeSequence(encodeSequence(encodeOctetString(hashOf('sha1', named)))),
              ),
            ),
          ]
        : [
            attribute(
              OID.signingCertificateV2,
              encodeSequence(
                encodeSequence(encodeSequence(encodeOctetString(hashOf('sha256', named)))),
              ),
            ),
          ];
  const signed = encodeSetOf(
    attribute(OID.contentType, encodeOid(faults.contentType ?? OID.tstInfo)),
    attribute(OID.messageDigest, encodeOctetString(hashOf(hash, info))),
    ...ess,
  );
  const key = tsa.privateKey;
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const signature = new Uint8Array(
    sign(scheme === 'ed25519' ? null : hash, signed, { key, ...(scheme === 'pss' ? pss : {}) }),
  );
  if (faults.damage === 'signature') signature[signature.length - 1]! ^= 1;
  if (faults.damage === 'content') info[info.length - 1]! ^= 1;
  const { issuer, serial } = issuerAndSerial(tsa.certificate);
  const signerInfo = encodeSequence(
    encodeInteger(1),
    encodeSequence(issuer, serial),
    encodeSequence(encodeOid(hashOid)),
    Uint8Array.of(0xa0, ...signed.subarray(1)),
    encodeSequence(encodeOid(signatureOid)),
    encodeOctetString(signature),
  );
  const carried = faults.carried === undefined ? tsa.certificate : faults.carried;
  const signerInfos = Array.from({ length: faults.signatures ?? 1 }, () => signerInfo);
  const signedData = encodeSequence(
    encodeInteger(3),
    encodeSetOf(encodeSequence(encodeOid(hashOid))),
    encodeSequence(
      encodeOid(faults.contentType ?? OID.tstInfo),
      encodeContext(0, encodeOctetString(info)),
    ),
    ...(carried === null ? [] : [encodeContext(0, ...(faults.more ?? []), carried)]),
    encodeDer(DER_TAG.set, ...signerInfos),
  );
  return encodeSequence(
    status,
    encodeSequence(encodeOid(OID.signedData), encodeContext(0, signedData)),
  );
}

export interface TsaPeerOptions {
  certificate?: IssuedCertificate;
  scheme?: TsaScheme;
  faults?: TsaFaults;
}

export function startTsaPeer(options: TsaPeerOptions = {}): Promise<HttpPeer> {
  const { certificate = tsaCertificate(), scheme = 'es256', faults } = options;
  return startPeer(({ headers, body }): PeerAnswer => {
    if (headers['content-type'] !== 'application/timestamp-query') return { status: 415 };
    return {
      headers: { 'content-type': 'application/timestamp-reply' },
      body: answerTimestamp(body, certificate, scheme, faults),
    };
  });
}
