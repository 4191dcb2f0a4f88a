/** EXIF tags as text, by exifr, with the two that generators use in odd ways put right. */
import exifr from 'exifr';
import { withoutPadding } from '../../../core/index.js';
import type { ImageLimits } from '../../../image/index.js';
import { DEFAULT_LIMITS, exifValueBytes } from '../../../image/index.js';

/** ComfyUI keeps whole graphs in Make and Model. */
const MAX_EXIF_VALUE = 1024 * 1024;
/** exifr remembers every options object that it is given, for ever: there is this one. */
const OPTIONS = {
  tiff: true,
  ifd0: {},
  exif: true,
  gps: true,
  interop: false,
  makerNote: true,
  userComment: true,
  ifd1: false,
  xmp: false,
  icc: false,
  iptc: false,
  jfif: false,
  translateKeys: true,
  translateValues: false,
  reviveValues: false,
  sanitize: true,
  mergeOutput: true,
} as const;
/** Pillow writes tags of the EXIF directory into the first one, where exifr has no name for them. */
const NAMES: Readonly<Record<string, string>> = {
  userComment: 'UserComment',
  makerNote: 'MakerNote',
  '37500': 'MakerNote',
  '37510': 'UserComment',
  '269': 'DocumentName',
};

export interface ExifTags {
  tags: Map<string, string>;
  hasMakerNote: boolean;
  makerNoteText: string | null;
}

/**
 * @param block bare TIFF structure, null for none. Damaged blocks give no tags.
 * @param limits `maxTextBytes` is for all values of the block together: they are more than its own length where fields share values, and then
 * none is given.
 */
export async function readExifTags(
  block: Uint8Array | null,
  limits: Partial<ImageLimits> = {},
): Promise<ExifTags> {
  const raw = block === null || !fits(block, limits) ? {} : await parse(block);
  const tags = new Map<string, string>();
  let hasMakerNote = false;
  let makerNoteText: string | null = null;
  for (const [key, value] of Object.entries(raw)) {
    const name = NAMES[key] ?? key;
    if (name === 'MakerNote') {
      hasMakerNote = true;
      makerNoteText = shortWord(value);
      continue;
    }
    const text = name === 'UserComment' ? userComment(value) : toText(value);
    if (text !== null) tags.set(name, text);
  }
  return { tags, hasMakerNote, makerNoteText };
}

/** exifr takes each value out of the block, also where thousands of fields name the same bytes. */
function fits(block: Uint8Array, limits: Partial<ImageLimits>): boolean {
  try {
    return exifValueBytes(block, limits) <= (limits.maxTextBytes ?? DEFAULT_LIMITS.maxTextBytes);
  } catch {
    return false;
  }
}

async function parse(block: Uint8Array): Promise<Record<string, unknown>> {
  try {
    return ((await exifr.parse(block, OPTIONS)) as Record<string, unknown> | undefined) ?? {};
  } catch {
    return {};
  }
}

function toText(value: unknown): string | null {
  if (typeof value === 'string') return withoutPadding(value.slice(0, MAX_EXIF_VALUE));
  if (typeof value === 'number') return String(value);
  if (
    Array.isArray(value) &&
    value.length <= 16 &&
    value.every((item) => typeof item === 'number')
  ) {
    return value.join(' ');
  }
  return null;
}

/** The text of a Maker Note that is one word of ASCII; a camera's holds kilobytes of binary. */
function shortWord(value: unknown): string | null {
  const text =
    value instanceof Uint8Array && value.length <= 32
      ? Buffer.from(value).toString('latin1')
      : typeof value === 'string'
        ? value
        : '';
  const word = withoutPadding(text);
  return /^[a-z0-9_]{1,32}$/i.test(word) ? word : null;
}

function userComment(value: unknown): string | null {
  if (typeof value === 'string') return toText(value);
  return value instanceof Uint8Array
    ? withoutPadding(decodeUserComment(value.subarray(0, MAX_EXIF_VALUE)))
    : null;
}

/** Exif 2.32 §4.6.5 UserComment: 8 bytes name the character code; UNICODE comes in either order. */
function decodeUserComment(bytes: Uint8Array): string {
  const code = String.fromCharCode(...bytes.subarray(0, 8));
  const text = bytes.subarray(8);
  if (code.startsWith('UNICODE')) {
    return new TextDecoder(isBigEndian(text) ? 'utf-16be' : 'utf-16le').decode(text);
  }
  const known = code.startsWith('ASCII') || code.startsWith('JIS') || /^\0{8}$/.test(code);
  return new TextDecoder('utf-8').decode(known ? text : bytes);
}

/** Settings are mostly ASCII, whatever the prompt before them: the zero bytes tell the order. */
function isBigEndian(text: Uint8Array): boolean {
  let high = 0;
  for (let i = 0; i + 1 < text.length; i += 2) {
    if (text[i] === 0 && text[i + 1] !== 0) high++;
    else if (text[i] !== 0 && text[i + 1] === 0) high--;
  }
  return high >= 0;
}
