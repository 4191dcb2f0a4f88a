/** The question to a timestamp authority and its answer (RFC 3161 sections 2.4.1 and 2.4.2). */
import { errorMessage, printable } from '../core/index.js';
import {
  decodeChildren,
  decodeDer,
  DER_TAG,
  encodeDer,
  encodeInteger,
  encodeOctetString,
  encodeOid,
  encodeSequence,
} from './der.js';
import type { DerNode } from './der.js';
import { C2paError } from './errors.js';
import { readTimestampToken } from './timestamp-token.js';

/** OID of the one hash that is asked for. */
export const SHA256 = '2.16.840.1.101.3.4.2.1';
/** PKIStatus: granted, grantedWithMods. */
const GRANTED = [0, 1];
/** PKIFailureInfo by bit. */
const FAILURE: Readonly<Record<number, string>> = {
  0: 'badAlg',
  2: 'badRequest',
  5: 'badDataFormat',
  14: 'timeNotAvailable',
  15: 'unacceptedPolicy',
  16: 'unacceptedExtension',
  17: 'addInfoNotAvailable',
  25: 'systemFailure',
};
const BIT_STRING = 0x03;
/** An authority's clock and ours may differ by a wrong time zone, not by more. */
const MAX_SKEW_MS = 24 * 3_600_000;

/** What was asked, to be compared with the answer. */
export interface TimestampQuery {
  /** SHA-256, 32 bytes. */
  digest: Uint8Array;
  /** 1 to 20 bytes; the first one 1..127, so that it is a positive INTEGER as it stands. */
  nonce: Uint8Array;
}

/** TimeStampReq that asks for the authority's certificate as well. */
export function encodeTimestampRequest({ digest, nonce }: TimestampQuery): Uint8Array {
  const algorithm = encodeSequence(encodeOid(SHA256), encodeDer(DER_TAG.null, new Uint8Array(0)));
  return encodeSequence(
    encodeInteger(1),
    encodeSequence(algorithm, encodeOctetString(digest)),
    encodeInteger(nonce),
    encodeDer(DER_TAG.boolean, Uint8Array.of(0xff)),
  );
}

const refusal = (message: string, cause?: unknown): C2paError =>
  new C2paError({ code: 'C2PA_TIMESTAMP', message, cause });

/** The status in words: the authority's own text and the names of the failure bits. */
function describeStatus(status: number, rest: readonly DerNode[]): string {
  const words: string[] = [];
  for (const node of rest) {
    if (node.tag === DER_TAG.sequence) {
      for (const { content } of decodeChildren(node.content, 10)) {
        words.push(printable(Buffer.from(content).toString('utf8')));
      }
    } else if (node.tag === BIT_STRING) {
      const bits = node.content.subarray(1);
      for (const [bit, name] of Object.entries(FAILURE)) {
        const byte = bits[Number(bit) >> 3] ?? 0;
        if ((byte & (0x80 >> (Number(bit) & 7))) !== 0) words.push(name);
      }
    }
  }
  return `refused (status ${status}${words.length > 0 ? `: ${words.join(', ')}` : ''})`;
}

/**
 * The token of a TimeStampResp, once it is known to be the answer to `query`: granted, for the same
 * digest and nonce, signed by a certificate for timestamps, and not a day from `now`.
 *
 * @param who the authority, for messages.
 * @throws C2paError C2PA_TIMESTAMP
 */
export function checkTimestampResponse(
  response: Uint8Array,
  query: TimestampQuery,
  options: { now: Date; who: string },
): Uint8Array {
  const { now, who } = options;
  let info;
  let token;
  try {
    const [status, tokenNode] = decodeChildren(decodeDer(response).content, 2);
    const [code, ...rest] = decodeChildren(status?.content ?? new Uint8Array(0), 3);
    if (code?.tag !== DER_TAG.integer) throw new RangeError('it is no RFC 3161 response');
    const value = code.content.length === 1 ? code.content[0]! : Number.NaN;
    if (!GRANTED.includes(value)) throw refusal(`${who} ${describeStatus(value, rest)}`);
    if (tokenNode === undefined) throw new RangeError('it grants a timestamp but holds none');
    token = tokenNode.raw;
    info = readTimestampToken(token);
  } catch (cause) {
    if (cause instanceof C2paError) throw cause;
    throw refusal(`the answer of ${who} was refused: ${errorMessage(cause)}`, cause);
  }
  if (info.hashAlgorithm !== SHA256 || Buffer.compare(info.digest, query.digest) !== 0) {
    throw refusal(`the answer of ${who} was refused: it stamps something else than was asked`);
  }
  if (info.nonce === null || Buffer.compare(info.nonce, query.nonce) !== 0) {
    throw refusal(`the answer of ${who} was refused: its nonce is not the one that was sent`);
  }
  if (Math.abs(info.time.getTime() - now.getTime()) > MAX_SKEW_MS) {
    throw refusal(
      `the answer of ${who} was refused: it says ${info.time.toISOString()}, this machine's clock ${now.toISOString()}`,
    );
  }
  return new Uint8Array(token);
}
