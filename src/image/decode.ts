/** File bytes to `Pixels`: upright, sRGB, 8 bits, first page; the header is judged before decoding. */
import { extractExif } from './container/exif.js';
import { asStillAvif, declaredFrames } from './container/frames.js';
import { countScans } from './container/jpeg.js';
import { withoutPngText } from './container/png-pixels.js';
import { extractXmp } from './container/xmp.js';
import { ImageError } from './errors.js';
import { checkHeader, checkScans } from './header-limits.js';
import { resolveLimits } from './limits.js';
import type { ImageLimits } from './limits.js';
import { createPixels } from './pixels.js';
import type { Pixels } from './pixels.js';
import { sharp, toImageError } from './sharp-engine.js';
import type { Metadata, SharpOptions } from './sharp-engine.js';
import { sniffFormat } from './sniff.js';
import type { ImageFormat } from './sniff.js';

export interface DecodedImage {
  /** sRGB, 8 bits a sample, EXIF orientation applied; RGBA exactly when `hasAlpha`. */
  readonly pixels: Pixels;
  readonly format: ImageFormat;
  readonly mime: string;
  /** Pixels, after orientation. */
  readonly width: number;
  readonly height: number;
  /** Bits of a stored sample: 1, 2, 4, 8, 10, 12, 16 or 32. */
  readonly bitDepth: number;
  /** Samples per stored pixel (1 grey, 2 grey + alpha, 3, 4); a palette counts as its colours. */
  readonly storedChannels: number;
  /** Interpretation of the stored samples as libvips names it: srgb, rgb16, b-w, grey16, cmyk, lab... */
  readonly colourSpace: string;
  readonly hasAlpha: boolean;
  /** EXIF orientation of the file, 1..8; already applied to `pixels`. */
  readonly orientation: number;
  /** The embedded profile of the stored samples. `pixels` are sRGB whatever it says. */
  readonly iccProfile: Uint8Array | null;
  readonly hasProfile: boolean;
  /** Frames or pages in the file; `pixels` holds the first. */
  readonly pages: number;
  /** '4:2:0', '4:4:4', ...; null for formats without it. */
  readonly chromaSubsampling: string | null;
  readonly isProgressive: boolean;
  /** Dots per inch, null when the file does not say. */
  readonly density: number | null;
  /** EXIF as a bare TIFF block (no `Exif\0\0` before it). */
  readonly exif: Uint8Array | null;
  /** XMP packet, UTF-8; extended XMP of a JPEG is joined in. */
  readonly xmp: Uint8Array | null;
  /** Photoshop image resources or IPTC-IIM records as stored. */
  readonly iptc: Uint8Array | null;
}

/** What sharp's own detection must answer for each format; a null is not decoded at all. */
const DECODERS = {
  jpeg: 'jpeg',
  png: 'png',
  webp: 'webp',
  avif: 'heif',
  heif: 'heif',
  tiff: 'tiff',
  gif: 'gif',
  svg: null,
  jxl: null,
} as const satisfies Record<ImageFormat, string | null>;

/**
 * Decode the first page of a JPEG, PNG, WebP, AVIF, TIFF or GIF.
 *
 * CMYK, Lab and any embedded ICC profile are converted to sRGB (perceptual intent; a CMYK file
 * without a profile is read with libvips' generic one), colours outside sRGB are clipped. 16-bit
 * samples become `round(v / 257)`. Grey becomes R = G = B, a palette its colours.
 *
 * SVG is recognised and refused: it is a program for drawing and not a picture, and rasterising a
 * hostile one can cost any amount of time. HEIC (HEVC) and JPEG XL are refused since the decoder is
 * built without them.
 *
 * @throws ImageError IMAGE_EMPTY, IMAGE_TOO_LARGE, IMAGE_TOO_MANY_PIXELS, IMAGE_UNSUPPORTED,
 * IMAGE_MALFORMED (truncated files too), IMAGE_CONTAINER_LIMIT, IMAGE_TIMEOUT.
 */
export async function decodeImage(
  bytes: Uint8Array,
  limits: Partial<ImageLimits> = {},
): Promise<DecodedImage> {
  const resolved = resolveLimits(limits);
  const sniffed = sniffDecodable(bytes, resolved);
  const input: SharpOptions = {
    // Minor damage that libjpeg and libpng repair is common in the wild; truncation is not passed.
    failOn: 'error',
    limitInputPixels: false,
    unlimited: false,
    sequentialRead: true,
  };
  const still = forDecoder(bytes, sniffed.format, limits);
  const meta = await readHeader(still, input, sniffed.format);
  const pages = Math.max(meta.pages ?? 1, declaredFrames(bytes, limits));
  checkHeader(meta, pages, resolved);
  if (sniffed.format === 'jpeg') checkScans(meta, countScans(bytes));
  const pixels = await decodePixels(still, input, meta, resolved);
  return {
    pixels,
    format: sniffed.format,
    mime: sniffed.mime,
    width: pixels.width,
    height: pixels.height,
    bitDepth: meta.bitsPerSample ?? DEPTH_BITS[meta.depth] ?? 8,
    storedChannels: meta.channels,
    colourSpace: meta.space,
    hasAlpha: meta.hasAlpha,
    orientation: meta.orientation ?? 1,
    iccProfile: own(meta.icc),
    hasProfile: meta.hasProfile,
    pages,
    chromaSubsampling: meta.chromaSubsampling ?? null,
    isProgressive: meta.isProgressive,
    density: meta.density ?? null,
    exif: extractExif(bytes, limits),
    xmp: extractXmp(bytes, limits),
    iptc: own(meta.iptc),
  };
}

