/** Every text that a picture's container carries, and where its metadata blocks stand. */
import { hasBytesAt, latin1Bytes } from '../../core/index.js';
import { resolveLimits } from '../limits.js';
import type { ImageLimits } from '../limits.js';
import { sniffFormat } from '../sniff.js';
import { readBoxes } from './boxes.js';
import { isExifSegment } from './exif.js';
import { joinSubBlocks, readGifBlocks } from './gif.js';
import { inflateCapped } from './inflate.js';
import { readHeifItems, readItem } from './items.js';
import { readJpegSegments } from './jpeg.js';
import { toEntry } from './list.js';
import { latin1, parseCompressedText, parseInternationalText, parseText } from './png-text.js';
import { readPngChunks } from './png.js';
import { readRiffChunks } from './riff.js';
import { readTiff } from './tiff.js';
import { extractXmp, PNG_XMP_KEYWORD, XMP_PREFIX } from './xmp.js';

export interface TextEntry {
  /**
   * `png:tEXt`, `png:zTXt`, `png:iTXt`, `png:comf`, `jpeg:COM`, `jpeg:APPn` (a label of TC260),
   * `gif:comment`, `tiff:ifd0`, `exif`, `xmp`.
   */
  readonly source: string;
  /** PNG keyword or TIFF tag name; '' where the container has none. */
  readonly keyword: string;
  /**
   * The text as stored: escape it before printing. '' for `exif` (a binary block that is only
   * located here) and for a text that is damaged or above the limits, which is then `truncated`.
   */
  readonly text: string;
  readonly offset: number;
  readonly length: number;
  readonly where: string;
  readonly truncated: boolean;
}

/** TIFF 6.0 §8 fields whose values are words. */
const TIFF_TEXT_TAGS: Readonly<Record<number, string>> = {
  0x010e: 'ImageDescription',
  0x010f: 'Make',
  0x0110: 'Model',
  0x0131: 'Software',
  0x013b: 'Artist',
  0x8298: 'Copyright',
};

/** Some generators put China's label (GB 45438) into a segment of its own, without a namespace. */
const AIGC_PREFIX = latin1Bytes('AIGC{');

/** The file's allowance for text. */
interface Budget {
  /** The text, inflated when compressed; null once it or the total is too large. */
  take(data: Uint8Array, compressed?: boolean): Uint8Array | null;
  /** Bytes that the next text may have. */
  room(): number;
}

/**
 * Texts in file order: PNG tEXt, zTXt, iTXt and the comf of ComfyUI's animations (those behind the image
 * data too), JPEG COM and bare AIGC labels, GIF comments, words of TIFF's first directory; EXIF and XMP
 * blocks of every container.
 *
 * @throws ImageError IMAGE_CONTAINER_LIMIT. Texts above `maxTextBytes` (each) or `maxTextBytesTotal` come
 * back empty and `truncated` instead, so that one bomb does not hide the other texts.
 */
export function readTextEntries(bytes: Uint8Array, limits: Partial<ImageLimits> = {}): TextEntry[] {
  const budget = createBudget(resolveLimits(limits));
  switch (sniffFormat(bytes)?.format) {
    case 'png':
      return pngTexts(bytes, limits, budget);
    case 'jpeg':
      return jpegTexts(bytes, limits, budget);
    case 'webp':
      return readRiffChunks(bytes, limits).flatMap((chunk) => {
        const source = chunk.type === 'XMP ' ? 'xmp' : chunk.type === 'EXIF' ? 'exif' : null;
        if (!source) return [];
        const where = toEntry('riff', chunk.type.trimEnd(), chunk).where;
        return [
          toText(source, '', chunk, where, source === 'xmp' ? budget.take(chunk.data) : EMPTY),
        ];
      });
    case 'avif':
    case 'heif':
      return heifTexts(bytes, limits, budget);
    case 'jxl':
      return bytes[0] === 0xff ? [] : jxlTexts(bytes, limits, budget);
    case 'gif':
      return gifTexts(bytes, limits, budget);
    case 'tiff':
      return tiffTexts(bytes, limits, budget);
    case 'svg':
    case undefined:
      return [];
  }
}

const EMPTY = new Uint8Array(0);

/** Inflation that came to nothing may cost this many times the total allowance in work. */
const WASTE_FACTOR = 4;

function createBudget(limits: ImageLimits): Budget {
  let left = limits.maxTextBytesTotal;
  // Bombs count apart from texts: otherwise a few would hide the rest, or thousands cost minutes.
  let waste = WASTE_FACTOR * limits.maxTextBytesTotal;
  const room = () => Math.min(left, limits.maxTextBytes);
  return {
    room,
    take(data, compressed = false) {
      let text: Uint8Array | null = null;
      if (!compressed) text = data.length <= room() ? data : null;
      else if (waste > 0) {
        text = inflateCapped(data, room());
        if (!text) waste -= room();
      }
      left -= text?.length ?? 0;
      return text;
    },
  };
}

function toText(
  source: string,
  keyword: string,
  place: { offset: number; length: number; truncated: boolean },
  where: string,
  data: Uint8Array | null,
  encoding: 'latin1' | 'utf8' = 'utf8',
): TextEntry {
  const text = !data ? '' : encoding === 'latin1' ? latin1(data) : new TextDecoder().decode(data);
  const { offset, length } = place;
  return {
    source,
    keyword,
    text,
    offset,
    length,
    where,
    truncated: place.truncated || data === null,
  };
}

