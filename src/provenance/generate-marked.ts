/** Text, and perhaps a picture, -> images that are watermarked, labelled and signed. */
import type {
  DigitalSourceType,
  ManifestTemplate,
  ParentImage,
  TextToImageOptions,
} from '../c2pa/index.js';
import {
  editedManifest,
  readCredentials,
  remadeManifest,
  textToImageManifest,
} from '../c2pa/index.js';
import { systemClock } from '../core/index.js';
import type { GeneratedImage, GenerateOptions, Generator } from '../generate/index.js';
import type { ImageLimits, OutputFormat, Pixels } from '../image/index.js';
import { decodeImage } from '../image/index.js';
import { createLatentMark, payloadFor, PUBLIC_KEY } from '../watermark/index.js';
import { drawnControl } from './source-file.js';
import type { SourceFile } from './source-file.js';
import type { StrengthOptions } from './embed.js';
import { embedOrThrow, strengthOf } from './embed.js';
import { encodeMarked } from './encode-marked.js';
import { markDigest } from './identify.js';
import type { Issuer } from './identity.js';
import { assertReady } from './identity.js';
import { brokenWarning } from './judge-parent.js';
import { aiLabelXmp } from './label.js';
import { lossesOfPixels } from './losses.js';
import type { ManifestOptions } from './manifest-options.js';
import { statedIn } from './manifest-options.js';
import type { MarkedImage } from './marked.js';
import { payloadOriginOf } from './origin.js';
import { OUTPUT_MIME } from './output.js';
import { signMarked, softBindingFor } from './sign-marked.js';
import { TOOL } from './version.js';

export interface GenerateMarkedOptions
  extends
    Omit<GenerateOptions, 'init' | 'mask' | 'control' | 'style' | 'latentMark'>,
    ManifestOptions {
  /** As of `GenerateOptions`, as a file: it becomes the parent ingredient, its credentials and all. */
  init?: SourceFile;
  /** As of `GenerateOptions`, as a file. */
  mask?: Uint8Array;
  /** As of `GenerateOptions`, as a file: it becomes an ingredient that was an input (`inputTo`). For a pose also keypoints as JSON. */
  control?: SourceFile;
  /** As of `GenerateOptions`, as a file: an ingredient as well. */
  style?: SourceFile;
  /**
   * Also put a mark into the noise that the picture is drawn from, under the issuer's key: `InspectOptions.deep` finds it where
   * the other one is lost. As of `GenerateOptions`. Default false.
   */
  latentMark?: boolean;
  /** How strong the watermark is, and what it may cost. */
  watermark?: StrengthOptions;
  /** Default 'png'. */
  format?: OutputFormat;
  /** 1..100 for lossy formats. Default 92 (JPEG), 90 (WebP), 65 (AVIF). */
  quality?: number;
  /** Put the prompt into the manifest. Prompts are personal data. Default false. */
  includePrompt?: boolean;
  /** Of `init`, `mask`, `control` and `style`. */
  limits?: Partial<ImageLimits>;
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
  const { format = 'png', quality, includePrompt = false, watermark = {}, ...rest } = options;
  const { init, mask, control, style, limits, latentMark = false, ...others } = rest;
  const { metadata, trainingMining, thumbnail, remoteManifest, embed, ...generate } = others;
  const stated = { metadata, trainingMining, thumbnail, remoteManifest, embed };
  const manifest = Object.fromEntries(
    Object.entries(stated).filter(([, value]) => value !== undefined),
  ) as ManifestOptions;
  await assertReady(issuer);
  const begun = init === undefined ? null : await begin(init, limits);
  const along =
    control === undefined
      ? null
      : await inputOf('control', await drawnControl(control, others.controlKind), limits);
  const look = style === undefined ? null : await inputOf('style', style, limits);
  const images = await generator.generate(prompt, {
    ...generate,
    ...(begun === null ? {} : { init: begun.pixels }),
    ...(mask === undefined ? {} : { mask: (await decodeImage(mask, limits)).pixels }),
    ...(along === null ? {} : { control: along.pixels }),
    ...(look === null ? {} : { style: look.pixels }),
    ...(latentMark ? { latentMark: createLatentMark(issuer.key ?? PUBLIC_KEY) } : {}),
  });
  const inputs = [along, look].filter((input) => input !== null);
  const out: GeneratedMarkedImage[] = [];
  for (const image of images) {
    const marked = await markGenerated(image, issuer, {
      format,
      quality,
      strength: strengthOf(watermark),
      includePrompt,
      manifest,
      begun,
      inputs,
    });
    const warnings = [...(image.warnings ?? []), ...marked.warnings];
    out.push({
      ...marked,
      warnings,
      seed: image.seed,
      model: image.model,
      settings: image.settings,
    });
  }
  return out;
}

