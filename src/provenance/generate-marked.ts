/** Text -> images that are watermarked, labelled and signed. */
import { createHash } from 'node:crypto';
import { signImage, textToImageManifest } from '../c2pa/index.js';
import { systemClock } from '../core/index.js';
import { softBindingValue } from '../detect/index.js';
import type { GeneratedImage, GenerateOptions, Generator } from '../generate/index.js';
import { encodeImage } from '../image/index.js';
import { payloadFor, PUBLIC_KEY, WATERMARK_ALG } from '../watermark/index.js';
import { embedOrThrow } from './embed.js';
import type { Issuer } from './identity.js';
import { aiLabelXmp } from './label.js';
import type { MarkedImage } from './marked.js';
import type { OutputFormat } from './output.js';
import { encodeOptionsFor, OUTPUT_MIME } from './output.js';
import { TOOL } from './version.js';

export interface GenerateMarkedOptions extends GenerateOptions {
  /** Default 'png'. */
  format?: OutputFormat;
  /** 1..100 for lossy formats. Default 92 (JPEG), 90 (WebP), 75 (AVIF). */
  quality?: number;
  /** Watermark strength, 1 = the codec's own choice at its quality floor. Default 1. */
  strength?: number;
  /** Put the prompt into the manifest. Prompts are personal data. Default false. */
  includePrompt?: boolean;
}

export interface GeneratedMarkedImage extends MarkedImage {
  seed: number;
  model: GeneratedImage['model'];
  settings: GeneratedImage['settings'];
}

/**
 * Generate, watermark, label, encode and sign, in this order. The payload follows from the model,
 * prompt, settings and seed, so the same call gives the same pixels again.
 *
 * @throws GenerateError, OnnxError, ProvenanceError MARK_NOT_EMBEDDED, ImageError, C2paError.
 */
export async function generateMarked(
  generator: Generator,
  prompt: string,
  issuer: Issuer,
  options: GenerateMarkedOptions = {},
): Promise<GeneratedMarkedImage[]> {
  const { format = 'png', quality, strength, includePrompt = false, ...generate } = options;
  const images = await generator.generate(prompt, generate);
  const out: GeneratedMarkedImage[] = [];
  for (const image of images) {
    const marked = await markGenerated(image, issuer, { format, quality, strength, includePrompt });
    out.push({ ...marked, seed: image.seed, model: image.model, settings: image.settings });
  }
  return out;
}

interface MarkGeneratedOptions {
  format: OutputFormat;
  quality: number | undefined;
  strength: number | undefined;
  includePrompt: boolean;
}

async function markGenerated(
  image: GeneratedImage,
  issuer: Issuer,
  options: MarkGeneratedOptions,
): Promise<MarkedImage> {
  const { format } = options;
  const mime = OUTPUT_MIME[format];
  const payload = payloadFor('generated', generationDigest(image));
  const mark = embedOrThrow(image.pixels, {
    payload,
    key: issuer.key ?? PUBLIC_KEY,
    strength: options.strength,
  });
  const encoded = await encodeImage(mark.pixels, {
    ...encodeOptionsFor(format, options.quality),
    xmp: aiLabelXmp({
      digitalSourceType: 'trainedAlgorithmicMedia',
      system: image.model.name,
      systemVersion: image.model.version,
      creatorTool: `${TOOL.name} ${TOOL.version}`,
    }),
  });
  const template = textToImageManifest({
    title: `${payload}.${format}`,
    format: mime,
    generator: TOOL,
    model: {
      name: image.model.name,
      version: image.model.version,
      identifier: `pkg:npm/${TOOL.name}@${TOOL.version}#models/${image.model.name}`,
    },
    when: (issuer.clock ?? systemClock).now(),
    softBinding: {
      alg: WATERMARK_ALG,
      name: 'imprint-watermark',
      version: '1',
      value: softBindingValue(payload),
    },
    ...(options.includePrompt ? { prompt: image.prompt } : {}),
  });
  const signed = await signImage(encoded, mime, {
    template,
    signer: issuer.signer,
    ...(issuer.timestamp === undefined ? {} : { timestamp: issuer.timestamp }),
    softBindingAlgorithms: [WATERMARK_ALG],
  });
  return {
    bytes: signed.bytes,
    manifest: signed.manifest,
    mime,
    format,
    width: image.pixels.width,
    height: image.pixels.height,
    watermark: { payload, psnr: mark.psnr, ssim: mark.ssim, margin: mark.margin },
    warnings: signed.warnings,
  };
}

/** Everything that decides the pixels. */
function generationDigest({ model, prompt, seed, settings }: GeneratedImage): Uint8Array {
  return createHash('sha256')
    .update(JSON.stringify([model, prompt, seed, settings]))
    .digest();
}
