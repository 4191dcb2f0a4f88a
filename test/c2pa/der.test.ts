import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeChildren,
  decodeDer,
  decodeOid,
  encodeInteger,
  encodeOctetString,
  encodeOid,
  encodeSequence,
  encodeSetOf,
  encodeTime,
} from '../../src/c2pa/der.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('DER', () => {
  it.each([
    // X.690 sections 8.3 and 8.19, and values that openssl asn1parse shows so.
    [encodeInteger(0), '020100'],
    [encodeInteger(127), '02017f'],
    [encodeInteger(128), '02020080'],
    [encodeInteger(Uint8Array.of(0, 0, 0xff)), '020200ff'],
    [encodeOid('1.2.840.113549.1.7.2'), '06092a864886f70d010702'],
    [encodeOid('2.999.3'), '0603883703'],
    [encodeTime(new Date('2026-08-20T12:00:00.900Z')), '170d3236303832303132303030305a'],
    [encodeTime(new Date('2050-01-01T00:00:00Z')), '180f32303530303130313030303030305a'],
    [encodeSetOf(Uint8Array.of(5, 0), Uint8Array.of(1, 1, 255)), '31050101ff0500'],
  ])('%#: known encodings', (bytes, expected) => {
    expect(hex(bytes)).toBe(expected);
  });

  it('reads back what it wrote, at every length form', () => {
    for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536]) {
      const node = decodeDer(encodeOctetString(new Uint8Array(length)));
      expect(node.content).toHaveLength(length);
    }
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 }), (parts) => {
        const nodes = decodeChildren(
          decodeDer(encodeSequence(...parts.map(encodeOctetString))).content,
        );
        expect(nodes.map((node) => new Uint8Array(node.content))).toEqual(parts);
      }),
      { seed: 1 },
    );
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2 ** 31 }), { minLength: 1, maxLength: 8 }), (arcs) => {
        const oid = ['1.3', ...arcs].join('.');
        expect(decodeOid(decodeDer(encodeOid(oid)).content)).toBe(oid);
      }),
      { seed: 2 },
    );
  });

  it('refuses anything else with a RangeError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          decodeChildren(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { seed: 3 },
    );
    expect(() => decodeDer(Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff))).toThrow(RangeError);
  });
});
