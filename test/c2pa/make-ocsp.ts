/** OCSP responses (RFC 6960), good and bad, made in memory. */
import { createHash, sign, X509Certificate } from 'node:crypto';
import {
  DER_TAG,
  decodeChildren,
  decodeDer,
  encodeContext,
  encodeDer,
  encodeGeneralizedTime,
  encodeInteger,
  encodeOctetString,
  encodeOid,
  encodeSequence,
} from '../../src/c2pa/der.js';
import type { IssuedCertificate } from '../../src/c2pa/index.js';

export interface OcspOptions {
  about: IssuedCertificate;
  issuer: IssuedCertificate;
  /** Default: the issuer itself. */
  responder?: IssuedCertificate;
  status: 'good' | 'revoked' | 'unknown';
  at: Date;
  revokedAt?: Date;
}

/** DER of an OCSPResponse with one SingleResponse, signed with ECDSA and SHA-256. */
export function makeOcspResponse(options: OcspOptions): Uint8Array {
  const { about, issuer, responder = issuer, status, at, revokedAt = at } = options;
  const sha1 = (bytes: Uint8Array): Uint8Array =>
    new Uint8Array(createHash('sha1').update(bytes).digest());
  const spki = new X509Certificate(issuer.certificate).publicKey.export({
    type: 'spki',
    format: 'der',
  });
  const keyBits = decodeChildren(decodeDer(spki).content)[1]!.content.subarray(1);
  const serial = Buffer.from(new X509Certificate(about.certificate).serialNumber, 'hex');
  const certId = encodeSequence(
    encodeSequence(encodeOid('1.3.14.3.2.26'), encodeDer(DER_TAG.null)),
    encodeOctetString(sha1(new Uint8Array(0))),
    encodeOctetString(sha1(keyBits)),
    encodeInteger(new Uint8Array(serial)),
  );
  const certStatus = {
    good: encodeDer(0x80),
    revoked: encodeContext(1, encodeGeneralizedTime(revokedAt)),
    unknown: encodeDer(0x82),
  }[status];
  const data = encodeSequence(
    encodeContext(2, encodeOctetString(sha1(keyBits))),
    encodeGeneralizedTime(at),
    encodeSequence(encodeSequence(certId, certStatus, encodeGeneralizedTime(at))),
  );
  const signature = sign('sha256', data, responder.privateKey);
  const basic = encodeSequence(
    data,
    encodeSequence(encodeOid('1.2.840.10045.4.3.2')),
    encodeDer(0x03, Uint8Array.of(0), signature),
    ...(responder === issuer ? [] : [encodeContext(0, encodeSequence(responder.certificate))]),
  );
  return encodeSequence(
    encodeDer(0x0a, Uint8Array.of(0)),
    encodeContext(0, encodeSequence(encodeOid('1.3.6.1.5.5.7.48.1.1'), encodeOctetString(basic))),
  );
}
