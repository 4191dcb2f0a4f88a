/** `Pixels` to file bytes, with the caller's metadata and the same bytes for the same input. */
import { assertInteger, assertNumber, assertOneOf } from '../core/index.js';
import { resetOrientation } from './container/exif-block.js';
import { insertMetadata } from './container/insert.js';
import type { MetadataBlocks } from './container/insert.js';
import { resetXmpOrientation } from './container/xmp.js';
import { ImageError } from './errors.js';
import { flattenPixels, rawInfo } from './geometry.js';
import { DEFAULT_LIMITS } from './limits.js';
import type { Pixels } from './pixels.js';
import { sharp, toImageError } from './sharp-engine.js';
import type { Sharp } from './sharp-engine.js';
import { isSrgbProfile } from './srgb-profile.js';

export type OutputFormat = 'png' | 'jpeg' | 'webp' | 'avif' | 'tiff';
export const OUTPUT_FORMATS = ['png', 'jpeg', 'webp', 'avif', 'tiff'] as const;

export interface EncodeOptions {
  format: OutputFormat;
  /** 1..100; default JPEG 92, WebP 90, AVIF 65. Without effect on PNG and lossless output. */
  quality?: number;
  /** JPEG and AVIF; default '4:4:4' from quality 90 on and for AVIF, else '4:2:0'. */
  chromaSubsampling?: '4:4:4' | '4:2:0';
  /** WebP, AVIF. Default false. PNG and TIFF (deflate) always are. */
  lossless?: boolean;
  /** 0 fastest .. 9 smallest; default PNG 6, WebP 4, AVIF 4. Without effect on JPEG and TIFF. */
  effort?: number;
  /**
   * Embedded when it describes sRGB, as the pixels do; any other profile would show wrong colours
   * and is left out (untagged means sRGB). Default null.
   */
  iccProfile?: Uint8Array | null;
  /** Bare TIFF block; its orientation is set to 1, since pixels are upright. Default null. */
  exif?: Uint8Array | null;
  /** UTF-8 packet; its tiff:Orientation is set to 1. Default null. */
  xmp?: Uint8Array | null;
  /** Dots per inch, 1..100000; JPEG, PNG and TIFF store it. Default: not stated. */
  density?: number;
}

const DEFAULT_QUALITY: Readonly<Record<OutputFormat, number>> = {
  jpeg: 92,
  webp: 90,
  avif: 65,
  png: 100,
  tiff: 100,
};
/** Longest side that the format's header can say. */
const MAX_SIDE: Readonly<Record<OutputFormat, number>> = {
  jpeg: 65_500,
  webp: 16_383,
  avif: 16_384,
  png: 65_535,
  tiff: 65_535,
};

/**
 * Encode `pixels` as sRGB. JPEG has no alpha: transparent pixels are composited over white. In JPEG,
 * PNG and WebP the metadata blocks are written byte for byte; AVIF's EXIF passes through libexif, which may
 * reorder it; TIFF takes XMP and profile but no EXIF.
 *
 * @throws ImageError IMAGE_ENCODE (a side too long for the format, metadata too long for JPEG),
 * IMAGE_TIMEOUT; TypeError or RangeError for options outside their range.
 */
export async function encodeImage(pixels: Pixels, options: EncodeOptions): Promise<Uint8Array> {
  checkOptions(options);
  const { format } = options;
  if (Math.max(pixels.width, pixels.height) > MAX_SIDE[format]) {
    throw new ImageError({
      code: 'IMAGE_ENCODE',
      message: `image: ${pixels.width}x${pixels.height} is more than ${format} allows (${MAX_SIDE[format]})`,
    });
  }
  const blocks: MetadataBlocks = {
    exif: options.exif ? resetOrientation(options.exif) : null,
    xmp: options.xmp ? resetXmpOrientation(options.xmp) : null,
    icc: options.iccProfile && isSrgbProfile(options.iccProfile) ? options.iccProfile : null,
  };
  try {
    if (format === 'jpeg' || format === 'png' || format === 'webp') {
      const flat = format === 'jpeg' ? flattenPixels(pixels) : pixels;
      const bytes = await toBytes(sharp(flat.data, { raw: rawInfo(flat) }), options);
      const { density } = options;
      return insertMetadata(bytes, format, density === undefined ? blocks : { ...blocks, density });
    }
    return await toBytes(await withBlocks(pixels, blocks), options);
  } catch (thrown) {
    throw toImageError(thrown, 'image', 'IMAGE_ENCODE');
  }
}

function checkOptions(options: EncodeOptions): void {
  assertOneOf(options.format, 'format', OUTPUT_FORMATS);
  if (options.quality !== undefined) assertInteger(options.quality, 'quality', 1, 100);
  if (options.effort !== undefined) assertInteger(options.effort, 'effort', 0, 9);
  if (options.density !== undefined) assertNumber(options.density, 'density', 1, 100_000);
  if (options.chromaSubsampling !== undefined) {
    assertOneOf(options.chromaSubsampling, 'chromaSubsampling', ['4:4:4', '4:2:0']);
  }
}

/**
 * A sharp input that carries the blocks: sharp takes metadata from files only, so the pixels make a
 * detour through an uncompressed PNG.
 */
async function withBlocks(pixels: Pixels, blocks: MetadataBlocks): Promise<Sharp> {
  const raw = sharp(pixels.data, { raw: rawInfo(pixels) });
  if (!blocks.exif && !blocks.xmp && !blocks.icc) return raw;
  const png = await raw.png({ compressionLevel: 0 }).toBuffer();
  let carrier = sharp(insertMetadata(png, 'png', blocks), { limitInputPixels: false });
  if (blocks.exif) carrier = carrier.keepExif();
  if (blocks.xmp) carrier = carrier.keepXmp();
  if (blocks.icc) carrier = carrier.keepIccProfile();
  return carrier;
}

async function toBytes(image: Sharp, options: EncodeOptions): Promise<Uint8Array> {
  const { format, lossless = false } = options;
  const quality = options.quality ?? DEFAULT_QUALITY[format];
  const chromaSubsampling = options.chromaSubsampling ?? (quality >= 90 ? '4:4:4' : '4:2:0');
  let output = image.timeout({ seconds: DEFAULT_LIMITS.timeoutSeconds * 10 });
  switch (format) {
    case 'png':
      output = output.png({ compressionLevel: options.effort ?? 6 });
      break;
    case 'jpeg':
      output = output.jpeg({ quality, chromaSubsampling });
      break;
    case 'webp': {
      // libwebp counts 0..6.
      const effort = options.effort === undefined ? 4 : Math.round((options.effort * 6) / 9);
      output = output.webp({ quality, lossless, effort, smartSubsample: quality >= 90 });
      break;
    }
    case 'avif':
      output = output.avif({
        quality,
        lossless,
        effort: options.effort ?? 4,
        chromaSubsampling: options.chromaSubsampling ?? '4:4:4',
      });
      break;
    case 'tiff':
      output = output.tiff({
        compression: 'deflate',
        predictor: 'horizontal',
        ...(options.density === undefined
          ? {}
          : { xres: options.density / 25.4, yres: options.density / 25.4, resolutionUnit: 'inch' }),
      });
      break;
  }
  return new Uint8Array(await output.toBuffer());
}
