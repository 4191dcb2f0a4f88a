/**
 * EXIF, XMP and IPTC that ImageMagick and programs after its example keep in PNG text, as hexadecimal digits
 * (`Magick_png_write_raw_profile` in its coders/png.c): an empty line, the name, the length in bytes, the digits.
 */
import { hasBytesAt, latin1Bytes } from '../../../core/index.js';
import type { TextEntry } from '../../../image/index.js';

export interface RawProfile {
  kind: 'exif' | 'xmp' | 'iptc';
  /** Bare TIFF block, XMP packet; records of IPTC-IIM or the Photoshop resources around them. */
  data: Uint8Array;
  where: string;
}

const KEYWORD = 'Raw profile type ';
const EXIF_PREFIX = latin1Bytes('Exif\0\0');
const XMP_PREFIX = latin1Bytes('http://ns.adobe.com/xap/1.0/\0');
/** Names of profiles; an APP1 segment may be either of two. */
const KINDS: Readonly<Record<string, RawProfile['kind'] | null>> = {
  exif: 'exif',
  xmp: 'xmp',
  iptc: 'iptc',
  '8bim': 'iptc',
  APP1: null,
};

/** The profile in a PNG text, null for any other text and for one whose length is not the stated one. */
export function rawProfile({ source, keyword, text, where }: TextEntry): RawProfile | null {
  const name = keyword.startsWith(KEYWORD) ? keyword.slice(KEYWORD.length) : '';
  if (!source.startsWith('png:') || !Object.hasOwn(KINDS, name)) return null;
  const bytes = profileBytes(text);
  if (bytes === null) return null;
  const isExif = hasBytesAt(bytes, 0, EXIF_PREFIX);
  const isXmp = hasBytesAt(bytes, 0, XMP_PREFIX);
  const kind = KINDS[name] ?? (isExif ? 'exif' : isXmp ? 'xmp' : null);
  if (kind === null) return null;
  const skipped =
    kind === 'exif' && isExif
      ? EXIF_PREFIX.length
      : kind === 'xmp' && isXmp
        ? XMP_PREFIX.length
        : 0;
  return { kind, data: bytes.subarray(skipped), where };
}

function profileBytes(text: string): Uint8Array | null {
  const [first, , length = '', ...lines] = text.split('\n');
  if (first !== '' || !/^ *\d{1,9}$/.test(length)) return null;
  // Stops at the first character that is no digit, so the length tells damage too.
  const bytes = Buffer.from(lines.join(''), 'hex');
  return bytes.length === Number(length) && bytes.length > 0 ? bytes : null;
}
