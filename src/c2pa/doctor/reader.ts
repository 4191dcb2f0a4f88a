/**
 * Strict reading of DER (ITU-T X.690), on top of ../der.ts: a certificate that only a lenient parser
 * takes is refused by c2pa-rs, so it must be refused here.
 */
import { DER_TAG, decodeChildren, decodeDer, decodeOid } from '../der.js';
import type { DerNode } from '../der.js';

const CONSTRUCTED = 0x20;
const MAX_DEPTH = 32;
const MAX_OID_BYTES = 64;

/**
 * The one value that fills `bytes`.
 *
 * @throws RangeError for what is cut short, padded, nested over 32 deep or not DER.
 */
export function readStrict(bytes: Uint8Array): DerNode {
  const node = decodeDer(bytes);
  if (node.raw.length !== bytes.length) throw new RangeError('bytes after the end of the value');
  checkForm(node, 0);
  return node;
}

/** Lengths in their shortest form, low tag numbers, bounded depth (X.690 sections 8.1.2 and 10.1). */
function checkForm(node: DerNode, depth: number): void {
  if (depth > MAX_DEPTH) throw new RangeError('DER value nested too deeply');
  if ((node.tag & 0x1f) === 0x1f) throw new RangeError('DER tag number of unsupported form');
  const header = node.raw.length - node.content.length;
  if (header !== shortestHeader(node.content.length)) {
    throw new RangeError('DER length not in its shortest form');
  }
  if ((node.tag & CONSTRUCTED) === 0) return;
  for (const child of decodeChildren(node.content)) checkForm(child, depth + 1);
}

function shortestHeader(length: number): number {
  if (length < 0x80) return 2;
  return 2 + Math.ceil((32 - Math.clz32(length)) / 8);
}

/** `node`, which must have `tag`. */
export function expectTag(node: DerNode | undefined, tag: number, what: string): DerNode {
  if (node === undefined) throw new RangeError(`${what} is missing`);
  if (node.tag !== tag) throw new RangeError(`${what} has tag 0x${node.tag.toString(16)}`);
  return node;
}

/** The parts of a SEQUENCE. */
export function sequenceOf(node: DerNode | undefined, what: string): DerNode[] {
  return decodeChildren(expectTag(node, DER_TAG.sequence, what).content);
}

export function oidOf(node: DerNode | undefined, what: string): string {
  const { content } = expectTag(node, DER_TAG.oid, what);
  // The last byte of an arc has its high bit clear; X.690 section 8.19.
  if (content.length === 0 || content.length > MAX_OID_BYTES || content.at(-1)! >= 0x80) {
    throw new RangeError(`${what} is no object identifier`);
  }
  return decodeOid(content);
}

/** A small non-negative INTEGER. */
export function smallIntegerOf(node: DerNode | undefined, what: string): number {
  const { content } = expectTag(node, DER_TAG.integer, what);
  if (content.length === 0 || content.length > 4 || content[0]! >= 0x80) {
    throw new RangeError(`${what} is out of range`);
  }
  return content.reduce((value, byte) => value * 256 + byte, 0);
}

/** UTCTime and GeneralizedTime as RFC 5280 section 4.1.2.5 narrows them: seconds, no fraction, Z. */
export function timeOf(node: DerNode | undefined, what: string): Date {
  const text = Buffer.from(node?.content ?? []).toString('latin1');
  let digits: string | undefined;
  if (node?.tag === DER_TAG.utcTime && /^\d{12}Z$/.test(text)) {
    digits = (Number(text.slice(0, 2)) < 50 ? '20' : '19') + text;
  } else if (node?.tag === DER_TAG.generalizedTime && /^\d{14}Z$/.test(text)) {
    digits = text;
  }
  const iso = digits?.replace(/^(....)(..)(..)(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const time = new Date(iso ?? Number.NaN);
  if (Number.isNaN(time.getTime())) throw new RangeError(`${what} is no time of RFC 5280`);
  return time;
}
