/** Small files with the metadata that generators write, put together byte by byte. */
import { deflateSync, gzipSync } from 'node:zlib';
import { concatBytes, latin1Bytes } from '../../src/core/index.js';
import { insertMetadata } from '../../src/image/container/insert.js';
import { readPngChunks } from '../../src/image/container/png.js';
import { jpegSegment, pngChunk } from '../../src/image/container/write.js';
import type { Pixels } from '../../src/image/index.js';
import { createPixels, decodeImage, encodeImage } from '../../src/image/index.js';
import type { MetadataMarks } from '../../src/detect/signals/metadata/evidence.js';
import { readMarks } from '../../src/detect/signals/metadata/evidence.js';
import { buildMetadataView } from '../../src/detect/signals/metadata/build-view.js';
import { summariseMetadata } from '../../src/detect/signals/metadata/summary.js';
import type { MetadataView } from '../../src/detect/signals/metadata/view.js';
import type { MetadataReport } from '../../src/detect/report.js';

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

export async function viewOf(bytes: Uint8Array): Promise<MetadataView> {
  return buildMetadataView(bytes, await decodeImage(bytes));
}

/** What a file's metadata says, read as an inspection reads it. */
export async function marksOf(
  bytes: Uint8Array,
): Promise<MetadataMarks & { report: MetadataReport }> {
  const view = await viewOf(bytes);
  const marks = readMarks(view);
  return { ...marks, report: summariseMetadata(view, marks.parameters, false) };
}

export function greyPixels(width = 48, height = 48, channels: 3 | 4 = 3): Pixels {
  const pixels = createPixels(width, height, channels);
  for (let i = 0; i < pixels.data.length; i++) pixels.data[i] = (i * 37) & 0xff;
  return pixels;
}

export const png = (pixels = greyPixels(8, 8)): Promise<Uint8Array> =>
  encodeImage(pixels, { format: 'png' });
export const jpeg = (): Promise<Uint8Array> => encodeImage(greyPixels(16, 16), { format: 'jpeg' });

interface Blocks {
  exif?: Uint8Array;
  xmp?: Uint8Array;
}
const blocksOf = ({ exif, xmp }: Blocks) => ({ exif: exif ?? null, xmp: xmp ?? null, icc: null });

type ChunkKind = 'tEXt' | 'zTXt' | 'iTXt' | 'comf';
export type PngTextSample = readonly [keyword: string, value: string, kind?: ChunkKind];

/** A PNG with texts before its pixels, or behind them. */
export async function pngWith(
  texts: readonly PngTextSample[],
  { behind = false, base, ...blocks }: Blocks & { behind?: boolean; base?: Uint8Array } = {},
): Promise<Uint8Array> {
  const bytes = insertMetadata(base ?? (await png()), 'png', blocksOf(blocks));
  const chunks = texts.map(([keyword, value, kind = 'tEXt']) => {
    const head = `${keyword}\0${kind === 'iTXt' ? '\0\0\0\0' : kind === 'zTXt' ? '\0' : ''}`;
    const plain = kind === 'iTXt' ? utf8(value) : latin1Bytes(value);
    const body = kind === 'zTXt' ? new Uint8Array(deflateSync(plain)) : plain;
    return pngChunk(kind, concatBytes([latin1Bytes(head), body]));
  });
  const wanted = readPngChunks(bytes).find(({ type }) => type === (behind ? 'IEND' : 'IDAT'))!;
  return concatBytes([bytes.subarray(0, wanted.offset), ...chunks, bytes.subarray(wanted.offset)]);
}

export async function jpegWith({
  segments = [],
  trailer = new Uint8Array(0),
  ...blocks
}: Blocks & {
  segments?: readonly (readonly [marker: number, data: Uint8Array])[];
  trailer?: Uint8Array;
}): Promise<Uint8Array> {
  const bytes = insertMetadata(await jpeg(), 'jpeg', blocksOf(blocks));
  return concatBytes([
    bytes.subarray(0, 2),
    ...segments.map(([marker, data]) => jpegSegment(marker, data)),
    bytes.subarray(2),
    trailer,
  ]);
}