function pngTexts(bytes: Uint8Array, limits: Partial<ImageLimits>, budget: Budget): TextEntry[] {
  return readPngChunks(bytes, limits).flatMap((chunk): TextEntry[] => {
    const { type } = chunk;
    if (type === 'eXIf')
      return [toText('exif', '', chunk, toEntry('png', type, chunk).where, EMPTY)];
    const parsed =
      type === 'tEXt' || type === 'comf'
        ? parseText(chunk.data)
        : type === 'zTXt'
          ? parseCompressedText(chunk.data)
          : type === 'iTXt'
            ? parseInternationalText(chunk.data)
            : undefined;
    if (parsed === undefined) return [];
    const keyword = parsed?.keyword ?? '';
    const { where } = toEntry('png', type, chunk, keyword);
    const source = keyword === PNG_XMP_KEYWORD ? 'xmp' : `png:${type}`;
    const data = parsed && budget.take(parsed.data, parsed.compressed);
    return [toText(source, keyword, chunk, where, data, type === 'iTXt' ? 'utf8' : 'latin1')];
  });
}

function jpegTexts(bytes: Uint8Array, limits: Partial<ImageLimits>, budget: Budget): TextEntry[] {
  // The first packet is joined with its extension; reading it anew for each of thousands would not end.
  let joined = false;
  return readJpegSegments(bytes, limits).flatMap((segment): TextEntry[] => {
    const { name, data } = segment;
    if (name === 'COM') {
      const { where } = toEntry('jpeg', 'COM', segment);
      return [toText('jpeg:COM', '', segment, where, budget.take(data))];
    }
    if (isExifSegment(name, data)) {
      const { where } = toEntry('jpeg', 'APP1', segment, 'Exif');
      return [toText('exif', '', segment, where, EMPTY)];
    }
    if (name.startsWith('APP') && hasBytesAt(data, 0, AIGC_PREFIX)) {
      const { where } = toEntry('jpeg', name, segment, 'AIGC');
      const label = budget.take(untilNul(data.subarray(AIGC_PREFIX.length - 1)));
      return [toText('jpeg:APPn', 'AIGC', segment, where, label)];
    }
    if (name === 'APP1' && hasBytesAt(data, 0, XMP_PREFIX)) {
      const { where } = toEntry('jpeg', 'APP1', segment, 'XMP');
      const packet =
        (joined ? null : extractXmp(bytes, limits)) ?? data.subarray(XMP_PREFIX.length);
      joined = true;
      return [toText('xmp', '', segment, where, budget.take(packet))];
    }
    return [];
  });
}

function heifTexts(bytes: Uint8Array, limits: Partial<ImageLimits>, budget: Budget): TextEntry[] {
  return readHeifItems(bytes, limits).flatMap((item): TextEntry[] => {
    const isXmp = item.type === 'mime' && item.contentType === 'application/rdf+xml';
    if (!isXmp && item.type !== 'Exif') return [];
    const offset = item.extents?.[0]?.offset ?? 0;
    const length = (item.extents ?? []).reduce((sum, extent) => sum + extent.length, 0);
    const place = { offset, length, truncated: !item.extents || offset + length > bytes.length };
    const { where } = toEntry('item', isXmp ? 'XMP' : 'Exif', place);
    if (!isXmp) return [toText('exif', '', place, where, EMPTY)];
    const packet = readItem(bytes, item, budget.room());
    return [toText('xmp', '', place, where, packet && budget.take(packet))];
  });
}

function jxlTexts(bytes: Uint8Array, limits: Partial<ImageLimits>, budget: Budget): TextEntry[] {
  return readBoxes(bytes, limits).flatMap((box): TextEntry[] => {
    const { where } = toEntry('box', box.type.trimEnd(), box);
    if (box.type === 'Exif') return [toText('exif', '', box, where, EMPTY)];
    if (box.type !== 'xml ') return [];
    const data = bytes.subarray(box.payloadOffset, box.offset + box.length);
    return [toText('xmp', '', box, where, budget.take(data))];
  });
}

function gifTexts(bytes: Uint8Array, limits: Partial<ImageLimits>, budget: Budget): TextEntry[] {
  const packet = extractXmp(bytes, limits);
  return readGifBlocks(bytes, limits).flatMap((block): TextEntry[] => {
    if (block.type === 'comment') {
      const { where } = toEntry('gif', 'comment', block);
      const data = joinSubBlocks(bytes, block.dataOffset, budget.room());
      return [toText('gif:comment', '', block, where, data && budget.take(data))];
    }
    if (block.application !== 'XMP DataXMP') return [];
    const { where } = toEntry('gif', 'application', block, block.application);
    return [toText('xmp', '', block, where, packet && budget.take(packet))];
  });
}

function tiffTexts(bytes: Uint8Array, limits: Partial<ImageLimits>, budget: Budget): TextEntry[] {
  const first = readTiff(bytes, limits).directories.find(({ name }) => name === 'ifd0');
  return (first?.fields ?? []).flatMap((field): TextEntry[] => {
    const keyword = field.tag === 700 ? 'XMP' : TIFF_TEXT_TAGS[field.tag];
    if (keyword === undefined || (field.tag !== 700 && field.type !== 2)) return [];
    const place = {
      offset: field.valueOffset,
      length: Math.max(0, Math.min(field.valueLength, bytes.length - field.valueOffset)),
      truncated: field.truncated,
    };
    const value = bytes.subarray(field.valueOffset, field.valueOffset + field.valueLength);
    const { where } = toEntry('tiff', 'ifd0', place, keyword);
    const data = budget.take(field.tag === 700 ? value : untilNul(value));
    return [toText(field.tag === 700 ? 'xmp' : 'tiff:ifd0', keyword, place, where, data)];
  });
}

function untilNul(value: Uint8Array): Uint8Array {
  const nul = value.indexOf(0);
  return nul < 0 ? value : value.subarray(0, nul);
}
