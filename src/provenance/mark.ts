/** An image made elsewhere -> the same image watermarked and signed, its history kept. */
import { createHash } from 'node:crypto';
import type { DigitalSourceType } from '../c2pa/index.js';
import { markedManifest, signImage } from '../c2pa/index.js';
import { assertBytes, systemClock } from '../core/index.js';
import { softBindingValue } from '../detect/index.js';
import type { DecodedImage, ImageLimits } from '../image/index.js';
import { decodeImage, encodeImage } from '../image/index.js';
import type { PayloadOrigin } from '../watermark/index.js';
import { extractWatermark, payloadFor, PUBLIC_KEY, WATERMARK_ALG } from '../watermark/index.js';
import { embedOrThrow } from './embed.js';
import { ProvenanceError } from './errors.js';
import type { Issuer } from './identity.js';
import type { MarkedImage } from './marked.js';
import type { OutputFormat } from './output.js';
import { encodeOptionsFor, OUTPUT_MIME, outputFormatFor } from './output.js';
import { TOOL } from './version.js';

export interface MarkOptions {
  /** Default: the format of the input where it can be written (JPEG, PNG, WebP, AVIF, TIFF), else PNG. */
  format?: OutputFormat;
  /** 1..100 for lossy formats. Default 92 (JPEG), 90 (WebP), 75 (AVIF). */
  quality?: number;
  strength?: number;
  /** Title of the image in the manifest, usually its file name. Default 'image'. */
  title?: string;
  /** What the user states about the origin (IPTC code). Default: nothing is claimed. */
  source?: DigitalSourceType;
  /** Mark although a watermark can be read already; the old one may then be lost. Default false. */
  force?: boolean;
  limits?: Partial<ImageLimits>;
}

/**
 * Colours become sRGB (an embedded profile is applied and then left out, since 8-bit sRGB needs none),
 * the picture is turned upright, EXIF and XMP go along with the orientation reset, credentials of the
 * input stay inside the parent ingredient. The payload follows from the input's bytes.
 *
 * @throws ImageError for unreadable input; ProvenanceError MARK_NOT_EMBEDDED, MARK_ALREADY_MARKED;
 * C2paError.
 */
export async function mark(
  bytes: Uint8Array,
  issuer: Issuer,
  options: MarkOptions = {},
): Promise<MarkedImage> {
  assertBytes(bytes, 'bytes');
  const image = await decodeImage(bytes, options.limits);
  const format = options.format ?? outputFormatFor(image.format);
  const mime = OUTPUT_MIME[format];
  const key = issuer.key ?? PUBLIC_KEY;
  if (options.force !== true) refuseMarked(image, key);

  const payload = payloadFor(originOf(options.source), createHash('sha256').update(bytes).digest());
  const result = embedOrThrow(image.pixels, { payload, key, strength: options.strength });
  const encoded = await encodeImage(result.pixels, {
    ...encodeOptionsFor(format, options.quality),
    exif: image.exif,
    xmp: image.xmp,
    ...(image.density === null ? {} : { density: image.density }),
  });
  const title = options.title ?? 'image';
  const template = markedManifest({
    title,
    format: mime,
    generator: TOOL,
    when: (issuer.clock ?? systemClock).now(),
    softBinding: {
      alg: WATERMARK_ALG,
      name: 'imprint-watermark',
      version: '1',
      value: softBindingValue(payload),
    },
    ...(options.source === undefined ? {} : { source: options.source }),
  });
  const signed = await signImage(encoded, mime, {
    template,
    signer: issuer.signer,
    ...(issuer.timestamp === undefined ? {} : { timestamp: issuer.timestamp }),
    parent: { bytes, mime: image.mime, title },
    softBindingAlgorithms: [WATERMARK_ALG],
  });
  return {
    bytes: signed.bytes,
    manifest: signed.manifest,
    mime,
    format,
    width: result.pixels.width,
    height: result.pixels.height,
    watermark: { payload, psnr: result.psnr, ssim: result.ssim, margin: result.margin },
    warnings: [...lossWarnings(image, format), ...signed.warnings],
  };
}

function refuseMarked(image: DecodedImage, key: NonNullable<Issuer['key']>): void {
  const { payload } = extractWatermark(image.pixels, { keys: [key] });
  if (payload !== null) {
    throw new ProvenanceError({
      code: 'MARK_ALREADY_MARKED',
      message: `the image carries watermark ${payload} already; a second mark would weaken both (force marks it anyway)`,
    });
  }
}

function originOf(source: DigitalSourceType | undefined): PayloadOrigin {
  if (source === 'trainedAlgorithmicMedia') return 'generated';
  const edited =
    source === 'compositeWithTrainedAlgorithmicMedia' || source === 'compositeSynthetic';
  return edited ? 'edited' : 'unstated';
}

/** What the 8-bit sRGB output does not keep of this input. */
function lossWarnings(image: DecodedImage, format: OutputFormat): string[] {
  const warnings: string[] = [];
  if (image.bitDepth > 8) {
    warnings.push(`${image.bitDepth}-bit samples were rounded to 8 bits`);
  }
  if (image.hasProfile || image.colourSpace === 'cmyk') {
    warnings.push('colours were converted to sRGB');
  }
  if (image.pages > 1) {
    warnings.push(`only the first of ${image.pages} frames was kept`);
  }
  if (image.hasAlpha && format === 'jpeg') {
    warnings.push('transparency was laid over white, since JPEG has none');
  }
  return warnings;
}
