/** What a timestamp says about, and asks of, the certificate behind it (RFC 3161 section 2.3). */
import { decodeChildren, decodeDer, decodeOid, DER_TAG } from './der.js';

export const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const VERSION_TAG = 0xa0;
const EXTENSIONS_TAG = 0xa3;

export interface CertificateIds {
  /** Issuer name, DER. */
  issuer: Uint8Array;
  /** serialNumber, DER. */
  serial: Uint8Array;
}

function tbsFields(certificate: Uint8Array) {
  const [tbs] = decodeChildren(decodeDer(certificate).content);
  return decodeChildren(tbs?.content ?? new Uint8Array(0));
}

/** Issuer and serialNumber as they stand in a certificate (RFC 5280 section 4.1). */
export function issuerAndSerial(certificate: Uint8Array): CertificateIds {
  const fields = tbsFields(certificate);
  // version is [0] EXPLICIT and stands first in every v3 certificate.
  const skip = fields[0]?.tag === VERSION_TAG ? 1 : 0;
  const [serial, , issuer] = fields.slice(skip);
  if (serial === undefined || issuer === undefined) {
    throw new RangeError('certificate without serial number or issuer');
  }
  return { serial: serial.raw, issuer: issuer.raw };
}

/** The extended key usage extension (RFC 5280 section 4.2.1.12), null when there is none. */
export function extendedKeyUsage(
  certificate: Uint8Array,
): { critical: boolean; purposes: string[] } | null {
  const list = tbsFields(certificate).find(({ tag }) => tag === EXTENSIONS_TAG);
  if (list === undefined) return null;
  for (const { content } of decodeChildren(decodeDer(list.content).content)) {
    const [oid, ...rest] = decodeChildren(content, 3);
    if (oid === undefined || decodeOid(oid.content) !== EXTENDED_KEY_USAGE) continue;
    const critical = rest[0]?.tag === DER_TAG.boolean && rest[0].content[0] === 0xff;
    const purposes = decodeDer(rest.at(-1)!.content);
    return {
      critical,
      purposes: decodeChildren(purposes.content).map((purpose) => decodeOid(purpose.content)),
    };
  }
  return null;
}

/** Why `certificate` may not stamp time, in words; null when it may. */
export function timestampUsageProblem(certificate: Uint8Array): string | null {
  const usage = extendedKeyUsage(certificate);
  if (usage === null || !usage.purposes.includes(TIME_STAMPING)) {
    return 'its certificate is not for timestamps (extended key usage timeStamping is missing)';
  }
  if (usage.purposes.length > 1) return 'its certificate is for other things than timestamps too';
  return usage.critical ? null : 'the extended key usage of its certificate is not critical';
}
