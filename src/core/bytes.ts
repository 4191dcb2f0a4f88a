/** Small helpers over Uint8Array that every parser here needs. */
import { createHash } from 'node:crypto';

/** SHA-256 of `bytes` as lower-case hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** One array holding `parts` in order. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** True when `bytes` holds `expected` at `offset`. */
export function hasBytesAt(
  bytes: Uint8Array,
  offset: number,
  expected: ArrayLike<number>,
): boolean {
  if (offset < 0 || offset + expected.length > bytes.length) return false;
  for (let i = 0; i < expected.length; i++) {
    if (bytes[offset + i] !== expected[i]) return false;
  }
  return true;
}

/** The bytes of a Latin-1 string (chunk names, magic numbers). */
export function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}

/** A DataView over the same memory as `bytes`. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * In how many bits two hexadecimal strings of the same length differ.
 *
 * @throws RangeError when the lengths differ.
 */
export function hammingDistance(a: string, b: string): number {
  if (a.length !== b.length) {
    throw new RangeError(`"b" expected ${a.length} hex digits, got ${b.length} hex digits`);
  }
  let distance = 0;
  for (let at = 0; at < a.length; at += 7) {
    let bits = parseInt(a.slice(at, at + 7), 16) ^ parseInt(b.slice(at, at + 7), 16);
    for (; bits !== 0; bits &= bits - 1) distance++;
  }
  return distance;
}
