/** The little of DER (ITU-T X.690) that timestamp tokens and signatures need: write, and read back. */
import { concatBytes, viewOf } from '../core/index.js';

export const DER_TAG = {
  boolean: 0x01,
  integer: 0x02,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One value as it stands in a DER encoding. */
export interface DerNode {
  readonly tag: number;
  /** The content octets. */
  readonly content: Uint8Array;
  /** Tag, length and content. */
  readonly raw: Uint8Array;
}

/** Tag, length, content. */
export function encodeDer(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(content);
  const length: number[] = [];
  for (let rest = body.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest & 0xff);
  const header = body.length < 0x80 ? [tag, body.length] : [tag, 0x80 | length.length, ...length];
  return concatBytes([Uint8Array.from(header), body]);
}

export function encodeSequence(...items: readonly Uint8Array[]): Uint8Array {
  return encodeDer(DER_TAG.sequence, ...items);
}

/** SET OF: DER wants the elements in the order of their encodings (X.690 section 11.6). */
export function encodeSetOf(...items: readonly Uint8Array[]): Uint8Array {
  return encodeDer(DER_TAG.set, ...[...items].sort((a, b) => Buffer.compare(a, b)));
}

/** A non-negative integer, given as a number or as big-endian bytes. */
export function encodeInteger(value: number | Uint8Array): Uint8Array {
  let bytes: number[];
  if (typeof value === 'number') {
    bytes = [];
    for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  } else {
    bytes = [...value];
    while (bytes.length > 1 && bytes[0] === 0) bytes.shift();
  }
  if (bytes.length === 0 || bytes[0]! >= 0x80) bytes.unshift(0);
  return encodeDer(DER_TAG.integer, Uint8Array.from(bytes));
}

export function encodeOid(oid: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = oid.split('.').map(Number);
  const out: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const groups = [arc % 128];
    for (let high = Math.floor(arc / 128); high > 0; high = Math.floor(high / 128)) {
      groups.unshift(0x80 | (high % 128));
    }
    out.push(...groups);
  }
  return encodeDer(DER_TAG.oid, Uint8Array.from(out));
}

export function encodeOctetString(bytes: Uint8Array): Uint8Array {
  return encodeDer(DER_TAG.octetString, bytes);
}

/** GeneralizedTime in UTC with whole seconds, the form that RFC 3161 and RFC 5280 share. */
export function encodeGeneralizedTime(time: Date): Uint8Array {
  const text = time.toISOString().replace(/[-:T]|\.\d+/g, '');
  return encodeDer(DER_TAG.generalizedTime, new TextEncoder().encode(text));
}

/** UTCTime until 2049, GeneralizedTime after (RFC 5280 section 4.1.2.5, RFC 5652 section 11.3). */
export function encodeTime(time: Date): Uint8Array {
  const generalized = encodeGeneralizedTime(time);
  const year = time.getUTCFullYear();
  if (year < 1950 || year > 2049) return generalized;
  return encodeDer(DER_TAG.utcTime, decodeDer(generalized).content.subarray(2));
}

/** `[number]` constructed, around what is already encoded. */
export function encodeContext(number: number, ...content: readonly Uint8Array[]): Uint8Array {
  return encodeDer(0xa0 | number, ...content);
}

/**
 * The value at the start of `bytes`; what follows it is left alone.
 *
 * @throws RangeError when the length runs past the end or the form is not DER's.
 */
export function decodeDer(bytes: Uint8Array, offset = 0): DerNode {
  const view = viewOf(bytes);
  if (offset + 2 > bytes.length) throw new RangeError('DER value cut short');
  const tag = view.getUint8(offset);
  let length = view.getUint8(offset + 1);
  let start = offset + 2;
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count === 0 || count > 4) throw new RangeError('DER length of unsupported form');
    if (start + count > bytes.length) throw new RangeError('DER value cut short');
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + view.getUint8(start + i);
    start += count;
  }
  if (start + length > bytes.length) throw new RangeError('DER value cut short');
  return {
    tag,
    content: bytes.subarray(start, start + length),
    raw: bytes.subarray(offset, start + length),
  };
}

/** The values that a constructed value holds, at most `limit`. */
export function decodeChildren(content: Uint8Array, limit = 1000): DerNode[] {
  const out: DerNode[] = [];
  for (let offset = 0; offset < content.length;) {
    if (out.length >= limit) throw new RangeError('DER value with too many parts');
    const node = decodeDer(content, offset);
    out.push(node);
    offset += node.raw.length;
  }
  return out;
}

/** An OBJECT IDENTIFIER in dotted form. */
export function decodeOid(content: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [head = 0, ...rest] = arcs;
  const first = Math.min(2, Math.floor(head / 40));
  return [first, head - first * 40, ...rest].join('.');
}
