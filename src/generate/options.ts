import { randomInt } from 'node:crypto';
import { assertInteger, assertNumber, assertOneOf, assertString } from '../core/index.js';
import type { Pixels } from '../image/index.js';
import { CONTROL_KINDS, CONTROL_SOURCES } from './control/kinds.js';
import type { ControlKind, ControlSource } from './control/kinds.js';
import type { Margins } from './edit/canvas.js';
import { GenerateError } from './errors.js';
import type { DiffusionParts } from './pipelines/parts.js';
import { cleanPrompt } from './tokenizer.js';
import { UPSCALE_FACTORS } from './upscale.js';
import type { UpscaleFactor } from './upscale.js';

export const COUNT_MAX = 64;
export const SIZE_MIN = 64;
export const SIZE_MAX = 2048;
const STEPS_MAX = 200;
const GUIDANCE_MAX = 30;
const SEED_MAX = Number.MAX_SAFE_INTEGER - COUNT_MAX;

/** Steps of the work, in order; `upscale` is left out by pipelines without a super-resolution model. */
export type GenerateStage = 'load' | 'encode' | 'denoise' | 'decode' | 'upscale' | 'style';

export interface GenerateProgress {
  readonly stage: GenerateStage;
  /** Finished steps of this stage, 0..`steps`; the first call of each stage says 0. */
  readonly step: number;
  readonly steps: number;
  /** Which image of the batch, from 0, and how many there are. */
  readonly image: number;
  readonly images: number;
}

export interface GenerateOptions {
  /**
   * Start of the noise, 0..2^53-65; as in torch only the low 32 bits count. Image i of a batch uses
   * seed + i. Default: random, and told in the result.
   */
  readonly seed?: number;
  /** Number of images, 1..64. Default 1. */
  readonly count?: number;
  /** Model calls per image, 1..200. Default: the pipeline's. */
  readonly steps?: number;
  /** Classifier-free guidance, 0..30; 1 or less turns it off and halves the work. Default: the pipeline's. */
  readonly guidance?: number;
  /** What the image should not show. Default: nothing. */
  readonly negative?: string;
  /**
   * Model folders only: the sampler, as users know it ("euler", "dpm++-2m-karras", ...) or by its class in diffusers.
   * Default: the folder's own.
   */
  readonly scheduler?: string;
  /** Model folders only: read `(word:1.2)` in prompts as weights. Default true. */
  readonly promptWeights?: boolean;
  /**
   * A picture to draw along: edges, a scribble, depth or segmentation, of any size; it is brought to that of what is drawn. Model folders
   * need a ControlNet for it, and one that has it needs the picture. Not with `outpaint`. Default: none.
   */
  readonly control?: Pixels;
  /** What `control` shows. The bundled model needs to be told; for a model folder, Default: a map that goes in as it is. */
  readonly controlKind?: ControlKind;
  /**
   * Whether `control` is a ready map, or for `edge` and `scribble` a photo that lines are drawn from. Default: recognised, black and white lines
   * are a map; the record of the image tells which it was.
   */
  readonly controlSource?: ControlSource;
  /** With `control`: how strongly it steers, 0..2. Default 1. */
  readonly controlScale?: number;
  /**
   * Side in pixels, or both sides: multiples of 8 in 64..2048 (for model folders of more, mostly 64). The bundled model draws squares of 512
   * pixels; other sizes are resampled from that (Lanczos), so above 512 they hold no more detail.
   * A shape that is not square it refuses and does not crop, because a crop would cut what was asked for.
   * Default: the pipeline's native size.
   */
  readonly size?: number | { readonly width: number; readonly height: number };
  /**
   * Begin from this picture; the result has its size, sides of 64..4096 pixels. Transparency is laid over white.
   * Default: from noise.
   */
  readonly init?: Pixels;
  /**
   * With `init`: how far from it, ]0, 1]; the share of the steps that is run. Default 0.6, with `mask` or `outpaint` 1.
   */
  readonly strength?: number;
  /** With `init`, of its size: light parts are made anew, dark ones stay to the bit (a watermark put in later changes them too). Default: all may change. */
  readonly mask?: Pixels;
  /** With `init`: pixels to make at its sides, 0..2048 each; `init` stays to the bit. Default: none. */
  readonly outpaint?: Margins;
  /** Draw what lies on the way to another picture; not with `init` or a count. Bundled model only. Default: none. */
  readonly toward?: Toward;
  /** Super-resolution of the finished picture, 2 or 4 times. Default: none. */
  readonly upscale?: UpscaleFactor;
  /** Give the finished picture the palette and coarse texture of this one; after `upscale`. Bundled models only. Default: none. */
  readonly style?: Pixels;
  /** With `style`: how far towards it, 0..1. Default 1. */
  readonly styleStrength?: number;
  /** Called before and after every step. An exception thrown here stops the work. */
  readonly onProgress?: (progress: GenerateProgress) => void;
  /** Stops the work between two steps with GENERATE_ABORTED. */
  readonly signal?: AbortSignal;
}

