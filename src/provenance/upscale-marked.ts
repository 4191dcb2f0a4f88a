/** A picture made larger by the super-resolution model -> watermarked, signed, its history kept. */
import { assertBytes } from '../core/index.js';
import type { Upscaler, UpscaleOptions } from '../generate/index.js';
import { decodeImage, encodeImage } from '../image/index.js';
import { extractWatermark, PUBLIC_KEY } from '../watermark/index.js';
import type { Issuer } from './identity.js';
import { assertReady } from './identity.js';
import { lossesOfInput } from './losses.js';
import type { MarkOptions } from './mark.js';
import { mark } from './mark.js';
import type { MarkedImage } from './marked.js';
import { outputFormatFor } from './output.js';

/** Where it comes from is known; `title` is that of the input. */
export type UpscaleMarkedOptions = UpscaleOptions &
  Omit<MarkOptions, 'source' | 'madeFrom' | 'model' | 'description' | 'force'>;

/**
 * The manifest says that the input was opened and edited by the model (`compositeWithTrainedAlgorithmicMedia`: what
 * it adds is invented), and keeps the input's credentials. A watermark of the input gives way to the new one, with a warning;
 * `warnings` also tell what the output does not keep, as of `mark`.
 *
 * @throws ImageError for unreadable input; GenerateError, OnnxError as of `Upscaler`; and as of `mark`.
 */
export async function upscaleMarked(
  upscaler: Upscaler,
  bytes: Uint8Array,
  issuer: Issuer,
  options: UpscaleMarkedOptions = {},
): Promise<MarkedImage> {
  assertBytes(bytes, 'bytes');
  await assertReady(issuer);
  const { factor = 4, onProgress, signal, ...others } = options;
  const input = await decodeImage(bytes, options.limits);
  const { pixels, model } = await upscaler.upscale(input.pixels, {
    factor,
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  });
  const { exif, xmp } = input;
  const enlarged = await encodeImage(pixels, { format: 'png', exif, xmp });
  const title = options.title ?? 'image';
  const marked = await mark(enlarged, issuer, {
    ...others,
    format: options.format ?? outputFormatFor(input.format),
    source: 'compositeWithTrainedAlgorithmicMedia',
    madeFrom: { how: 'edited', bytes, title },
    model: { name: model.name, version: model.version, type: 'c2pa.types.model.onnx' },
    description: `super-resolution, ${factor} times`,
    force: true,
  });
  const keys = [issuer.key ?? PUBLIC_KEY, PUBLIC_KEY];
  const { payload } = extractWatermark(input.pixels, { keys });
  const replaced =
    payload === null ? [] : [`the input carried watermark ${payload}; the new one takes its place`];
  const warnings = [...replaced, ...lossesOfInput(bytes, input), ...marked.warnings];
  return { ...marked, warnings };
}
