/** Put metadata blocks into a freshly encoded JPEG, PNG or WebP. */
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { concatBytes, latin1Bytes, viewOf } from '../../core/index.js';
import { ImageError } from '../errors.js';
import { EXIF_PREFIX } from './exif.js';
import { readJpegSegments } from './jpeg.js';
import { PNG_SIGNATURE, readPngChunks } from './png.js';
import { readRiffChunks } from './riff.js';
import { EXTENDED_XMP_PREFIX, PNG_XMP_KEYWORD, XMP_PREFIX } from './xmp.js';
import { jpegSegment, MAX_SEGMENT_BYTES, pngChunk, riffChunk, riffFile } from './write.js';

export interface MetadataBlocks {
  /** Bare TIFF block. */
  readonly exif: Uint8Array | null;
  /** UTF-8 packet. */
  readonly xmp: Uint8Array | null;
  readonly icc: Uint8Array | null;
  /** Dots per inch; JPEG and PNG have a place for it, WebP has not. */
  readonly density?: number;
}

/** `bytes` with the blocks added; it must not carry such blocks yet. */
export function insertMetadata(
  bytes: Uint8Array,
  format: 'jpeg' | 'png' | 'webp',
  blocks: MetadataBlocks,
): Uint8Array {
  if (!blocks.exif && !blocks.xmp && !blocks.icc && blocks.density === undefined) return bytes;
  if (format === 'jpeg') return insertJpeg(bytes, blocks);
  return format === 'png' ? insertPng(bytes, blocks) : insertWebp(bytes, blocks);
}

/** Behind SOI and JFIF, EXIF first: some readers look at the first APP1 only. */
function insertJpeg(bytes: Uint8Array, { exif, xmp, icc, density }: MetadataBlocks): Uint8Array {
  const [, second] = readJpegSegments(bytes.subarray(0, 64 * 1024));
  const at = second?.name === 'APP0' ? second.offset + second.length : 2;
  const parts = [
    density === undefined
      ? bytes.subarray(0, at)
      : concatBytes([bytes.subarray(0, 2), jfif(density)]),
  ];
  if (exif) parts.push(jpegSegment(0xe1, concatBytes([EXIF_PREFIX, exif])));
  if (xmp) parts.push(...xmpSegments(xmp));
  if (icc) parts.push(...iccSegments(icc));
  return concatBytes([...parts, bytes.subarray(at)]);
}

/** ITU-T T.871 §10.1: version 1.01, unit 1 = dots per inch, no thumbnail. */
function jfif(density: number): Uint8Array {
  const dots = Math.min(Math.round(density), 65_535);
  const pair = [dots >> 8, dots & 0xff];
  return jpegSegment(
    0xe0,
    Uint8Array.of(...latin1Bytes('JFIF\0'), 1, 1, 1, ...pair, ...pair, 0, 0),
  );
}

/** A packet too long for one segment goes whole into extended ones, Part 3 §1.1.3.1. */
function xmpSegments(xmp: Uint8Array): Uint8Array[] {
  if (XMP_PREFIX.length + xmp.length <= MAX_SEGMENT_BYTES) {
    return [jpegSegment(0xe1, concatBytes([XMP_PREFIX, xmp]))];
  }
  const guid = createHash('md5').update(xmp).digest('hex').toUpperCase();
  const mainPacket = latin1Bytes(
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
      '<rdf:Description rdf:about="" xmlns:xmpNote="http://ns.adobe.com/xmp/note/" ' +
      `xmpNote:HasExtendedXMP="${guid}"/></rdf:RDF></x:xmpmeta>`,
  );
  const segments = [jpegSegment(0xe1, concatBytes([XMP_PREFIX, mainPacket]))];
  const room = MAX_SEGMENT_BYTES - EXTENDED_XMP_PREFIX.length - 40;
  for (let offset = 0; offset < xmp.length; offset += room) {
    const numbers = new Uint8Array(8);
    viewOf(numbers).setUint32(0, xmp.length);
    viewOf(numbers).setUint32(4, offset);
    const piece = xmp.subarray(offset, offset + room);
    const head = [EXTENDED_XMP_PREFIX, latin1Bytes(guid), numbers];
    segments.push(jpegSegment(0xe1, concatBytes([...head, piece])));
  }
  return segments;
}