/** The other end of a walk through the model's latent space. */
export interface Toward {
  /** Default: the same prompt. */
  readonly prompt?: string;
  /** Default: the same seed. */
  readonly seed?: number;
  /** How far on the way, 0..1; at 0 and 1 the picture is that of the end, to the bit. */
  readonly share: number;
}

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** What an edit begins from; `GenerateOptions` with defaults filled in. */
export interface EditOptions {
  readonly init: Pixels;
  readonly strength: number;
  readonly mask?: Pixels;
  readonly outpaint?: Margins;
}

export interface ResolvedOptions {
  readonly seed: number;
  readonly count: number;
  readonly steps: number;
  readonly guidance: number;
  readonly negative: string;
  readonly size: ImageSize;
  readonly toward?: Toward;
}

/**
 * The prompt on one line.
 *
 * @throws TypeError, GenerateError GENERATE_PROMPT_EMPTY
 */
export function checkPrompt(prompt: string): string {
  assertString(prompt, 'prompt', Number.MAX_SAFE_INTEGER);
  const cleaned = cleanPrompt(prompt);
  if (cleaned === '') {
    throw new GenerateError({
      code: 'GENERATE_PROMPT_EMPTY',
      message:
        'the prompt is empty: say what to draw, for example "a red apple on a blue background"',
    });
  }
  return cleaned;
}

/** What the bundled model cannot do, told before anything is loaded. */
export function checkBundled(options: GenerateOptions): void {
  const { size, scheduler, control, controlKind } = options;
  if (scheduler !== undefined) {
    throw option('the bundled model takes no scheduler: name a model folder of your own as well');
  }
  if (control !== undefined && controlKind === undefined) {
    throw option(`say what the control picture shows ("controlKind"): ${CONTROL_KINDS.join(', ')}`);
  }
  if (size === undefined) return;
  const { width, height } = sidesOf(size);
  if (width !== height) {
    const side = Math.max(width, height);
    throw option(
      `${width}x${height} is not square, and the model draws squares only: ` +
        `ask for ${side}x${side} and crop the part that you want`,
    );
  }
}

/** Checks that need no model, so that a typing mistake is told before anything is loaded. */
export function checkOptions(options: GenerateOptions): void {
  const { seed, count, steps, guidance, negative, size } = options;
  if (seed !== undefined) assertInteger(seed, 'seed', 0, SEED_MAX);
  if (count !== undefined) assertInteger(count, 'count', 1, COUNT_MAX);
  if (steps !== undefined) assertInteger(steps, 'steps', 1, STEPS_MAX);
  if (guidance !== undefined) assertNumber(guidance, 'guidance', 0, GUIDANCE_MAX);
  if (negative !== undefined) assertString(negative, 'negative', Number.MAX_SAFE_INTEGER);
  checkEdit(options);
  checkToward(options);
  const { scheduler, control, controlKind, controlSource, controlScale } = options;
  if (scheduler !== undefined) assertString(scheduler, 'scheduler', 100);
  if (controlScale !== undefined) assertNumber(controlScale, 'controlScale', 0, 2);
  if (controlKind !== undefined) assertOneOf(controlKind, 'controlKind', CONTROL_KINDS);
  if (controlSource !== undefined) assertOneOf(controlSource, 'controlSource', CONTROL_SOURCES);
  const about = Object.entries({ controlKind, controlSource, controlScale });
  const alone = about.find(([, value]) => value !== undefined);
  if (control === undefined && alone !== undefined) {
    throw option(`"${alone[0]}" needs a picture to draw along ("control")`);
  }
  if (controlSource !== undefined && controlKind === undefined) {
    throw option('"controlSource" needs to know what the picture shows ("controlKind")');
  }
  if (control !== undefined && options.outpaint !== undefined) {
    throw option('"control" and "outpaint" exclude each other: it would not reach the new margins');
  }
  const { style, styleStrength } = options;
  if (styleStrength !== undefined) assertNumber(styleStrength, 'styleStrength', 0, 1);
  if (styleStrength !== undefined && style === undefined) {
    throw option('"styleStrength" needs a picture in that style ("style")');
  }
  if (options.upscale !== undefined) assertOneOf(options.upscale, 'upscale', UPSCALE_FACTORS);
  if (size === undefined) return;
  const { width, height } = sidesOf(size);
  for (const [name, side] of [
    ['width', width],
    ['height', height],
  ] as const) {
    assertInteger(side, name, SIZE_MIN, SIZE_MAX);
    if (side % 8 !== 0) {
      const lower = side - (side % 8);
      throw option(`${name} ${side} is no multiple of 8: use ${lower} or ${lower + 8}`);
    }
  }
}

const EDIT_SIDE_MIN = 64;
const EDIT_SIDE_MAX = 4096;
const MARGIN_MAX = 2048;
const SIDES = ['left', 'right', 'top', 'bottom'] as const;