export async function webpWith(blocks: Blocks, pixels = greyPixels(16, 16)): Promise<Uint8Array> {
  const bytes = await encodeImage(pixels, { format: 'webp', lossless: true });
  return insertMetadata(bytes, 'webp', blocksOf(blocks));
}

/** A GIF of one white pixel with a comment. */
export function gifWith(comment: string): Uint8Array {
  const head = Buffer.from('47494638396101000100800000ffffff000000', 'hex');
  const image = Buffer.from('2c00000000010001000002024401003b', 'hex');
  const parts: Uint8Array[] = [];
  const bytes = utf8(comment);
  for (let at = 0; at < bytes.length; at += 255) {
    const part = bytes.subarray(at, at + 255);
    parts.push(Uint8Array.of(part.length), part);
  }
  return concatBytes([head, Uint8Array.of(0x21, 0xfe), ...parts, Uint8Array.of(0), image]);
}

const ASCII = 2;
const UNDEFINED = 7;
type ExifValue = string | Uint8Array;

/** A bare little-endian TIFF block; strings become ASCII fields, bytes become UNDEFINED ones. */
export function exifBlock(
  ifd0: Record<number, ExifValue>,
  exif: Record<number, ExifValue> = {},
): Uint8Array {
  const inner = Object.entries(exif);
  const outer = Object.entries(ifd0);
  const pointers = inner.length > 0 ? 1 : 0;
  const innerAt = 8 + 2 + 12 * (outer.length + pointers) + 4;
  let free = innerAt + (pointers === 0 ? 0 : 2 + 12 * inner.length + 4);
  const values: Uint8Array[] = [];
  const record = (tag: number, type: number, count: number, value: number): Uint8Array => {
    const out = Buffer.alloc(12);
    out.writeUInt16LE(tag, 0);
    out.writeUInt16LE(type, 2);
    out.writeUInt32LE(count, 4);
    out.writeUInt32LE(value, 8);
    return out;
  };
  const field = ([tag, value]: [string, ExifValue]): Uint8Array => {
    const bytes = typeof value === 'string' ? utf8(`${value}\0`) : value;
    const type = typeof value === 'string' ? ASCII : UNDEFINED;
    if (bytes.length <= 4) {
      const padded = Buffer.alloc(4);
      padded.set(bytes);
      return record(Number(tag), type, bytes.length, padded.readUInt32LE());
    }
    const at = free;
    const even = bytes.length % 2 === 0 ? bytes : concatBytes([bytes, Uint8Array.of(0)]);
    values.push(even);
    free += even.length;
    return record(Number(tag), type, bytes.length, at);
  };
  const directory = (records: Uint8Array[]): Uint8Array =>
    concatBytes([
      Uint8Array.of(records.length & 0xff, records.length >> 8),
      ...records,
      new Uint8Array(4),
    ]);
  const first = outer.map(field);
  if (pointers > 0) first.push(record(0x8769, 4, 1, innerAt));
  const parts = [directory(first)];
  if (pointers > 0) parts.push(directory(inner.map(field)));
  return concatBytes([Uint8Array.of(0x49, 0x49, 0x2a, 0, 8, 0, 0, 0), ...parts, ...values]);
}

/** EXIF UserComment as piexif (`be`), ImageSharp (`le`) and NovelAI (`ascii`) write it. */
export function userComment(text: string, code: 'be' | 'le' | 'ascii' = 'be'): Uint8Array {
  if (code === 'ascii') return concatBytes([latin1Bytes('ASCII\0\0\0'), latin1Bytes(text)]);
  const bytes = Buffer.from(text, 'utf16le');
  return concatBytes([latin1Bytes('UNICODE\0'), code === 'le' ? bytes : bytes.swap16()]);
}

export const TAG = {
  documentName: 0x010d,
  description: 0x010e,
  make: 0x010f,
  model: 0x0110,
  software: 0x0131,
  artist: 0x013b,
  makerNote: 0x927c,
  userComment: 0x9286,
} as const;

const NAMESPACES =
  'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/" ' +
  'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" ' +
  'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" ' +
  'xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"';

