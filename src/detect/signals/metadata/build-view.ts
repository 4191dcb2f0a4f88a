/** One pass over the container and its metadata blocks: `MetadataView` from the bytes of a file. */
import exifr from 'exifr';
import type { DecodedImage, ImageLimits } from '../../../image/index.js';
import { readTextEntries } from '../../../image/index.js';
import type { MetadataView } from './view.js';
import { readXmp } from './xmp.js';

const MAX_EXIF_VALUE = 64 * 1024;
const EXIF_OPTIONS = {
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

/** Damaged blocks are left out of the view; they never make the whole inspection fail. */
export async function buildMetadataView(
  bytes: Uint8Array,
  image: Pick<DecodedImage, 'format' | 'exif' | 'xmp'>,
  limits: Partial<ImageLimits> = {},
): Promise<MetadataView> {
  const { exif: exifBlock, xmp: xmpBlock } = image;
  const tags = exifBlock === null ? {} : await readExif(exifBlock);
  const entries = attempt(() => readTextEntries(bytes, limits)) ?? [];
  return {
    format: image.format,
    text: entries
      .filter(({ source, text }) => source !== 'exif' && source !== 'xmp' && text !== '')
      .map(({ source, keyword, text, where }) => ({
        keyword: source === 'jpeg:COM' ? 'COM' : keyword,
        value: text,
        where,
      })),
    xmp: xmpBlock === null ? [] : readXmp(xmpBlock),
    xmpWhere: xmpBlock === null ? null : `${image.format}:xmp`,
    exif: new Map(
      Object.entries(tags).flatMap(([tag, value]) => {
        const text = exifText(tag, value);
        return text === null ? [] : [[tag === 'userComment' ? 'UserComment' : tag, text]];
      }),
    ),
    exifWhere: exifBlock === null ? null : `${image.format}:exif`,
    iptc: image.format === 'jpeg' ? await readIptc(bytes) : new Map<string, string>(),
    hasMakerNote: 'makerNote' in tags || 'MakerNote' in tags,
  };
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

async function readExif(block: Uint8Array): Promise<Record<string, unknown>> {
  try {
    return ((await exifr.parse(block, EXIF_OPTIONS)) as Record<string, unknown> | undefined) ?? {};
  } catch {
    return {};
  }
}

async function readIptc(bytes: Uint8Array): Promise<Map<string, string>> {
  try {
    const parsed = (await exifr.parse(bytes, {
      ...EXIF_OPTIONS,
      tiff: false,
      iptc: true,
    })) as Record<string, unknown> | undefined;
    return new Map(
      Object.entries(parsed ?? {}).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value.slice(0, MAX_EXIF_VALUE)]] : [],
      ),
    );
  } catch {
    return new Map();
  }
}

function exifText(tag: string, value: unknown): string | null {
  if (value instanceof Uint8Array) {
    return /^usercomment$/i.test(tag) ? decodeUserComment(value.subarray(0, MAX_EXIF_VALUE)) : null;
  }
  if (typeof value === 'string') return value.replace(/\0+$/, '').slice(0, MAX_EXIF_VALUE);
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

/** EXIF 2.32 §4.6.5 UserComment: 8 bytes name the character code; UNICODE comes in either order. */
function decodeUserComment(bytes: Uint8Array): string {
  const code = String.fromCharCode(...bytes.subarray(0, 8));
  const text = bytes.subarray(8);
  if (code.startsWith('UNICODE')) {
    const bigEndian = (text[0] ?? 0) === 0;
    return new TextDecoder(bigEndian ? 'utf-16be' : 'utf-16le').decode(text).replace(/\0+$/, '');
  }
  const known = code.startsWith('ASCII') || code.startsWith('JIS') || /^\0{8}$/.test(code);
  return new TextDecoder('utf-8').decode(known ? text : bytes).replace(/\0+$/, '');
}
