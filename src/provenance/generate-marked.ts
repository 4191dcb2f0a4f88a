/** Text -> images that are watermarked, labelled and signed. */
import { textToImageManifest } from '../c2pa/index.js';
import { systemClock } from '../core/index.js';
import type { GeneratedImage, GenerateOptions, Generator } from '../generate/index.js';
import type { OutputFormat } from '../image/index.js';
import { payloadFor, PUBLIC_KEY } from '../watermark/index.js';
import type { StrengthOptions } from './embed.js';
import { embedOrThrow, strengthOf } from './embed.js';
import { encodeMarked } from './encode-marked.js';
import { markDigest } from './identify.js';
import type { Issuer } from './identity.js';
import { assertReady } from './identity.js';
import { aiLabelXmp } from './label.js';
import type { ManifestOptions } from './manifest-options.js';
import { statedIn } from './manifest-options.js';
import type { MarkedImage } from './marked.js';
import { OUTPUT_MIME } from './output.js';
import { signMarked, softBindingFor } from './sign-marked.js';
import { TOOL } from './version.js';

export interface GenerateMarkedOptions extends GenerateOptions, ManifestOptions, StrengthOptions {
  /** Default 'png'. */
  format?: OutputFormat;
  /** 1..100 for lossy formats. Default 92 (JPEG), 90 (WebP), 65 (AVIF). */
  quality?: number;
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
 * prompt, settings, seed and key, so the same call gives the same pixels again. The mark is read back from the
 * encoded file before it is signed.
 *
 * @throws GenerateError, OnnxError, ProvenanceError MARK_NOT_EMBEDDED, MARK_LOST_IN_ENCODING, ImageError,
 *   C2paError, RegistryError.
 */
export async function generateMarked(
  generator: Generator,
  prompt: string,
  issuer: Issuer,
  options: GenerateMarkedOptions = {},
): Promise<GeneratedMarkedImage[]> {
  const { format = 'png', quality, includePrompt = false, ...rest } = options;
  const { strength, minPsnr, minSsim, ...others } = rest;
  const { metadata, trainingMining, thumbnail, remoteManifest, embed, ...generate } = others;
  const stated = { metadata, trainingMining, thumbnail, remoteManifest, embed };
  const manifest = Object.fromEntries(
    Object.entries(stated).filter(([, value]) => value !== undefined),
  ) as ManifestOptions;
  await assertReady(issuer);
  const images = await generator.generate(prompt, generate);
  const out: GeneratedMarkedImage[] = [];
  for (const image of images) {
    const marked = await markGenerated(image, issuer, {
      format,
      quality,
      strength: strengthOf({ strength, minPsnr, minSsim }),
      includePrompt,
      manifest,
    });
    out.push({ ...marked, seed: image.seed, model: image.model, settings: image.settings });
  }
  return out;
}

interface MarkGeneratedOptions {
  format: OutputFormat;
  quality: number | undefined;
  strength: StrengthOptions;
  includePrompt: boolean;
  manifest: ManifestOptions;
}

async function markGenerated(
  image: GeneratedImage,
  issuer: Issuer,
  options: MarkGeneratedOptions,
): Promise<MarkedImage> {
  const { format, manifest } = options;
  const key = issuer.key ?? PUBLIC_KEY;
  const payload = payloadFor('generated', markDigest(key, whatDecides(image)));
  const mark = embedOrThrow(image.pixels, { payload, key, ...options.strength });
  const { encoded, warnings } = await encodeMarked(
    mark.pixels,
    { payload, key },
    {
      format,
      ...(options.quality === undefined ? {} : { quality: options.quality }),
      xmp: aiLabelXmp({
        digitalSourceType: 'trainedAlgorithmicMedia',
        system: image.model.name,
        systemVersion: image.model.version,
        creatorTool: `${TOOL.name} ${TOOL.version}`,
      }),
    },
  );
  const template = textToImageManifest({
    title: `${payload}.${format}`,
    format: OUTPUT_MIME[format],
    generator: TOOL,
    model: {
      name: image.model.name,
      version: image.model.version,
      type: 'c2pa.types.model.onnx',
      identifier: `pkg:npm/${TOOL.name}@${TOOL.version}#models/${image.model.name}`,
    },
    when: (issuer.clock ?? systemClock).now(),
    softBinding: softBindingFor(payload, key.id),
    ...statedIn(manifest),
    ...(options.includePrompt ? { prompt: image.prompt } : {}),
  });
  return signMarked(issuer, {
    encoded,
    format,
    payload,
    embedded: mark,
    template,
    warnings,
    manifest,
  });
}

/** Everything that decides the pixels. */
const whatDecides = ({ model, prompt, seed, settings }: GeneratedImage): string =>
  JSON.stringify([model, prompt, seed, settings]);
