import { resizePixels } from '../image/index.js';
import type { Pixels } from '../image/index.js';
import type { ModelStore } from '../onnx/index.js';
import { throwIfAborted } from './abort.js';
import { checkOptions, checkPrompt, resolveOptions } from './options.js';
import type { GenerateOptions, ImageSize } from './options.js';
import { loadImprintLdm } from './pipelines/imprint-ldm.js';
import type { DiffusionParts, PipelineIdentity } from './pipelines/parts.js';
import { conditionPrompt, textToImage } from './pipelines/text-to-image.js';
import type { StepHook } from './pipelines/text-to-image.js';
import { planarToPixels } from './planar.js';

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
  };
  readonly model: PipelineIdentity;
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

export interface CreateGeneratorOptions {
  /** Where the models come from; the caller disposes of it. */
  readonly models: ModelStore;
  /** Name of a pipeline in its manifest. Default: the first one. */
  readonly pipeline?: string;
}

/** A generator over one pipeline; models are loaded by the first `generate` and then kept. */
export function createGenerator({ models, pipeline }: CreateGeneratorOptions): Generator {
  let loading: Promise<DiffusionParts> | undefined;
  const load = (): Promise<DiffusionParts> => {
    loading ??= loadImprintLdm(models, pipeline).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };

  return {
    async generate(prompt, options = {}) {
      const text = checkPrompt(prompt);
      checkOptions(options);
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
      const { seed, count, steps, guidance, negative, size } = resolved;
      const call = await conditionPrompt(parts, text, resolved, first);
      const settings = { steps, guidance, negative, size, scheduler: parts.schedulerName };
      const results: GeneratedImage[] = [];
      // One after the other: memory stays that of one image, and image i does not depend on `count`.
      for (let i = 0; i < count; i++) {
        const planar = await textToImage(parts, call, seed + i, resolved, stepHook(i));
        const pixels = await fitted(planarToPixels(planar), size);
        results.push({ pixels, seed: seed + i, prompt: text, settings, model: parts.identity });
      }
      return results;
    },
  };
}

function fitted(pixels: Pixels, { width, height }: ImageSize): Promise<Pixels> | Pixels {
  if (pixels.width === width && pixels.height === height) return pixels;
  return resizePixels(pixels, width, height);
}
