/** One pass over the container and its metadata blocks: `MetadataView` from the bytes of a file. */
import type { DecodedImage, ImageLimits, TextEntry } from '../../../image/index.js';
import {
  DEFAULT_LIMITS,
  extractJpegIptc,
  readSamsungBlocks,
  readTextEntries,
} from '../../../image/index.js';
import { readExifTags } from './exif.js';
import { readIptc } from './iptc.js';
import { parseJsonObject } from './json.js';
import type { StealthText } from './stealth.js';
import { readStealth } from './stealth.js';
import type { MetadataView, TextField } from './view.js';
import { readXmp } from './xmp.js';

/** Texts with the same keyword in the same kind of place that are looked at: no tool writes more than a few. */
const MAX_ALIKE = 50;

/** What a view is built from, besides the bytes. */
export type ViewedImage = Pick<DecodedImage, 'format' | 'exif' | 'xmp' | 'pixels'>;

/** Damaged blocks are left out of the view; they never make the whole inspection fail. */
export async function buildMetadataView(
  bytes: Uint8Array,
  image: ViewedImage,
  limits: Partial<ImageLimits> = {},
): Promise<MetadataView> {
  const { exif: exifBlock, xmp: xmpBlock, format, pixels } = image;
  const { tags, hasMakerNote, makerNoteText } = await readExifTags(exifBlock, limits);
  const entries = attempt(() => readTextEntries(bytes, limits)) ?? [];
  const stealth = readStealth(pixels, limits.maxTextBytes ?? DEFAULT_LIMITS.maxTextBytes);
  return {
    format,
    text: [
      ...upTo(MAX_ALIKE, entries)
        .filter(({ source, text }) => source !== 'exif' && source !== 'xmp' && text !== '')
        .map(({ source, keyword, text, where }) => ({
          source,
          keyword: source === 'jpeg:COM' ? 'COM' : keyword,
          value: text,
          where,
        })),
      ...stealthFields(stealth),
    ],
    xmp: xmpBlock === null ? [] : readXmp(xmpBlock),
    xmpWhere: xmpBlock === null ? null : `${format}:xmp`,
    exif: tags,
    exifWhere: exifBlock === null ? null : `${format}:exif`,
    iptc: format === 'jpeg' ? readIptc(attempt(() => extractJpegIptc(bytes, limits)) ?? []) : [],
    hasMakerNote,
    makerNoteText,
    samsung: format === 'jpeg' ? (attempt(() => readSamsungBlocks(bytes, limits)) ?? []) : [],
    stealth,
    pixels,
  };
}

/** The first `most` entries of each kind and keyword. */
function upTo(most: number, entries: readonly TextEntry[]): TextEntry[] {
  const counts = new Map<string, number>();
  return entries.filter(({ source, keyword }) => {
    const kind = `${source}\0${keyword}`;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count <= most;
  });
}

/** NovelAI hides all its text chunks as one JSON object; others hide what they put into `parameters`. */
function stealthFields(stealth: StealthText | null): TextField[] {
  if (stealth === null || stealth.text === null) return [];
  const { channel, text } = stealth;
  const field = (keyword: string, value: string): TextField => ({
    source: 'pixels',
    keyword,
    value,
    where: `pixels:${channel} "${keyword}"`,
  });
  const members = parseJsonObject(text);
  if (members === null || typeof members.Comment !== 'string') return [field('parameters', text)];
  return ['Title', 'Description', 'Software', 'Source', 'Generation time', 'Comment'].flatMap(
    (keyword) => {
      const value = members[keyword];
      return typeof value === 'string' ? [field(keyword, value)] : [];
    },
  );
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
