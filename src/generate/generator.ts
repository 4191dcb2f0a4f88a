import { resizePixels } from '../image/index.js';
import type { Pixels } from '../image/index.js';
import type { ModelFolder, ModelStore } from '../onnx/index.js';
import { throwIfAborted } from './abort.js';
import { prepareControl } from './control/prepare-control.js';
import type { Control, ControlRecord } from './control/prepare-control.js';
import { prepareEdit } from './edit/edit-image.js';
import { samplesSha256 } from './edit/samples-hash.js';
import type { EditRecord } from './edit/edit-image.js';
import { checkBundled, checkOptions, checkPrompt, checkTurbo } from './check-options.js';
import { editOf, resolveOptions, walked } from './resolve-options.js';
import type { GenerateOptions, ImageSize, LatentMark, ResolvedOptions, Toward } from './options.js';
import { loadImprintLdm } from './pipelines/imprint-ldm.js';
import { TURBO_PIPELINE } from './pipelines/ldm-config.js';
import type { DenoiserCall, DiffusionParts, PipelineIdentity } from './pipelines/parts.js';
import { conditionPrompt, diffuse } from './pipelines/diffuse.js';
import type { StepHook } from './pipelines/diffuse.js';
import { planarToPixels } from './planar.js';
import { loadStyler } from './style/styler.js';
import type { Styler } from './style/styler.js';
import { createUpscaler } from './upscale.js';
import type { UpscaleFactor } from './upscale.js';

export interface GeneratedImage {
  readonly pixels: Pixels;
  /** The seed of this very image: with it, `count: 1` makes the same pixels again. */
  readonly seed: number;
  /** The prompt on one line, as the model read it. */
  readonly prompt: string;
  readonly settings: {
    readonly steps: number;
    readonly guidance: number;
    readonly negative: string;
    readonly size: ImageSize;
    readonly scheduler: string;
    /** How it was made of another picture; absent when it was made from noise. */
    readonly edit?: EditRecord;
    /** The other end, when the picture lies on the way to it. */
    readonly toward?: Toward;
    /** Factor of the super-resolution that followed; absent without one. */
    readonly upscale?: UpscaleFactor;
    /** The picture that gave it its style; absent without one. */
    readonly style?: { readonly sha256: string; readonly strength: number };
    /** Which reference family drew it, and what decided the pixels there; absent for pictures drawn from text. */
    readonly family?: Readonly<Record<string, string | number | boolean>>;
    /** The algorithm of the mark in its noise; absent without one. */
    readonly latentMark?: string;
    /** The map that it was drawn along; absent without one. */
    readonly control?: ControlRecord;
  };
  readonly model: PipelineIdentity;
  /** What the user should know, such as the end of a prompt that one of two text encoders cannot read. Default: nothing. */
  readonly warnings?: readonly string[];
}

export interface Generator {
  /**
   * Draw `prompt`. The same prompt, seed, options and model hashes give the same pixels.
   *
   * @throws TypeError or RangeError for an argument of the wrong type or range; GenerateError for a
   *   prompt, an option or a model that cannot be used; OnnxError when a model cannot be loaded or run.
   */
  generate(prompt: string, options?: GenerateOptions): Promise<GeneratedImage[]>;
}

export type CreateGeneratorOptions = BundledGeneratorOptions | FolderGeneratorOptions;

export interface FolderGeneratorOptions {
  /** A folder of diffusers' ONNX layout (`openFolder`); the caller disposes of it. */
  readonly folder: ModelFolder;
}

export interface BundledGeneratorOptions {
  /** Where the models come from; the caller disposes of it. */
  readonly models: ModelStore;
  /** Name of a pipeline in its manifest. Default: the first one. */
  readonly pipeline?: string;
}

/** A generator over one pipeline; models are loaded by the first `generate` and then kept. */
export function createGenerator(source: CreateGeneratorOptions): Generator {
  return 'folder' in source ? folderGenerator(source) : bundledGenerator(source);
}

/** Who uses the bundled model does not pay for reading the code of the folders. */
function folderGenerator({ folder }: FolderGeneratorOptions): Generator {
  let made: Promise<Generator> | undefined;
  return {
    async generate(prompt, options) {
      made ??= import('./folder-generator.js').then(({ createFolderGenerator }) =>
        createFolderGenerator(folder),
      );
      return (await made).generate(prompt, options);
    },
  };
}

