/** Where each container keeps its XMP packet: ISO 16684-1 and Adobe's XMP Specification Part 3. */
import { concatBytes, hasBytesAt, latin1Bytes, viewOf } from '../../core/index.js';
import { resolveLimits } from '../limits.js';
import type { ImageLimits } from '../limits.js';
import { sniffFormat } from '../sniff.js';
import { readBoxes } from './boxes.js';
import { joinSubBlocks, readGifBlocks } from './gif.js';
import { inflateCapped } from './inflate.js';
import { readHeifItems, readItem } from './items.js';
import { readJpegSegments } from './jpeg.js';
import { readPngChunks } from './png.js';
import { readRiffChunks } from './riff.js';
import { parsePngText } from './png-text.js';
import type { PngText } from './png-text.js';
import { findField, readTiff } from './tiff.js';

/** Part 3 §1.1.3: namespaces that begin the APP1 segments. */
export const XMP_PREFIX = latin1Bytes('http://ns.adobe.com/xap/1.0/\0');
export const EXTENDED_XMP_PREFIX = latin1Bytes('http://ns.adobe.com/xmp/extension/\0');
export const PNG_XMP_KEYWORD = 'XML:com.adobe.xmp';
/** GUID, full length and offset of an extended segment, after the namespace. */
const EXTENDED_HEADER_BYTES = 40;
/** Part 3 §1.1.2: 257 bytes after a GIF's packet lead a decoder to the end of the block. */
const GIF_MAGIC_TRAILER_BYTES = 257;
const TIFF_XMP_TAG = 700;

/**
 * The XMP packet as UTF-8 bytes, or null. The extended part of a JPEG's packet is joined in when
 * all of it is there; otherwise the main packet stands alone.
 *
 * @throws ImageError IMAGE_CONTAINER_LIMIT.
 */
export function extractXmp(
  bytes: Uint8Array,
  limits: Partial<ImageLimits> = {},
): Uint8Array | null {
  const { maxTextBytes } = resolveLimits(limits);
  const found = findXmp(bytes, limits, maxTextBytes);
  return found && found.length > 0 && found.length <= maxTextBytes ? found.slice() : null;
}

function findXmp(
  bytes: Uint8Array,
  limits: Partial<ImageLimits>,
  maxBytes: number,
): Uint8Array | null {
  switch (sniffFormat(bytes)?.format) {
    case 'jpeg':
      return jpegXmp(bytes, limits, maxBytes);
    case 'png': {
      const text = pngXmp(bytes, limits);
      return text?.compressed ? inflateCapped(text.data, maxBytes) : (text?.data ?? null);
    }
    case 'webp': {
      const chunks = readRiffChunks(bytes, limits);
      return chunks.find(({ type, truncated }) => type === 'XMP ' && !truncated)?.data ?? null;
    }
    case 'avif':
    case 'heif': {
      const item = readHeifItems(bytes, limits).find(
        ({ type, contentType }) => type === 'mime' && contentType === 'application/rdf+xml',
      );
      return item ? readItem(bytes, item, maxBytes) : null;
    }
    case 'jxl': {
      const box = readBoxes(bytes, limits).find(({ type }) => type === 'xml ');
      return box && !box.truncated
        ? bytes.subarray(box.payloadOffset, box.offset + box.length)
        : null;
    }
    case 'tiff': {
      const field = findField(readTiff(bytes, limits), 'ifd0', TIFF_XMP_TAG);
      return field && bytes.subarray(field.valueOffset, field.valueOffset + field.valueLength);
    }
    case 'gif': {
      const block = readGifBlocks(bytes, limits).find(
        ({ application }) => application === 'XMP DataXMP',
      );
      if (!block || block.truncated) return null;
      // The packet is not in sub-blocks: its own bytes are read as lengths until the magic trailer.
      const start = block.dataOffset + 12;
      const end = block.offset + block.length - GIF_MAGIC_TRAILER_BYTES - 1;
      const plain = bytes.subarray(start, Math.max(start, end));
      return plain[0] === 0x3c ? plain : joinSubBlocks(bytes, start, maxBytes);
    }
    case 'svg':
    case undefined:
      return null;
  }
}

