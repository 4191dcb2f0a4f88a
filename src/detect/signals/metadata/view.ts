/** What metadata readers see: every carrier of an image file, located and decoded once. */
import type { ImageFormat } from '../../../image/index.js';
import type { XmpProperty } from './xmp.js';

export interface TextField {
  /** PNG keyword, or `COM` for a JPEG comment. */
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
  /** IPTC-IIM records by name, as text. */
  iptc: Map<string, string>;
  /** True when a Maker Note is present: cameras write one, image editors rarely do. */
  hasMakerNote: boolean;
}