function bundledGenerator({ models, pipeline }: BundledGeneratorOptions): Generator {
  let loading: Promise<DiffusionParts> | undefined;
  const load = (): Promise<DiffusionParts> => {
    loading ??= loadImprintLdm(models, pipeline).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };

  const upscaler = createUpscaler({ models });
  const enlarged = async (
    pixels: Pixels,
    { upscale, signal }: GenerateOptions,
    onStep: StepHook,
  ): Promise<Pixels> => {
    if (upscale === undefined) return pixels;
    const made = await upscaler.upscale(pixels, {
      factor: upscale,
      onProgress: ({ stage, step, steps }) => onStep(stage, step, steps),
      ...(signal === undefined ? {} : { signal }),
    });
    return made.pixels;
  };

  let styler: Styler | undefined;
  const styled = async (
    pixels: Pixels,
    { style, styleStrength, signal }: GenerateOptions,
    onStep: StepHook,
  ): Promise<Pixels> => {
    if (style === undefined) return pixels;
    styler ??= await loadStyler(models);
    return styler.style(pixels, style, {
      ...(styleStrength === undefined ? {} : { strength: styleStrength }),
      onProgress: (step, steps) => onStep('style', step, steps),
      ...(signal === undefined ? {} : { signal }),
    });
  };

  return {
    async generate(prompt, asked = {}) {
      const cleaned = checkPrompt(prompt);
      checkOptions(asked);
      checkBundled(asked);
      if (pipeline === TURBO_PIPELINE) checkTurbo(asked);
      const { prompt: text, options } = walked(cleaned, asked);
      const images = options.count ?? 1;
      const stepHook = (image: number): StepHook => {
        return (stage, step, steps) => {
          throwIfAborted(options.signal);
          options.onProgress?.({ stage, step, steps, image, images });
        };
      };
      const first = stepHook(0);
      first('load', 0, 1);
      const parts = await load();
      first('load', 1, 1);

      const resolved = resolveOptions(options, parts);
      const { seed, count, steps, guidance, negative } = resolved;
      const from = editOf(options);
      const control = await prepareControl(parts, options);
      const edit = from === null ? null : await prepareEdit(parts, from, resolved, control);
      const encoderOf = (edit ?? control)?.encoder.sha256;
      const call = await conditionPrompt(parts, text, resolved, first);
      const results: GeneratedImage[] = [];
      // One after the other: memory stays that of one image, and image i does not depend on `count`.
      for (let i = 0; i < count; i++) {
        const hook = stepHook(i);
        const drawn =
          edit === null
            ? await drawFromNoise(
                parts,
                call,
                seed + i,
                resolved,
                hook,
                control,
                options.latentMark,
              )
            : await edit.make(call, seed + i, hook);
        const large = await enlarged(drawn, options, hook);
        const pixels = await styled(large, options, hook);
        const { width, height } = pixels;
        results.push({
          pixels,
          seed: seed + i,
          prompt: text,
          settings: {
            steps,
            guidance,
            negative,
            size: { width, height },
            scheduler: parts.schedulerName,
            ...(edit === null ? {} : { edit: edit.record }),
            ...(control === null ? {} : { control: control.record }),
            ...(options.toward === undefined ? {} : { toward: options.toward }),
            ...(options.latentMark === undefined ? {} : { latentMark: options.latentMark.alg }),
            ...(options.upscale === undefined ? {} : { upscale: options.upscale }),
            ...(options.style === undefined ? {} : { style: styleRecord(options) }),
          },
          model: withEncoder(
            parts.identity,
            encoderOf ?? (options.style && styler!.sha256s.vaeEncoder),
          ),
          ...(control === null || control.warnings.length === 0
            ? {}
            : { warnings: control.warnings }),
        });
      }
      return results;
    },
  };
}

async function drawFromNoise(
  parts: DiffusionParts,
  call: DenoiserCall,
  seed: number,
  options: ResolvedOptions,
  onStep: StepHook,
  control: Control | null,
  mark: LatentMark | undefined,
): Promise<Pixels> {
  const shown =
    control === null
      ? {}
      : { control: { control: await control.latentOf(), controlScale: control.scale } };
  const marked = mark === undefined ? {} : { mark };
  const made = await diffuse(parts, call, seed, options, onStep, { ...shown, ...marked });
  return fitted(planarToPixels(made), options.size);
}

const styleRecord = ({ style, styleStrength = 1 }: GenerateOptions) => ({
  sha256: samplesSha256(style!),
  strength: styleStrength,
});

function withEncoder(identity: PipelineIdentity, vaeEncoder: string | undefined): PipelineIdentity {
  if (vaeEncoder === undefined) return identity;
  return { ...identity, sha256s: { ...identity.sha256s, vaeEncoder } };
}

function fitted(pixels: Pixels, { width, height }: ImageSize): Promise<Pixels> | Pixels {
  if (pixels.width === width && pixels.height === height) return pixels;
  return resizePixels(pixels, width, height);
}