/** The bytes that sharp is given: what it would decode beside the first picture, or inflate for nobody, is left out. */
function forDecoder(
  bytes: Uint8Array,
  format: ImageFormat,
  limits: Partial<ImageLimits>,
): Uint8Array {
  if (format === 'avif') return asStillAvif(bytes);
  return format === 'png' ? withoutPngText(bytes, limits) : bytes;
}

const DEPTH_BITS: Readonly<Record<string, number>> = {
  uchar: 8,
  char: 8,
  ushort: 16,
  short: 16,
  uint: 32,
  int: 32,
  float: 32,
  double: 64,
};

function own(buffer: Buffer | undefined): Uint8Array | null {
  return buffer ? new Uint8Array(buffer) : null;
}

function sniffDecodable(bytes: Uint8Array, limits: ImageLimits) {
  if (bytes.length === 0) throw new ImageError({ code: 'IMAGE_EMPTY', message: 'image: empty' });
  if (bytes.length > limits.maxBytes) {
    throw new ImageError({
      code: 'IMAGE_TOO_LARGE',
      message: `image: larger than ${limits.maxBytes} bytes`,
    });
  }
  const sniffed = sniffFormat(bytes);
  if (!sniffed) {
    throw new ImageError({
      code: 'IMAGE_UNSUPPORTED',
      message: 'image: not a known format (JPEG, PNG, WebP, AVIF, TIFF, GIF)',
    });
  }
  if (DECODERS[sniffed.format] === null) {
    throw new ImageError({
      code: 'IMAGE_UNSUPPORTED',
      message: `image: ${sniffed.mime} is recognised but not decoded`,
    });
  }
  return sniffed;
}

async function readHeader(
  bytes: Uint8Array,
  input: SharpOptions,
  format: ImageFormat,
): Promise<Metadata> {
  let meta: Metadata;
  try {
    meta = await sharp(bytes, input).metadata();
  } catch (thrown) {
    throw toDecodeError(thrown);
  }
  // Its detection and ours read the same bytes; two answers mean a file made to be two things.
  if (meta.format !== DECODERS[format]) {
    throw new ImageError({
      code: 'IMAGE_MALFORMED',
      message: `image: begins as ${format}, but decodes as ${meta.format}`,
    });
  }
  if (meta.compression === 'hevc') {
    throw new ImageError({
      code: 'IMAGE_UNSUPPORTED',
      message: 'image: HEIC (HEVC-coded) pictures cannot be decoded by this build',
    });
  }
  return meta;
}

async function decodePixels(
  bytes: Uint8Array,
  input: SharpOptions,
  meta: Metadata,
  limits: ImageLimits,
): Promise<Pixels> {
  const wide = meta.depth === 'ushort';
  let pipeline = sharp(bytes, input)
    .autoOrient()
    .timeout({ seconds: limits.timeoutSeconds })
    .toColourspace(wide ? 'rgb16' : 'srgb');
  // sharp works in Display P3 on 16-bit RGB with a profile; only an output profile brings it back.
  if (wide && meta.hasProfile && meta.space === 'rgb16') {
    pipeline = pipeline.withIccProfile('srgb', { attach: false });
  }
  try {
    const { data, info } = await pipeline
      .raw({ depth: wide ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const samples = wide
      ? roundTo8(new Uint16Array(data.buffer, data.byteOffset, data.length / 2))
      : new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
    return toPixels(samples, info.width, info.height, info.channels);
  } catch (thrown) {
    throw toDecodeError(thrown);
  }
}

/** 65535 = 257 * 255, so the nearest 8-bit value is v / 257 rounded, and not the high byte. */
function roundTo8(samples: Uint16Array): Uint8ClampedArray {
  const out = new Uint8ClampedArray(samples.length);
  for (let i = 0; i < samples.length; i++) out[i] = Math.floor((samples[i]! + 128) / 257);
  return out;
}

/** Grey to RGB where libvips left one or two bands; anything above four bands is not a picture. */
function toPixels(
  samples: Uint8ClampedArray,
  width: number,
  height: number,
  channels: number,
): Pixels {
  if (channels === 3 || channels === 4) return createPixels(width, height, channels, samples);
  if (channels > 4) {
    throw new ImageError({
      code: 'IMAGE_UNSUPPORTED',
      message: `image: ${channels} channels, expected at most 4`,
    });
  }
  const out = createPixels(width, height, channels === 1 ? 3 : 4);
  const step = out.channels;
  for (let p = 0, q = 0; p < samples.length; p += channels, q += step) {
    out.data.fill(samples[p]!, q, q + 3);
    if (step === 4) out.data[q + 3] = samples[p + 1]!;
  }
  return out;
}

function toDecodeError(thrown: unknown): ImageError {
  const message = thrown instanceof Error ? thrown.message : '';
  // libheif's words for a codec that the build lacks (HEVC, VVC, JPEG 2000 in HEIF).
  if (/not been built in|no (suitable )?decod|unsupported codec/i.test(message)) {
    return new ImageError({
      code: 'IMAGE_UNSUPPORTED',
      message: 'image: its codec (such as HEVC) is not in this build of the decoder',
      cause: thrown,
    });
  }
  if (/exceeds channel limit/i.test(message)) {
    return new ImageError({
      code: 'IMAGE_UNSUPPORTED',
      message: 'image: more channels than colour and alpha',
      cause: thrown,
    });
  }
  return toImageError(thrown, 'image', 'IMAGE_MALFORMED');
}
