/** The blocks of EXIF, XMP and IPTC that a file carries, and where they stand. */
import type { DecodedImage, ImageLimits, TextEntry } from '../../../image/index.js';
import { extractIptc, iptcResources } from '../../../image/index.js';
import { attempt } from './attempt.js';
import type { RawProfile } from './raw-profiles.js';

export interface MetadataBlocks {
  /** Bare TIFF block. */
  exif: Uint8Array | null;
  exifWhere: string | null;
  /** Packets, each with descriptions of its own; one in nearly every file. */
  xmp: Uint8Array[];
  xmpWhere: string | null;
  /** Blocks of IPTC-IIM records. */
  iptc: Uint8Array[];
}

/** @param entries those of the file whose `text` may be looked at, `profiles` what is written out in some of them. */
export function metadataBlocks(
  bytes: Uint8Array,
  { exif, xmp, format }: Pick<DecodedImage, 'exif' | 'xmp' | 'format'>,
  entries: readonly TextEntry[],
  profiles: readonly RawProfile[],
  limits: Partial<ImageLimits>,
): MetadataBlocks {
  // Programs that write both mean the same; the standard's own place is the one that others keep up to date.
  const exifProfile = exif === null ? profiles.find(({ kind }) => kind === 'exif') : undefined;
  const xmpProfile = xmp === null ? profiles.find(({ kind }) => kind === 'xmp') : undefined;
  const packet = xmp ?? xmpProfile?.data;
  return {
    exif: exif ?? exifProfile?.data ?? null,
    exifWhere: exif === null ? (exifProfile?.where ?? null) : `${format}:exif`,
    xmp: [...(packet === undefined ? [] : [packet]), ...furtherPackets(format, entries)],
    xmpWhere: xmp === null ? (xmpProfile?.where ?? null) : `${format}:xmp`,
    iptc: [
      ...(attempt(() => extractIptc(bytes, limits)) ?? []),
      ...profiles
        .filter(({ kind }) => kind === 'iptc')
        .flatMap(({ data }) => records(data, limits)),
    ],
  };
}

/** Some programs add a packet of their own to a JPEG instead of changing the one that is there. */
function furtherPackets(format: string, entries: readonly TextEntry[]): Uint8Array[] {
  if (format !== 'jpeg') return [];
  return entries
    .filter(({ source }) => source === 'xmp')
    .slice(1)
    .filter(({ truncated }) => !truncated)
    .map(({ text }) => new TextEncoder().encode(text));
}

/** Newer versions write the resources of Photoshop, older ones the records alone. */
function records(profile: Uint8Array, limits: Partial<ImageLimits>): Uint8Array[] {
  const inside = attempt(() => iptcResources(profile, limits)) ?? [];
  return inside.length > 0 ? inside : [profile];
}