/** ICC.1 Annex B.4: numbered pieces. */
function iccSegments(icc: Uint8Array): Uint8Array[] {
  const prefix = latin1Bytes('ICC_PROFILE\0');
  const room = MAX_SEGMENT_BYTES - prefix.length - 2;
  const count = Math.ceil(icc.length / room);
  if (count > 255) {
    throw new ImageError({ code: 'IMAGE_ENCODE', message: 'image: ICC profile too long for JPEG' });
  }
  return Array.from({ length: count }, (_, i) => {
    const piece = icc.subarray(i * room, (i + 1) * room);
    return jpegSegment(0xe2, concatBytes([prefix, Uint8Array.of(i + 1, count), piece]));
  });
}

/** Right behind IHDR, where iCCP must be (before PLTE) and the others may be. */
function insertPng(bytes: Uint8Array, { exif, xmp, icc, density }: MetadataBlocks): Uint8Array {
  const header = readPngChunks(bytes.subarray(0, 64))[0];
  const at = header ? header.offset + header.length : PNG_SIGNATURE.length;
  const parts = [bytes.subarray(0, at)];
  if (icc) {
    const data = concatBytes([latin1Bytes('ICC Profile\0\0'), deflateSync(icc)]);
    parts.push(pngChunk('iCCP', data));
  }
  if (density !== undefined) {
    const physical = new Uint8Array(9);
    // §11.3.4.3 counts dots per metre.
    viewOf(physical).setUint32(0, Math.round(density / 0.0254));
    viewOf(physical).setUint32(4, Math.round(density / 0.0254));
    physical[8] = 1;
    parts.push(pngChunk('pHYs', physical));
  }
  if (exif) parts.push(pngChunk('eXIf', exif));
  // Flag, method, language and translated keyword: all none.
  if (xmp) {
    const data = concatBytes([latin1Bytes(`${PNG_XMP_KEYWORD}\0\0\0\0\0`), xmp]);
    parts.push(pngChunk('iTXt', data));
  }
  const rest = readPngChunks(bytes)
    .filter(({ type, offset }) => offset >= at && !(density !== undefined && type === 'pHYs'))
    .map(({ offset, length }) => bytes.subarray(offset, offset + length));
  return concatBytes([...parts, ...rest]);
}

/** RFC 9649 §2.7: VP8X announces, ICCP stands before the picture, EXIF and XMP behind it. */
function insertWebp(bytes: Uint8Array, { exif, xmp, icc }: MetadataBlocks): Uint8Array {
  const chunks = readRiffChunks(bytes);
  const picture = chunks.filter(({ type }) => type !== 'VP8X');
  const old = chunks.find(({ type }) => type === 'VP8X')?.data;
  const header = old ? old.slice() : extendedHeader(picture);
  header[0] = header[0]! | (icc ? 0x20 : 0) | (exif ? 0x08 : 0) | (xmp ? 0x04 : 0);
  return riffFile([
    riffChunk('VP8X', header),
    ...(icc ? [riffChunk('ICCP', icc)] : []),
    ...picture.map(({ type, data }) => riffChunk(type, data)),
    ...(exif ? [riffChunk('EXIF', exif)] : []),
    ...(xmp ? [riffChunk('XMP ', xmp)] : []),
  ]);
}

/** VP8X payload for a simple file, its size and alpha taken from the bitstream header. */
function extendedHeader(picture: readonly { type: string; data: Uint8Array }[]): Uint8Array {
  const header = new Uint8Array(10);
  const view = viewOf(header);
  const stream = picture.find(({ type }) => type === 'VP8 ' || type === 'VP8L');
  if (!stream || stream.data.length < 10) {
    throw new ImageError({ code: 'IMAGE_ENCODE', message: 'image: WebP without a picture' });
  }
  const body = viewOf(stream.data);
  let width: number;
  let height: number;
  if (stream.type === 'VP8L') {
    // RFC 9649 §3.4: signature byte, 14 bits width - 1, 14 bits height - 1, alpha.
    const bits = body.getUint32(1, true);
    width = (bits & 0x3fff) + 1;
    height = ((bits >>> 14) & 0x3fff) + 1;
    if ((bits >>> 28) & 1) header[0] = 0x10;
  } else {
    // RFC 6386 §9.1: frame tag, start code, then two 14-bit sizes.
    width = body.getUint16(6, true) & 0x3fff;
    height = body.getUint16(8, true) & 0x3fff;
  }
  view.setUint16(4, (width - 1) & 0xffff, true);
  header[6] = (width - 1) >> 16;
  view.setUint16(7, (height - 1) & 0xffff, true);
  header[9] = (height - 1) >> 16;
  return header;
}