/** What a picture was begun from. */
interface Begun {
  readonly pixels: Pixels;
  readonly parent: ParentImage;
  readonly warnings: readonly string[];
  /** Its intact credentials say that a model made it: what is made of it is then wholly generated. */
  readonly isGenerated: boolean;
}

async function begin(
  { bytes, title = 'image' }: SourceFile,
  limits: Partial<ImageLimits> | undefined,
): Promise<Begun> {
  const image = await decodeImage(bytes, limits);
  const { pixels, mime } = image;
  const before = await readCredentials(bytes, mime);
  return {
    pixels,
    parent: { bytes, mime, title },
    warnings: [
      ...brokenWarning(before, 'the image that it was made from'),
      ...lossesOfPixels(image),
    ],
    isGenerated:
      before.integrity === 'intact' &&
      before.claim?.digitalSourceType?.endsWith('/trainedAlgorithmicMedia') === true,
  };
}

interface MarkGeneratedOptions {
  format: OutputFormat;
  quality: number | undefined;
  strength: StrengthOptions;
  includePrompt: boolean;
  manifest: ManifestOptions;
  begun: Begun | null;
  inputs: readonly InputImage[];
}

/** An image that guided the making, under its label in the manifest. */
interface InputImage {
  readonly label: string;
  readonly pixels: Pixels;
  readonly image: ParentImage;
}

async function inputOf(
  label: string,
  { bytes, title = 'image' }: SourceFile,
  limits: Partial<ImageLimits> | undefined,
): Promise<InputImage> {
  const { pixels, mime } = await decodeImage(bytes, limits);
  return { label, pixels, image: { bytes, mime, title } };
}

async function markGenerated(
  image: GeneratedImage,
  issuer: Issuer,
  options: MarkGeneratedOptions,
): Promise<MarkedImage> {
  const { format, manifest, begun, inputs } = options;
  const key = issuer.key ?? PUBLIC_KEY;
  const isWhole = !isEdited(image) || begun?.isGenerated === true;
  const source = isWhole ? 'trainedAlgorithmicMedia' : EDITED;
  const payload = payloadFor(payloadOriginOf(source), markDigest(key, whatDecides(image)));
  const mark = embedOrThrow(image.pixels, { payload, key, ...options.strength });
  const { encoded, warnings } = await encodeMarked(
    mark.pixels,
    { payload, key },
    {
      format,
      ...(options.quality === undefined ? {} : { quality: options.quality }),
      xmp: aiLabelXmp({
        digitalSourceType: source,
        system: image.model.name,
        systemVersion: image.model.version,
        creatorTool: `${TOOL.name} ${TOOL.version}`,
      }),
    },
  );
  const template = templateOf(image, {
    title: `${payload}.${format}`,
    format: OUTPUT_MIME[format],
    generator: TOOL,
    model: {
      name: image.model.name,
      version: image.model.version,
      type: 'c2pa.types.model.onnx',
      ...(image.model.isBundled === false
        ? {}
        : { identifier: `pkg:npm/${TOOL.name}@${TOOL.version}#models/${image.model.name}` }),
    },
    when: (issuer.clock ?? systemClock).now(),
    softBinding: softBindingFor(payload, key.id),
    ...(image.settings.latentMark === undefined
      ? {}
      : { unboundMark: { name: image.settings.latentMark, version: '1' } }),
    ...(inputs.length === 0 ? {} : { inputs: inputs.map(({ label }) => label) }),
    ...statedIn(manifest),
    ...(options.includePrompt ? { prompt: image.prompt } : {}),
  });
  return signMarked(issuer, {
    encoded,
    format,
    payload,
    embedded: mark,
    template,
    ...(begun === null ? {} : { parent: begun.parent }),
    inputs: inputs.map(({ image: input }) => input),
    warnings: [...(begun?.warnings ?? []), ...warnings],
    manifest,
  });
}

/** A picture of which pixels, or at least shapes, survive was edited; else it was made, at most guided by another. */
const isEdited = ({ settings: { edit } }: GeneratedImage): boolean =>
  edit !== undefined && (edit.mode !== 'image-to-image' || edit.strength < 1);

const EDITED: DigitalSourceType = 'compositeWithTrainedAlgorithmicMedia';

function templateOf(image: GeneratedImage, common: TextToImageOptions): ManifestTemplate {
  const { edit } = image.settings;
  if (edit === undefined) return textToImageManifest(common);
  const described = { ...common, description: `${edit.mode}, strength ${edit.strength}` };
  return isEdited(image)
    ? editedManifest({ ...described, source: EDITED })
    : remadeManifest(described);
}

/** Everything that decides the pixels. */
const whatDecides = ({ model, prompt, seed, settings }: GeneratedImage): string =>
  JSON.stringify([model, prompt, seed, settings]);
