/** An image made elsewhere -> the same image watermarked and signed, its history kept. */
import { readCredentials } from '../c2pa/index.js';
import { assertBytes, systemClock } from '../core/index.js';
import { readMetadataEvidence } from '../detect/index.js';
import type { DecodedImage, ImageLimits, OutputFormat, Pixels } from '../image/index.js';
import { decodeImage } from '../image/index.js';
import { extractWatermark, payloadFor, PUBLIC_KEY, workingSize } from '../watermark/index.js';
import type { StrengthOptions } from './embed.js';
import { embedOrThrow, strengthOf } from './embed.js';
import { encodeMarked } from './encode-marked.js';
import { ProvenanceError } from './errors.js';
import { markDigest } from './identify.js';
import type { Issuer } from './identity.js';
import { assertReady } from './identity.js';
import { brokenWarning, judgeParent } from './judge-parent.js';
import { lossesOfFormat, lossesOfInput } from './losses.js';
import type { ManifestOptions } from './manifest-options.js';
import { statedIn } from './manifest-options.js';
import type { MarkedImage } from './marked.js';
import type { OriginOptions } from './origin.js';
import { checkOrigin, originManifest, parentOf, payloadOriginOf } from './origin.js';
import { OUTPUT_MIME, outputFormatFor } from './output.js';
import { signMarked, softBindingFor } from './sign-marked.js';
import { TOOL } from './version.js';

export interface MarkOptions extends ManifestOptions, OriginOptions, StrengthOptions {
  /** Default: the format of the input where it can be written (JPEG, PNG, WebP, AVIF, TIFF), else PNG. */
  format?: OutputFormat;
  /** 1..100 for lossy formats. Default 92 (JPEG), 90 (WebP), 65 (AVIF). */
  quality?: number;
  /** Title of the image in the manifest, usually its file name. Default 'image'. */
  title?: string;
  /** Mark although a watermark can be read already; the old one may then be lost. Default false. */
  force?: boolean;
  limits?: Partial<ImageLimits>;
}

/**
 * Colours become sRGB (an embedded profile is applied and then left out, since 8-bit sRGB needs none),
 * the picture is turned upright, EXIF and XMP go along with the orientation reset, credentials of the
 * input stay inside the parent ingredient. What the output does not keep is told in `warnings`. The
 * payload follows from the input's bytes and the key (`markDigest`). The mark is read back from the
 * encoded file before it is signed.
 *
 * @throws ImageError for unreadable input; ProvenanceError MARK_NOT_EMBEDDED, MARK_LOST_IN_ENCODING,
 * MARK_ALREADY_MARKED; C2paError; RegistryError.
 */
export async function mark(
  bytes: Uint8Array,
  issuer: Issuer,
  options: MarkOptions = {},
): Promise<MarkedImage> {
  assertBytes(bytes, 'bytes');
  checkOrigin(options);
  await assertReady(issuer);
  const image = await decodeImage(bytes, options.limits);
  const format = options.format ?? outputFormatFor(image.format);
  const key = issuer.key ?? PUBLIC_KEY;
  if (options.force !== true) refuseMarked(image, [key, PUBLIC_KEY]);

  const { warnings } = await judgeParent(bytes, image.mime, options.source);
  const title = options.title ?? 'image';
  const parent = parentOf({ bytes, mime: image.mime, title }, options.madeFrom);
  if (options.madeFrom !== undefined) {
    const before = await readCredentials(parent.bytes, parent.mime);
    warnings.push(...brokenWarning(before, 'the image that it was made from'));
  }
  const payload = payloadFor(payloadOriginOf(options.source), markDigest(key, bytes));
  const embedded = embedOrThrow(image.pixels, { payload, key, ...strengthOf(options) });
  const { encoded, warnings: worn } = await encodeMarked(
    embedded.pixels,
    { payload, key },
    {
      format,
      exif: image.exif,
      xmp: image.xmp,
      ...(options.quality === undefined ? {} : { quality: options.quality }),
      ...(image.density === null ? {} : { density: image.density }),
    },
  );
  const template = originManifest(
    {
      title,
      format: OUTPUT_MIME[format],
      generator: TOOL,
      when: (issuer.clock ?? systemClock).now(),
      softBinding: softBindingFor(payload, key.id),
      ...statedIn(options),
    },
    options,
  );
  warnings.push(...worn, ...stripWarnings(image.pixels), ...lossesOfInput(bytes, image));
  warnings.push(...lossesOfFormat(image, format));
  if (options.source === undefined) warnings.push(...(await originWarnings(bytes, image)));
  return signMarked(issuer, {
    encoded,
    format,
    payload,
    embedded,
    template,
    parent,
    warnings,
    manifest: options,
  });
}

function refuseMarked(image: DecodedImage, keys: NonNullable<Issuer['key']>[]): void {
  const { payload } = extractWatermark(image.pixels, { keys });
  if (payload !== null) {
    throw new ProvenanceError({
      code: 'MARK_ALREADY_MARKED',
      message: `the image carries watermark ${payload} already; a second mark would weaken both (force marks it anyway)`,
    });
  }
}

function stripWarnings(pixels: Pixels): string[] {
  const { width, height } = workingSize(pixels);
  if (width === pixels.width && height === pixels.height) return [];
  return [
    `only the first ${width}x${height} of ${pixels.width}x${pixels.height} pixels carry the mark: the image is more than four times as long as wide`,
  ];
}

/** A label that the input carries must not get lost silently: the user is asked to state it. */
async function originWarnings(bytes: Uint8Array, image: DecodedImage): Promise<string[]> {
  const said = (await readMetadataEvidence(bytes, image)).find(
    ({ claim }) => claim === 'ai-generated' || claim === 'ai-edited',
  );
  if (said === undefined) return [];
  const source =
    said.claim === 'ai-generated'
      ? 'trainedAlgorithmicMedia'
      : 'compositeWithTrainedAlgorithmicMedia';
  return [`the input says: ${said.finding}; state source ${source} to sign that`];
}
