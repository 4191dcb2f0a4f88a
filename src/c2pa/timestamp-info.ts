/** What a timestamp token states: TSTInfo, RFC 3161 section 2.4.2. */
import { decodeChildren, decodeDer, decodeOid, DER_TAG } from './der.js';
import type { DerNode } from './der.js';

export interface TimestampInfo {
  /** Hash algorithm of the imprint, OID. */
  hashAlgorithm: string;
  /** What was stamped. */
  digest: Uint8Array;
  time: Date;
  /** Content of the INTEGER, null when there is none. */
  nonce: Uint8Array | null;
}

/** The node of `tag` at `index`. @throws RangeError when another stands there. */
export function expectNode(
  nodes: readonly DerNode[],
  index: number,
  tag: number,
  name: string,
): DerNode {
  const node = nodes[index];
  if (node?.tag !== tag) throw new RangeError(`the token has no ${name}`);
  return node;
}

/** GeneralizedTime in UTC, with or without fractions (RFC 3161 section 2.4.2). */
function parseGeneralizedTime(content: Uint8Array): Date {
  const text = Buffer.from(content).toString('latin1');
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{1,9})?Z$/.exec(text);
  const [, year, month, day, hour, minute, second, fraction = ''] = match ?? [];
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}Z`);
  if (match === null || Number.isNaN(time.getTime())) throw new RangeError('the token has no time');
  return time;
}

/** @param bytes TSTInfo, DER. @throws RangeError when it is none. */
export function parseTimestampInfo(bytes: Uint8Array): TimestampInfo {
  const fields = decodeChildren(decodeDer(bytes).content, 12);
  if (expectNode(fields, 0, DER_TAG.integer, 'version').content[0] !== 1) {
    throw new RangeError('the token has another version than 1');
  }
  const imprint = decodeChildren(expectNode(fields, 2, DER_TAG.sequence, 'imprint').content, 2);
  const algorithm = decodeChildren(expectNode(imprint, 0, DER_TAG.sequence, 'hash').content, 2);
  return {
    hashAlgorithm: decodeOid(expectNode(algorithm, 0, DER_TAG.oid, 'hash').content),
    digest: expectNode(imprint, 1, DER_TAG.octetString, 'imprint').content,
    time: parseGeneralizedTime(expectNode(fields, 4, DER_TAG.generalizedTime, 'time').content),
    // accuracy, ordering, tsa and extensions around it are optional and have other tags.
    nonce: fields.slice(5).find(({ tag }) => tag === DER_TAG.integer)?.content ?? null,
  };
}
