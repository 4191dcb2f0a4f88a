/** What stands in the signature box of a manifest (COSE_Sign1, RFC 9052) besides the signature itself. */
import { decode } from 'cbor2';
import { findJumbf } from './jumbf.js';

export interface SignatureBox {
  /** `x5chain` (RFC 9360): DER, the signer's certificate first. */
  chain: Uint8Array[];
  /** Stapled OCSP responses (C2PA 2.4 section 13.2.6, header `rVals`), DER. */
  ocspResponses: Uint8Array[];
}

const HEADER_X5CHAIN = 33;
const MAX_CHAIN = 20;
const MAX_RESPONSES = 20;

/**
 * @param store the manifest store, JUMBF.
 * @returns null when the manifest `label` has no signature box that can be read.
 */
export function readSignatureBox(store: Uint8Array, label: string): SignatureBox | null {
  const content = findJumbf(store, ['c2pa', label, 'c2pa.signature']);
  if (content === null || content.length < 8) return null;
  try {
    // A superbox of type c2cs holds one `cbor` box.
    const cose = decode<{ contents?: unknown }>(new Uint8Array(content.subarray(8)));
    const parts = Array.isArray(cose) ? (cose as unknown[]) : cose.contents;
    if (!Array.isArray(parts)) return null;
    const [protectedBytes, unprotected] = parts as unknown[];
    const headers =
      protectedBytes instanceof Uint8Array && protectedBytes.length > 0
        ? decode(new Uint8Array(protectedBytes))
        : null;
    const chain =
      field(headers, HEADER_X5CHAIN) ??
      field(unprotected, HEADER_X5CHAIN) ??
      field(unprotected, 'x5chain');
    return {
      chain: bytesOf(chain).slice(0, MAX_CHAIN),
      ocspResponses: bytesOf(field(field(unprotected, 'rVals'), 'ocspVals')).slice(
        0,
        MAX_RESPONSES,
      ),
    };
  } catch {
    // The engine is the judge of the signature; here there is just nothing to read.
    return null;
  }
}

/** cbor2 gives maps with text keys alone as objects, others as Map. */
function field(value: unknown, key: string | number): unknown {
  if (value instanceof Map) return (value as Map<unknown, unknown>).get(key);
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, key) ? (value as Record<string | number, unknown>)[key] : undefined;
}

/** A byte string or an array of such. */
function bytesOf(value: unknown): Uint8Array[] {
  const items = Array.isArray(value) ? (value as unknown[]) : [value];
  return items.filter((item) => item instanceof Uint8Array);
}
