/** What metadata readers see: every carrier of an image file, located and decoded once. */
import type { ImageFormat, Pixels, SamsungBlock } from '../../../image/index.js';
import type { IptcField } from './iptc.js';
import type { ReadJson } from './json.js';
import { createJsonReader } from './json.js';
import type { StealthText } from './stealth.js';
import type { XmpProperty } from './xmp.js';

export interface TextField {
  /** `png:tEXt`, `png:comf`, `jpeg:COM`, `jpeg:APPn`, `gif:comment`, `tiff:ifd0`, `pixels`... */
  source: string;
  /** PNG keyword, TIFF tag name, `COM` for a JPEG comment, '' for a GIF comment. */
  keyword: string;
  value: string;
  /** Where it stands, such as `png:tEXt "parameters" @33`. */
  where: string;
}

export interface MetadataView {
  format: ImageFormat;
  text: TextField[];
  xmp: XmpProperty[];
  /** Where the XMP packet stands, null when there is none. */
  xmpWhere: string | null;
  /** EXIF tags by their standard name; values as text (numbers printed, byte strings decoded). */
  exif: Map<string, string>;
  exifWhere: string | null;
  /** IPTC-IIM records in order, as text. */
  iptc: IptcField[];
  /** True when a Maker Note is present: cameras write one, image editors rarely do. */
  hasMakerNote: boolean;
  /** The Maker Note when it is a short word, which no camera's is. */
  makerNoteText: string | null;
  /** Blocks that Samsung's phones write behind a JPEG's end. */
  samsung: SamsungBlock[];
  /** Text hidden in the low bits of the pixels; its fields stand in `text` too. */
  stealth: StealthText | null;
  /** JSON in any of these texts, parsed once for all readers. */
  readJson: ReadJson;
  /** The picture, for signatures over it; null when it was not decoded. */
  pixels: Pixels | null;
}

/** A view of a file that carries nothing. */
export function emptyView(format: ImageFormat): MetadataView {
  return {
    format,
    text: [],
    xmp: [],
    xmpWhere: null,
    exif: new Map(),
    exifWhere: null,
    iptc: [],
    hasMakerNote: false,
    makerNoteText: null,
    samsung: [],
    stealth: null,
    readJson: createJsonReader(),
    pixels: null,
  };
}

/** Where an EXIF tag or XMP property stands, in words. */
export function exifPlace(view: MetadataView, tag: string): string {
  return `${view.exifWhere ?? 'exif'} ${tag}`;
}
export function xmpPlace(view: MetadataView, property: string): string {
  return `${view.xmpWhere ?? 'xmp'} ${property}`;
}

/** Values of one IPTC-IIM record, in order. */
export function iptcValues(view: MetadataView, name: string): string[] {
  return view.iptc.filter(([field]) => field === name).map(([, value]) => value);
}

/** PNG text (in chunks or hidden in the pixels) with one of these keywords. */
export function textFields(view: MetadataView, ...keywords: string[]): TextField[] {
  return view.text.filter(({ keyword }) => keywords.includes(keyword));
}

/** EXIF tags that are there, as fields like those of text chunks. */
export function exifFields(view: MetadataView, ...tags: string[]): TextField[] {
  return tags.flatMap((tag) => {
    const value = view.exif.get(tag);
    return value === undefined
      ? []
      : [{ source: 'exif', keyword: tag, value, where: exifPlace(view, tag) }];
  });
}
