/** A generator over a model folder of the user's own. */
import { randomInt } from 'node:crypto';
import type { ModelFolder } from '../onnx/index.js';
import { throwIfAborted } from './abort.js';
import { recordOf } from './edit/edit-image.js';
import { samplesSha256 } from './edit/samples-hash.js';
import { readControl } from './control/control-map.js';
import { optionError } from './errors.js';
import type { GeneratedImage, Generator } from './generator.js';
import { prepareGuides, restoreKnown } from './guides.js';
import { checkOptions, checkPrompt } from './check-options.js';
import { sidesOf, SIZE_MAX, SIZE_MIN } from './options.js';
import { editOf } from './resolve-options.js';
import type { GenerateOptions, ImageSize } from './options.js';
import type { StepHook } from './pipelines/diffuse.js';
import { conditionPrompt, drawImage } from './pipelines/folder/draw.js';
import type { Drawing } from './pipelines/folder/draw.js';
import { loadFolder } from './pipelines/folder/load.js';
import type { FolderParts } from './pipelines/folder/parts.js';
import { planarToPixels } from './planar.js';
import { cleanPrompt } from './tokenizer.js';

export interface FolderGeneratorSettings {
  /** With a mask: put what is known back into the finished picture, so that it stays exact. Default true. */
  readonly keepsKnown?: boolean;
  /** Pictures of more pixels are decoded in tiles. Default 1,048,576. */
  readonly decodedAtOnce?: number;
}

/** Models are loaded by the first `generate` and then kept; the caller disposes of the folder. */
export function createFolderGenerator(
  folder: ModelFolder,
  { keepsKnown = true, decodedAtOnce }: FolderGeneratorSettings = {},
): Generator {
  const loaded = new Map<boolean, Promise<FolderParts>>();
  const load = (promptWeights: boolean): Promise<FolderParts> => {
    const known = loaded.get(promptWeights);
    if (known !== undefined) return known;
    const loading = loadFolder(folder, {
      promptWeights,
      ...(decodedAtOnce === undefined ? {} : { decodedAtOnce }),
    });
    loaded.set(promptWeights, loading);
    loading.catch(() => loaded.delete(promptWeights));
    return loading;
  };

  return {
    async generate(prompt, options = {}) {
      const text = checkPrompt(prompt);
      checkOptions(options);
      checkFolderOptions(options);
      const { count = 1, seed = randomInt(2 ** 32) } = options;
      const stepHook = (image: number): StepHook => {
        return (stage, step, steps) => {
          throwIfAborted(options.signal);
          options.onProgress?.({ stage, step, steps, image, images: count });
        };
      };
      const first = stepHook(0);
      first('load', 0, 1);
      const parts = await load(options.promptWeights ?? true);
      first('load', 1, 1);

      const drawing = drawingOf(options, parts);
      const settings = settingsOf(options, drawing, parts);
      const { guides, warnings: told } = await prepareGuides(options, parts, drawing.size);
      const call = await conditionPrompt(parts, text, drawing, first, guides);
      const warnings = [...told, ...parts.warnings([text, drawing.negative])];
      const results: GeneratedImage[] = [];
      // One after the other: memory stays that of one image, and image i does not depend on `count`.
      for (let i = 0; i < count; i++) {
        const planar = await drawImage(parts, call, seed + i, drawing, stepHook(i), guides);
        const pixels = planarToPixels(planar);
        if (options.init && options.mask && keepsKnown) {
          await restoreKnown(pixels, options.init, options.mask);
        }
        const model = parts.identity;
        const made = { pixels, seed: seed + i, prompt: text, settings, model };
        results.push(warnings.length === 0 ? made : { ...made, warnings });
      }
      return results;
    },
  };
}

function checkFolderOptions(options: GenerateOptions): void {
  const { outpaint, upscale, strength, toward, style, latentMark } = options;
  if (latentMark !== undefined) {
    throw optionError(
      'a model folder draws without a mark in its noise: only the bundled model can find one again',
    );
  }
  if (style !== undefined) {
    throw optionError('a model folder takes no picture as a style: say it in the prompt');
  }
  if (toward !== undefined)
    throw optionError('a model folder does not walk from one picture to another');
  if (outpaint !== undefined) {
    throw optionError(
      'a model folder does not outpaint: enlarge the picture and give a mask that is light where it is new',
    );
  }
  if (upscale !== undefined) {
    throw optionError(
      'a model folder has no super-resolution: use "imprint upscale" on the finished picture',
    );
  }
  if (strength === 0) throw optionError('strength 0 leaves nothing to draw');
}

function drawingOf(options: GenerateOptions, parts: FolderParts): Drawing {
  const { scheduler } = options;
  return {
    steps: options.steps ?? parts.defaults.steps,
    guidance: options.guidance ?? parts.defaults.guidance,
    negative: cleanPrompt(options.negative ?? ''),
    size: sizeOf(options, parts),
    strength: editOf(options)?.strength ?? 1,
    controlScale: options.controlScale ?? 1,
    ...(scheduler === undefined ? {} : { scheduler }),
  };
}

/** Pictures to start from are resampled to what the model can draw, as diffusers does. */
function sizeOf({ size, init }: GenerateOptions, parts: FolderParts): ImageSize {
  const { sizeMultiple: multiple } = parts;
  if (init !== undefined) {
    const near = (side: number): number =>
      Math.min(SIZE_MAX, Math.max(SIZE_MIN, side - (side % multiple)));
    return { width: near(init.width), height: near(init.height) };
  }
  const { width, height } = sidesOf(size ?? parts.nativeSize);
  for (const [name, side] of Object.entries({ width, height })) {
    if (side % multiple === 0) continue;
    const lower = side - (side % multiple);
    throw optionError(
      `${name} ${side} is no multiple of ${multiple}, which this model needs: use ${lower} or ${lower + multiple}`,
    );
  }
  return { width, height };
}

function settingsOf(
  options: GenerateOptions,
  { steps, guidance, negative, size, scheduler, controlScale }: Drawing,
  parts: FolderParts,
): GeneratedImage['settings'] {
  const edit = editOf(options);
  const { control, controlKind: kind, controlSource } = options;
  const readAs =
    control === undefined || kind === undefined
      ? {}
      : { kind, readAs: readControl(control, kind, controlSource).readAs };
  return {
    steps,
    guidance,
    negative,
    size,
    scheduler: parts.sampler(scheduler).name,
    ...(edit === null ? {} : { edit: recordOf(edit) }),
    ...(control === undefined
      ? {}
      : { control: { sha256: samplesSha256(control), scale: controlScale, ...readAs } }),
  };
}