function checkEdit({ init, strength, mask, outpaint, size }: GenerateOptions): void {
  if (strength !== undefined) assertNumber(strength, 'strength', 0, 1);
  if (init === undefined) {
    const alone = Object.entries({ strength, mask, outpaint }).find(([, v]) => v !== undefined);
    if (alone !== undefined) throw option(`"${alone[0]}" needs a picture to begin from ("init")`);
    return;
  }
  if (size !== undefined) throw option('the size is that of the picture to begin from');
  if (mask !== undefined && outpaint !== undefined) {
    throw option('"mask" and "outpaint" exclude each other: paint the margins first');
  }
  if (mask !== undefined && (mask.width !== init.width || mask.height !== init.height)) {
    throw option(
      `the mask is ${mask.width}x${mask.height}, and the picture ${init.width}x${init.height}: make them the same size`,
    );
  }
  let [width, height] = [init.width, init.height];
  if (outpaint !== undefined) {
    for (const side of SIDES) assertInteger(outpaint[side] ?? 0, `outpaint.${side}`, 0, MARGIN_MAX);
    const { left = 0, right = 0, top = 0, bottom = 0 } = outpaint;
    if (left + right + top + bottom === 0) throw option('"outpaint" adds nothing at any side');
    width += left + right;
    height += top + bottom;
  }
  if (
    Math.min(init.width, init.height) < EDIT_SIDE_MIN ||
    Math.max(width, height) > EDIT_SIDE_MAX
  ) {
    throw option(
      `a picture of ${EDIT_SIDE_MIN} to ${EDIT_SIDE_MAX} pixels a side can be made of another, this is ${width}x${height}`,
    );
  }
}

function checkToward({ toward, init, count }: GenerateOptions): void {
  if (toward === undefined) return;
  assertNumber(toward.share, 'toward.share', 0, 1);
  if (toward.seed !== undefined) assertInteger(toward.seed, 'toward.seed', 0, SEED_MAX);
  if (toward.prompt === undefined && toward.seed === undefined) {
    throw option('"toward" needs another prompt or another seed');
  }
  if (toward.prompt !== undefined) checkPrompt(toward.prompt);
  if (init !== undefined) throw option('"toward" goes from noise to noise, not from a picture');
  if ((count ?? 1) > 1) throw option('"toward" makes one picture at a time');
}

/**
 * The ends of a walk need no walking: `prompt` and `options` as they are drawn.
 *
 * @param prompt cleaned
 */
export function walked(
  prompt: string,
  options: GenerateOptions,
): { prompt: string; options: GenerateOptions } {
  const { toward, ...rest } = options;
  if (toward === undefined || toward.share === 0) return { prompt, options: rest };
  const cleaned = toward.prompt === undefined ? undefined : cleanPrompt(toward.prompt);
  if (toward.share < 1) {
    const other = cleaned === undefined ? toward : { ...toward, prompt: cleaned };
    return { prompt, options: { ...rest, toward: other } };
  }
  return {
    prompt: cleaned ?? prompt,
    options: toward.seed === undefined ? rest : { ...rest, seed: toward.seed },
  };
}

/** What to begin from, or null for noise. */
export function editOf({ init, strength, mask, outpaint }: GenerateOptions): EditOptions | null {
  if (init === undefined) return null;
  const partly = mask !== undefined || outpaint !== undefined;
  return {
    init,
    strength: strength ?? (partly ? 1 : 0.6),
    ...(mask === undefined ? {} : { mask }),
    ...(outpaint === undefined ? {} : { outpaint }),
  };
}

/**
 * `options` with every default filled in for these parts.
 *
 * @throws GenerateError GENERATE_OPTION for guidance where it is inside the model.
 */
export function resolveOptions(options: GenerateOptions, parts: DiffusionParts): ResolvedOptions {
  const steers = (options.guidance ?? 0) > 1 || cleanPrompt(options.negative ?? '') !== '';
  if (parts.isGuidanceDistilled === true && steers) {
    throw option(
      `${parts.identity.name} was distilled with its guidance inside, so it takes no guidance and no negative prompt: ` +
        'leave them out, or draw with the slower model',
    );
  }
  return {
    seed: options.seed ?? randomInt(2 ** 32),
    count: options.count ?? 1,
    steps: options.steps ?? parts.defaults.steps,
    guidance: options.guidance ?? parts.defaults.guidance,
    negative: cleanPrompt(options.negative ?? ''),
    size: sidesOf(options.size ?? parts.nativeSize),
    ...(options.toward === undefined ? {} : { toward: options.toward }),
  };
}

export function sidesOf(size: number | ImageSize): ImageSize {
  return typeof size === 'number' ? { width: size, height: size } : size;
}

function option(message: string): GenerateError {
  return new GenerateError({ code: 'GENERATE_OPTION', message });
}
