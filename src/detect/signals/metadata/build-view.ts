/** One pass over the container and its metadata blocks: `MetadataView` from the bytes of a file. */
import type { DecodedImage, ImageLimits, TextEntry } from '../../../image/index.js';
import { DEFAULT_LIMITS, readSamsungBlocks, readTextEntries } from '../../../image/index.js';
import { attempt } from './attempt.js';
import { metadataBlocks } from './blocks.js';
import { readExifTags } from './exif.js';
import { readIptc } from './iptc.js';
import type { ReadJson } from './json.js';
import { createJsonReader } from './json.js';
import type { RawProfile } from './raw-profiles.js';
import { rawProfile } from './raw-profiles.js';
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
  const { format, pixels } = image;
  const entries = upTo(MAX_ALIKE, attempt(() => readTextEntries(bytes, limits)) ?? []);
  const texts: TextEntry[] = [];
  const profiles: RawProfile[] = [];
  for (const entry of entries) {
    const profile = rawProfile(entry);
    if (profile !== null) profiles.push(profile);
    else if (entry.source !== 'exif' && entry.source !== 'xmp' && entry.text !== '') {
      texts.push(entry);
    }
  }
  const blocks = metadataBlocks(bytes, image, entries, profiles, limits);
  const { tags, hasMakerNote, makerNoteText } = await readExifTags(blocks.exif, limits);
  const stealth = readStealth(pixels, limits.maxTextBytes ?? DEFAULT_LIMITS.maxTextBytes);
  const readJson = createJsonReader();
  return {
    format,
    text: [
      ...texts.map(({ source, keyword, text, where }) => ({
        source,
        keyword: source === 'jpeg:COM' ? 'COM' : keyword,
        value: text,
        where,
      })),
      ...stealthFields(stealth, readJson),
    ],
    xmp: blocks.xmp.flatMap(readXmp),
    xmpWhere: blocks.xmpWhere,
    exif: tags,
    exifWhere: blocks.exifWhere,
    iptc: readIptc(blocks.iptc),
    hasMakerNote,
    makerNoteText,
    samsung: format === 'jpeg' ? (attempt(() => readSamsungBlocks(bytes, limits)) ?? []) : [],
    stealth,
    readJson,
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
function stealthFields(stealth: StealthText | null, readJson: ReadJson): TextField[] {
  if (stealth === null || stealth.text === null) return [];
  const { channel, text } = stealth;
  const field = (keyword: string, value: string): TextField => ({
    source: 'pixels',
    keyword,
    value,
    where: `pixels:${channel} "${keyword}"`,
  });
  const members = readJson(text);
  if (members === null || typeof members.Comment !== 'string') return [field('parameters', text)];
  return ['Title', 'Description', 'Software', 'Source', 'Generation time', 'Comment'].flatMap(
    (keyword) => {
      const value = members[keyword];
      return typeof value === 'string' ? [field(keyword, value)] : [];
    },
  );
}
