import { randomInt } from 'node:crypto';
import { assertInteger, assertNumber, assertString } from '../core/index.js';
import { GenerateError } from './errors.js';
import type { DiffusionParts } from './pipelines/parts.js';
import { cleanPrompt } from './tokenizer.js';

export const COUNT_MAX = 64;
export const SIZE_MIN = 64;
export const SIZE_MAX = 2048;
const STEPS_MAX = 200;
const GUIDANCE_MAX = 30;
const SEED_MAX = Number.MAX_SAFE_INTEGER - COUNT_MAX;

/** Steps of the work, in order; `upscale` is left out by pipelines without a super-resolution model. */
export type GenerateStage = 'load' | 'encode' | 'denoise' | 'decode' | 'upscale';

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
   * Side in pixels, or both sides: multiples of 8 in 64..2048. The bundled model draws squares of 512
   * pixels; other sizes are resampled from that (Lanczos), so above 512 they hold no more detail.
   * A shape that is not square is refused and not cropped, because a crop would cut what was asked for.
   * Default: the pipeline's native size.
   */
  readonly size?: number | { readonly width: number; readonly height: number };
  /** Called before and after every step. An exception thrown here stops the work. */
  readonly onProgress?: (progress: GenerateProgress) => void;
  /** Stops the work between two steps with GENERATE_ABORTED. */
  readonly signal?: AbortSignal;
}

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

export interface ResolvedOptions {
  readonly seed: number;
  readonly count: number;
  readonly steps: number;
  readonly guidance: number;
  readonly negative: string;
  readonly size: ImageSize;
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

/** Checks that need no model, so that a typing mistake is told before anything is loaded. */
export function checkOptions(options: GenerateOptions): void {
  const { seed, count, steps, guidance, negative, size } = options;
  if (seed !== undefined) assertInteger(seed, 'seed', 0, SEED_MAX);
  if (count !== undefined) assertInteger(count, 'count', 1, COUNT_MAX);
  if (steps !== undefined) assertInteger(steps, 'steps', 1, STEPS_MAX);
  if (guidance !== undefined) assertNumber(guidance, 'guidance', 0, GUIDANCE_MAX);
  if (negative !== undefined) assertString(negative, 'negative', Number.MAX_SAFE_INTEGER);
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
  if (width !== height) {
    const side = Math.max(width, height);
    throw option(
      `${width}x${height} is not square, and the model draws squares only: ` +
        `ask for ${side}x${side} and crop the part that you want`,
    );
  }
}

/** `options` with every default filled in for these parts. */
export function resolveOptions(options: GenerateOptions, parts: DiffusionParts): ResolvedOptions {
  return {
    seed: options.seed ?? randomInt(2 ** 32),
    count: options.count ?? 1,
    steps: options.steps ?? parts.defaults.steps,
    guidance: options.guidance ?? parts.defaults.guidance,
    negative: cleanPrompt(options.negative ?? ''),
    size: sidesOf(options.size ?? parts.nativeSize),
  };
}

function sidesOf(size: number | ImageSize): ImageSize {
  return typeof size === 'number' ? { width: size, height: size } : size;
}

function option(message: string): GenerateError {
  return new GenerateError({ code: 'GENERATE_OPTION', message });
}
