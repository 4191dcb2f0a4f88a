import type { Pixels } from '../image/index.js';
import type { ControlKind, ControlSource } from './control/kinds.js';
import type { Margins } from './edit/canvas.js';
import type { UpscaleFactor } from './upscale.js';

export const COUNT_MAX = 64;
export const SIZE_MIN = 64;
export const SIZE_MAX = 2048;

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
   * A picture to draw along: edges, a scribble, depth, segmentation or a pose, of any size; it is brought to that of what is drawn. Model folders
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
  /**
   * Draw from noise that carries a mark, and keep to that noise. Bundled model only, from noise only (no `init`, `toward` or
   * `style`). Default: none.
   */
  readonly latentMark?: LatentMark;
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

/** A mark in the noise that a picture is drawn from. */
export interface LatentMark {
  /** Name of the algorithm, recorded with the image. */
  readonly alg: string;
  /** The noise to draw from in place of `noise`, which is unit normal and was drawn from `seed`; as long, and unit normal too. */
  mark(noise: Float32Array, seed: number): Float32Array;
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

export function sidesOf(size: number | ImageSize): ImageSize {
  return typeof size === 'number' ? { width: size, height: size } : size;
}