/** In iTXt (Part 3 §1.1.5), or else in a chunk of the other kinds, where some programs put it all the same. */
function pngXmp(bytes: Uint8Array, limits: Partial<ImageLimits>): PngText | null {
  let other: PngText | null = null;
  for (const { type, data, truncated } of readPngChunks(bytes, limits)) {
    const text = truncated ? null : parsePngText(type, data);
    if (text?.keyword !== PNG_XMP_KEYWORD) continue;
    if (type === 'iTXt') return text;
    other ??= text;
  }
  return other;
}

function jpegXmp(
  bytes: Uint8Array,
  limits: Partial<ImageLimits>,
  maxBytes: number,
): Uint8Array | null {
  const segments = readJpegSegments(bytes, limits).filter(
    ({ name, truncated }) => name === 'APP1' && !truncated,
  );
  const main = segments
    .find(({ data }) => hasBytesAt(data, 0, XMP_PREFIX))
    ?.data.subarray(XMP_PREFIX.length);
  if (!main) return null;
  const mainText = new TextDecoder().decode(main);
  const guid = /HasExtendedXMP\s*(?:=\s*["']|>)\s*([0-9A-Fa-f]{32})/.exec(mainText)?.[1];
  if (!guid) return main;
  const parts = segments
    .map(({ data }) => data)
    .filter(
      (data) =>
        data.length >= EXTENDED_XMP_PREFIX.length + EXTENDED_HEADER_BYTES &&
        hasBytesAt(data, 0, EXTENDED_XMP_PREFIX),
    )
    .map((data) => data.subarray(EXTENDED_XMP_PREFIX.length))
    .filter(
      (data) => String.fromCharCode(...data.subarray(0, 32)).toUpperCase() === guid.toUpperCase(),
    );
  const extended = joinExtended(parts, maxBytes);
  return extended ? mergePackets(mainText, new TextDecoder().decode(extended)) : main;
}

/** Part 3 §1.1.3.1: the pieces in the order of their offsets; null when one is missing. */
function joinExtended(parts: readonly Uint8Array[], maxBytes: number): Uint8Array | null {
  const pieces = parts
    .map((data) => ({
      full: viewOf(data).getUint32(32),
      offset: viewOf(data).getUint32(36),
      data: data.subarray(EXTENDED_HEADER_BYTES),
    }))
    .sort((a, b) => a.offset - b.offset);
  const full = pieces[0]?.full ?? 0;
  if (full === 0 || full > maxBytes) return null;
  let filled = 0;
  for (const piece of pieces) {
    if (piece.offset !== filled || piece.full !== full) return null;
    filled += piece.data.length;
  }
  return filled === full ? concatBytes(pieces.map(({ data }) => data)) : null;
}

/** Puts the descriptions of the extended packet behind those of the main one. */
function mergePackets(main: string, extended: string): Uint8Array {
  const open = /<rdf:RDF\b[^<>]*>/.exec(extended);
  const close = extended.lastIndexOf('</rdf:RDF>');
  const at = main.lastIndexOf('</rdf:RDF>');
  const merged =
    open && close > open.index && at >= 0
      ? main.slice(0, at) + extended.slice(open.index + open[0].length, close) + main.slice(at)
      : main;
  return new TextEncoder().encode(merged);
}

/**
 * `xmp` with `tiff:Orientation` set to 1: pixels are upright once decoded, and some viewers look
 * here before they look at EXIF.
 */
export function resetXmpOrientation(xmp: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(xmp);
  const upright = text
    .replace(
      /(\btiff:Orientation\s*=\s*["'])[2-8](["'])/g,
      (_all, before: string, after: string) => `${before}1${after}`,
    )
    .replace(
      /(<tiff:Orientation>\s*)[2-8](\s*<)/g,
      (_all, before: string, after: string) => `${before}1${after}`,
    );
  return upright === text ? xmp.slice() : new TextEncoder().encode(upright);
}
