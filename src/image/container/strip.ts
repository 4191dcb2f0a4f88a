/** Remove metadata without touching the coded picture. */
import { concatBytes, hasBytesAt, latin1Bytes } from '../../core/index.js';
import { ImageError } from '../errors.js';
import type { ImageLimits } from '../limits.js';
import { sniffFormat } from '../sniff.js';
import { orientationExif, readOrientation } from './exif-block.js';
import { EXIF_PREFIX, extractExif } from './exif.js';
import { readJpegSegments } from './jpeg.js';
import type { JpegSegment } from './jpeg.js';
import { PNG_SIGNATURE, readPngChunks } from './png.js';
import { readRiffChunks } from './riff.js';
import { jpegSegment, pngChunk, riffChunk, riffFile } from './write.js';

/** Chunks that change what is shown: colour, transparency, pixel shape, animation. */
const PNG_KEPT = new Set(
  'IHDR PLTE IDAT IEND tRNS bKGD gAMA cHRM sRGB iCCP cICP sBIT mDCV cLLI pHYs acTL fcTL fdAT'.split(
    ' ',
  ),
);
const RIFF_KEPT = new Set(['VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
/** VP8X flags of EXIF and XMP, RFC 9649 §2.7. */
const VP8X_EXIF = 0x08;
const VP8X_XMP = 0x04;

/**
 * A JPEG, PNG or WebP without anything that is not needed to show the picture: text, EXIF, XMP,
 * IPTC, Content Credentials, comments, thumbnails, bytes behind the end. The coded samples and the ICC
 * profile stay bit for bit. An EXIF orientation other than upright is needed, so it stays alone in
 * an EXIF block of one field.
 *
 * @throws ImageError IMAGE_UNSUPPORTED for other formats, IMAGE_CONTAINER_LIMIT.
 */
export function stripMetadata(bytes: Uint8Array, limits: Partial<ImageLimits> = {}): Uint8Array {
  const format = sniffFormat(bytes)?.format;
  if (format !== 'jpeg' && format !== 'png' && format !== 'webp') {
    throw new ImageError({
      code: 'IMAGE_UNSUPPORTED',
      message: `image: metadata of ${format ?? 'this format'} cannot be stripped (JPEG, PNG, WebP)`,
    });
  }
  const exif = extractExif(bytes, limits);
  const orientation = exif ? readOrientation(exif) : 1;
  const kept = orientation === 1 ? null : orientationExif(orientation);
  if (format === 'jpeg') return stripJpeg(bytes, limits, kept);
  return format === 'png' ? stripPng(bytes, limits, kept) : stripWebp(bytes, limits, kept);
}

function stripJpeg(
  bytes: Uint8Array,
  limits: Partial<ImageLimits>,
  exif: Uint8Array | null,
): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const segment of readJpegSegments(bytes, limits)) {
    if (segment.marker === 0xfe || (segment.name.startsWith('APP') && !isShown(segment))) continue;
    parts.push(bytes.subarray(segment.offset, segment.offset + segment.length));
    if (segment.name === 'SOI' && exif) {
      parts.push(jpegSegment(0xe1, concatBytes([EXIF_PREFIX, exif])));
    }
  }
  return concatBytes(parts);
}

/** APPn segments without which a decoder shows other colours or another shape. */
function isShown({ name, data }: JpegSegment): boolean {
  if (name === 'APP0') return hasBytesAt(data, 0, latin1Bytes('JFIF\0'));
  if (name === 'APP2') return hasBytesAt(data, 0, latin1Bytes('ICC_PROFILE\0'));
  return name === 'APP14' && hasBytesAt(data, 0, latin1Bytes('Adobe'));
}

function stripPng(
  bytes: Uint8Array,
  limits: Partial<ImageLimits>,
  exif: Uint8Array | null,
): Uint8Array {
  const parts: Uint8Array[] = [PNG_SIGNATURE];
  for (const { type, offset, length } of readPngChunks(bytes, limits)) {
    if (!PNG_KEPT.has(type)) continue;
    parts.push(bytes.subarray(offset, offset + length));
    if (type === 'IHDR' && exif) parts.push(pngChunk('eXIf', exif));
  }
  return concatBytes(parts);
}

function stripWebp(
  bytes: Uint8Array,
  limits: Partial<ImageLimits>,
  exif: Uint8Array | null,
): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { type, data } of readRiffChunks(bytes, limits)) {
    if (!RIFF_KEPT.has(type)) continue;
    const body = type === 'VP8X' ? data.slice() : data;
    if (type === 'VP8X' && body.length > 0) {
      body[0] = (body[0]! & ~(VP8X_EXIF | VP8X_XMP)) | (exif ? VP8X_EXIF : 0);
    }
    parts.push(riffChunk(type, body));
  }
  if (exif) parts.push(riffChunk('EXIF', exif));
  return riffFile(parts);
}
