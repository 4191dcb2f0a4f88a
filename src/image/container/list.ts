/** One list of everything in a file, whatever its container. */
import { hasBytesAt, latin1Bytes, printable } from '../../core/index.js';
import type { ImageLimits } from '../limits.js';
import { sniffFormat } from '../sniff.js';
import { flattenBoxes, readBoxes } from './boxes.js';
import type { ContainerEntry } from './entry.js';
import { readGifBlocks } from './gif.js';
import { readJpegSegments } from './jpeg.js';
import { latin1 } from './png-text.js';
import { PNG_SIGNATURE, readPngChunks } from './png.js';
import { readRiffChunks, riffEnd } from './riff.js';
import { readTiff } from './tiff.js';

/** Brands of APPn segments that a reader will want to tell apart by name. */
const APP_NAMES = [
  'JFIF',
  'Exif',
  'http://ns.adobe.com/xap/1.0/',
  'http://ns.adobe.com/xmp/extension/',
  'ICC_PROFILE',
  'MPF',
  'Photoshop 3.0',
  'Adobe',
];

/**
 * The entries of `bytes` in file order: PNG chunks, JPEG segments, RIFF chunks, boxes (parents
 * before children), TIFF directories, GIF blocks. Bytes behind the end that the format itself marks
 * (EOI, IEND, RIFF size, last box, GIF trailer) are one entry of kind `trailer`. Unknown formats, SVG
 * and bare JPEG XL give an empty list.
 *
 * @throws ImageError IMAGE_CONTAINER_LIMIT.
 */
export function listContainer(
  bytes: Uint8Array,
  limits: Partial<ImageLimits> = {},
): ContainerEntry[] {
  switch (sniffFormat(bytes)?.format) {
    case 'png': {
      const entries = readPngChunks(bytes, limits).map(({ type, data, ...place }) =>
        toEntry('png', type, place, /^[tzi]TXt$/.test(type) ? keywordOf(data) : ''),
      );
      return withTrailer(entries, bytes.length, PNG_SIGNATURE.length);
    }
    case 'jpeg': {
      const entries = readJpegSegments(bytes, limits).map(({ name, data, ...place }) =>
        toEntry('jpeg', name, place, name.startsWith('APP') ? appName(data) : ''),
      );
      return withTrailer(entries, bytes.length, 2);
    }
    case 'webp': {
      const entries = readRiffChunks(bytes, limits).map(({ type, ...place }) =>
        toEntry('riff', printable(type.trimEnd()), place),
      );
      return withTrailer(entries, bytes.length, riffEnd(bytes));
    }
    case 'avif':
    case 'heif':
      return listBoxes(bytes, limits);
    case 'jxl':
      return bytes[0] === 0xff ? [] : listBoxes(bytes, limits);
    case 'gif': {
      const entries = readGifBlocks(bytes, limits).map(({ type, application, ...place }) =>
        toEntry('gif', type, place, application ?? ''),
      );
      return withTrailer(entries, bytes.length, 13);
    }
    case 'tiff':
      return readTiff(bytes, limits).directories.map(({ name, ...place }) =>
        toEntry('tiff', name, place),
      );
    case 'svg':
    case undefined:
      return [];
  }
}

function listBoxes(bytes: Uint8Array, limits: Partial<ImageLimits>): ContainerEntry[] {
  const boxes = readBoxes(bytes, limits);
  const entries = flattenBoxes(boxes).map(({ path, uuid, ...place }) =>
    toEntry('box', printable(path), place, uuid ?? ''),
  );
  const last = boxes.at(-1);
  return withTrailer(entries, bytes.length, last ? last.offset + last.length : 0);
}

/** `format:type "label" @offset` and the place, without what else the reader returned. */
export function toEntry(
  format: string,
  type: string,
  place: { offset: number; length: number; truncated: boolean },
  label = '',
): ContainerEntry {
  const quoted = label === '' ? '' : ` "${printable(label, 80)}"`;
  return {
    kind: `${format}:${type}`,
    offset: place.offset,
    length: place.length,
    where: `${format}:${type}${quoted} @${place.offset}`,
    ...(place.truncated ? { truncated: true } : {}),
  };
}

function withTrailer(
  entries: ContainerEntry[],
  fileLength: number,
  atLeast: number,
): ContainerEntry[] {
  const end = entries.reduce((most, entry) => Math.max(most, entry.offset + entry.length), atLeast);
  if (end >= fileLength) return entries;
  const where = `trailer @${end} (${fileLength - end} bytes)`;
  return [...entries, { kind: 'trailer', offset: end, length: fileLength - end, where }];
}

function keywordOf(data: Uint8Array): string {
  const head = data.subarray(0, 80);
  const nul = head.indexOf(0);
  return latin1(nul < 0 ? head : head.subarray(0, nul));
}

function appName(data: Uint8Array): string {
  return APP_NAMES.find((name) => hasBytesAt(data, 0, latin1Bytes(name))) ?? '';
}
