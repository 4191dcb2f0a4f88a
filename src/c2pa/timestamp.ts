/** RFC 3161 timestamps: the port, and the token that an authority issues (CMS SignedData, RFC 5652). */
import { createHash, randomBytes, sign as signBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Clock } from '../core/index.js';
import { assertBytes } from '../core/index.js';
import {
  encodeContext,
  encodeGeneralizedTime,
  encodeInteger,
  encodeOctetString,
  encodeOid,
  encodeSequence,
  encodeSetOf,
  encodeTime,
} from './der.js';
import { issuerAndSerial } from './timestamp-certificate.js';

/** Whatever can say "these bytes existed at this time". */
export interface TimestampSource {
  /** The longest token to expect, which is the room kept in the file. Default: 10 000 bytes. */
  readonly maxTokenBytes?: number;
  /** Sign without a timestamp, and warn, when none can be taken. Default: false, signing fails. */
  readonly optional?: boolean;
  /**
   * @param digest SHA-256 (32 bytes) of what is stamped.
   * @returns the TimeStampToken (DER ContentInfo), not the response around it.
   */
  timestamp(digest: Uint8Array): Promise<Uint8Array>;
  /** As `Signer.ready`. */
  ready?(): Promise<void>;
}

export interface TimestampAuthorityOptions {
  /** DER certificate with the critical extended key usage timeStamping and nothing else. */
  certificate: Uint8Array;
  /** More certificates of its chain to put into the token. Default: none. */
  chain?: readonly Uint8Array[];
  /** P-256 private key of `certificate`. */
  key: KeyObject;
  clock: Clock;
  /** Policy under which tokens are issued. Default: 1.3.6.1.4.1.13762.3 (the one of RFC 3161 examples). */
  policy?: string;
}

const OID = {
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  sha256: '2.16.840.1.101.3.4.2.1',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
} as const;

const SHA256_ALGORITHM = encodeSequence(encodeOid(OID.sha256));
/** What a local token holds besides its certificates, measured at 560 to 620 bytes. */
const LOCAL_TOKEN_BYTES = 1024;
const DEFAULT_POLICY = '1.3.6.1.4.1.13762.3';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

const attribute = (oid: string, value: Uint8Array): Uint8Array =>
  encodeSequence(encodeOid(oid), encodeSetOf(value));

/** TSTInfo, RFC 3161 section 2.4.2. */
function encodeTstInfo(digest: Uint8Array, time: Date, policy: string): Uint8Array {
  return encodeSequence(
    encodeInteger(1),
    encodeOid(policy),
    encodeSequence(SHA256_ALGORITHM, encodeOctetString(digest)),
    encodeInteger(randomBytes(16)),
    encodeGeneralizedTime(time),
  );
}

/**
 * A timestamp authority in this process: for development and tests, where no other is at hand. Its
 * word is worth as much as the clock and the key behind it.
 */
export function createTimestampAuthority(options: TimestampAuthorityOptions): TimestampSource {
  const { certificate, chain = [], key, clock, policy = DEFAULT_POLICY } = options;
  const { issuer, serial } = issuerAndSerial(certificate);
  // ESSCertIDv2 (RFC 5035): the hash algorithm is left out because SHA-256 is its default.
  const certificateId = encodeSequence(
    encodeOctetString(sha256(certificate)),
    encodeSequence(encodeSequence(encodeContext(4, issuer)), serial),
  );

  return {
    maxTokenBytes:
      LOCAL_TOKEN_BYTES + [certificate, ...chain].reduce((sum, der) => sum + der.length, 0),
    timestamp(digest) {
      assertBytes(digest, 'digest', 32);
      const time = clock.now();
      const info = encodeTstInfo(digest, time, policy);
      const attributes = [
        attribute(OID.contentType, encodeOid(OID.tstInfo)),
        attribute(OID.signingTime, encodeTime(time)),
        attribute(OID.messageDigest, encodeOctetString(sha256(info))),
        attribute(OID.signingCertificateV2, encodeSequence(encodeSequence(certificateId))),
      ];
      // Signed as SET OF, carried as [0] IMPLICIT (RFC 5652 section 5.4): same bytes, another tag.
      const signed = encodeSetOf(...attributes);
      const carried = Uint8Array.from(signed);
      carried[0] = 0xa0;
      const signerInfo = encodeSequence(
        encodeInteger(1),
        encodeSequence(issuer, serial),
        SHA256_ALGORITHM,
        carried,
        encodeSequence(encodeOid(OID.ecdsaWithSha256)),
        encodeOctetString(signBytes('sha256', signed, key)),
      );
      const signedData = encodeSequence(
        encodeInteger(3),
        encodeSetOf(SHA256_ALGORITHM),
        encodeSequence(encodeOid(OID.tstInfo), encodeContext(0, encodeOctetString(info))),
        encodeContext(0, certificate, ...chain),
        encodeSetOf(signerInfo),
      );
      return Promise.resolve(
        encodeSequence(encodeOid(OID.signedData), encodeContext(0, signedData)),
      );
    },
  };
}
