/** Format by magic bytes only: a name or a declared type is a claim, the first bytes are a fact. */
import { hasBytesAt, latin1Bytes } from '../core/index.js';

export type ImageFormat =
  'jpeg' | 'png' | 'webp' | 'avif' | 'heif' | 'tiff' | 'gif' | 'svg' | 'jxl';

export interface SniffedFormat {
  readonly format: ImageFormat;
  readonly mime: string;
}

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** ISO/IEC 18181-2 §9.1: the signature box, and the marker of a bare codestream. */
const JXL_SIGNATURE = [0, 0, 0, 12, 0x4a, 0x58, 0x4c, 0x20, 0x0d, 0x0a, 0x87, 0x0a];
/** TIFF 6.0 §2 and BigTIFF, little and big endian. */
const TIFF_SIGNATURES = [
  [0x49, 0x49, 0x2a, 0],
  [0x4d, 0x4d, 0, 0x2a],
  [0x49, 0x49, 0x2b, 0],
  [0x4d, 0x4d, 0, 0x2b],
];
/** ISO/IEC 23008-12 §10 and Annex B, and MIAF: brands of still pictures and their sequences. */
const HEIF_BRANDS = new Set([
  'heic',
  'heix',
  'heim',
  'heis',
  'hevc',
  'hevx',
  'hevm',
  'hevs',
  'mif1',
  'mif2',
  'msf1',
  'miaf',
  'jpeg',
  'avci',
]);
/** What may stand before `<svg`; a picture with a longer prologue is not worth recognising. */
const SVG_PROLOGUE_BYTES = 8192;
const MAX_BRANDS = 64;

/** The format of `bytes`, or null when none of the known ones begins so. Never throws. */
export function sniffFormat(bytes: Uint8Array): SniffedFormat | null {
  if (hasBytesAt(bytes, 0, [0xff, 0xd8, 0xff])) return { format: 'jpeg', mime: 'image/jpeg' };
  if (hasBytesAt(bytes, 0, PNG_SIGNATURE)) return { format: 'png', mime: 'image/png' };
  if (hasAscii(bytes, 0, 'RIFF') && hasAscii(bytes, 8, 'WEBP')) {
    return { format: 'webp', mime: 'image/webp' };
  }
  if (hasAscii(bytes, 0, 'GIF87a') || hasAscii(bytes, 0, 'GIF89a')) {
    return { format: 'gif', mime: 'image/gif' };
  }
  if (TIFF_SIGNATURES.some((signature) => hasBytesAt(bytes, 0, signature))) {
    return { format: 'tiff', mime: 'image/tiff' };
  }
  if (hasBytesAt(bytes, 0, JXL_SIGNATURE) || hasBytesAt(bytes, 0, [0xff, 0x0a])) {
    return { format: 'jxl', mime: 'image/jxl' };
  }
  if (hasAscii(bytes, 4, 'ftyp')) return sniffBrands(bytes);
  return startsSvg(bytes) ? { format: 'svg', mime: 'image/svg+xml' } : null;
}

function hasAscii(bytes: Uint8Array, offset: number, text: string): boolean {
  return hasBytesAt(bytes, offset, latin1Bytes(text));
}

/** AV1 and HEVC pictures share the container; the brands tell them apart (AV1 in HEIF, §6). */
function sniffBrands(bytes: Uint8Array): SniffedFormat | null {
  const size = ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
  const end = Math.min(size, bytes.length, 16 + 4 * MAX_BRANDS);
  const brands: string[] = [];
  for (let offset = 8; offset + 4 <= end; offset += offset === 8 ? 8 : 4) {
    brands.push(String.fromCharCode(...bytes.subarray(offset, offset + 4)));
  }
  if (brands.includes('avif') || brands.includes('avis')) {
    return { format: 'avif', mime: 'image/avif' };
  }
  if (!brands.some((brand) => HEIF_BRANDS.has(brand))) return null;
  const hevc = brands.some((brand) => /^he(ic|ix|im|is)$/.test(brand));
  return { format: 'heif', mime: hevc ? 'image/heic' : 'image/heif' };
}

/** True when only an XML prologue (declaration, comments, doctype) stands before `<svg`. */
function startsSvg(bytes: Uint8Array): boolean {
  let text = new TextDecoder().decode(bytes.subarray(0, SVG_PROLOGUE_BYTES)).trimStart();
  for (;;) {
    const end = text.startsWith('<!--')
      ? text.indexOf('-->')
      : text.startsWith('<?')
        ? text.indexOf('?>')
        : text.startsWith('<!DOCTYPE')
          ? endOfDoctype(text)
          : -2;
    if (end === -2) return /^<(?:svg:)?svg[\s>/]/.test(text);
    if (end < 0) return false;
    text = text.slice(text.indexOf('>', end) + 1).trimStart();
  }
}

/** Index of the `>` that ends a doctype, past an internal subset in brackets; -1 when missing. */
function endOfDoctype(text: string): number {
  const bracket = text.indexOf('[');
  const close = text.indexOf('>');
  if (bracket < 0 || bracket > close) return close;
  const subsetEnd = text.indexOf(']', bracket);
  return subsetEnd < 0 ? -1 : text.indexOf('>', subsetEnd);
}