/** An XMP packet around `body`; `attributes` stand on the description. */
export const xmpPacket = (body: string, attributes = ''): Uint8Array =>
  utf8(
    `<?xpacket begin="\u{feff}" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">` +
      `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ` +
      `${NAMESPACES} ${attributes}>${body}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`,
  );

export const PHOTOSHOP_PREFIX = latin1Bytes('Photoshop 3.0\0');

/** One data set of IPTC-IIM's application record. */
export function dataSet(number: number, text: string | Uint8Array): Uint8Array {
  const value = typeof text === 'string' ? utf8(text) : text;
  return concatBytes([
    Uint8Array.of(0x1c, 2, number, value.length >> 8, value.length & 0xff),
    value,
  ]);
}

/** One of Photoshop's image resources. */
export function imageResource(id: number, data: Uint8Array, name = ''): Uint8Array {
  return concatBytes([
    latin1Bytes('8BIM'),
    Uint8Array.of(id >> 8, id & 0xff, name.length),
    latin1Bytes(name),
    new Uint8Array((name.length + 1) % 2),
    Uint8Array.of(0, 0, data.length >> 8, data.length & 0xff),
    data,
    new Uint8Array(data.length % 2),
  ]);
}

/** An APP13 payload with one IPTC-IIM record (Photoshop resource 0x0404). */
export const iptcSegment = (number: number, text: string): Uint8Array =>
  concatBytes([PHOTOSHOP_PREFIX, imageResource(0x0404, dataSet(number, text))]);

/** What Samsung's apps append: blocks, directory, footer. */
export function samsungTrailer(
  blocks: readonly (readonly [type: number, name: string, data: string])[],
): Uint8Array {
  const bodies = blocks.map(([type, name, data]) => {
    const head = Buffer.alloc(8);
    head.writeUInt16LE(type, 2);
    head.writeUInt32LE(name.length, 4);
    return concatBytes([head, latin1Bytes(name), utf8(data)]);
  });
  let back = bodies.reduce((sum, body) => sum + body.length, 0);
  const directory = Buffer.alloc(12 + 12 * blocks.length);
  directory.write('SEFH', 'latin1');
  directory.writeUInt32LE(107, 4);
  directory.writeUInt32LE(blocks.length, 8);
  for (const [i, body] of bodies.entries()) {
    directory.writeUInt16LE(blocks[i]![0], 12 + 12 * i + 2);
    directory.writeUInt32LE(back, 12 + 12 * i + 4);
    directory.writeUInt32LE(body.length, 12 + 12 * i + 8);
    back -= body.length;
  }
  const length = Buffer.alloc(4);
  length.writeUInt32LE(directory.length);
  return concatBytes([...bodies, directory, length, latin1Bytes('SEFT')]);
}

/**
 * `pixels` with text in their low bits, written as the web UI extension and SwarmUI do: a string of bits,
 * column by column (SwarmMetadataHelper.cs).
 */
export function hideStealth(
  pixels: Pixels,
  text: string | Uint8Array,
  { channel, compressed }: { channel: 'alpha' | 'rgb'; compressed: boolean },
): Pixels {
  const plain = typeof text === 'string' ? utf8(text) : text;
  const payload = compressed ? new Uint8Array(gzipSync(plain)) : plain;
  const magic = `stealth_${channel === 'alpha' ? 'png' : 'rgb'}${compressed ? 'comp' : 'info'}`;
  const bitsOf = (bytes: Uint8Array): string =>
    Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  const length = (payload.length * 8).toString(2).padStart(32, '0');
  const bits = bitsOf(utf8(magic)) + length + bitsOf(payload);
  const out = createPixels(pixels.width, pixels.height, pixels.channels);
  out.data.set(pixels.data);
  let index = 0;
  for (let x = 0; x < out.width; x++) {
    for (let y = 0; y < out.height; y++) {
      for (const sample of channel === 'alpha' ? [3] : [0, 1, 2]) {
        if (index >= bits.length) return out;
        const at = (y * out.width + x) * out.channels + sample;
        out.data[at] = (out.data[at]! & 0xfe) | Number(bits[index++]);
      }
    }
  }
  return out;
}
