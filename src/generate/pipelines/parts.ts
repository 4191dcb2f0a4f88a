/**
 * What a diffusion pipeline is made of, free of any model's layout. `diffuse.ts` runs these
 * parts; an adapter such as `imprint-ldm.ts` builds them from the files of one kind of model folder.
 */
import type { PlanarImage } from '../planar.js';
import type { SigmaPlan } from '../schedulers/scheduler.js';

/** Who made an image: goes into its record and its credentials. */
export interface PipelineIdentity {
  readonly name: string;
  readonly version: string;
  /** False for a model of the user's own. Default true. */
  readonly isBundled?: boolean;
  /** SHA-256 of every file that had a part in the pixels, by part. */
  readonly sha256s: Readonly<Record<string, string>>;
}

export interface DenoiserCall {
  /** `batch` samples behind each other; refilled by the caller between calls. */
  readonly sample: Float32Array;
  /** What the model reads beside them (`condition.ts`), as many times; absent when it reads nothing. Zeros until the caller fills it. */
  readonly condition?: Float32Array;
  /** Runs the model on `sample`; the result is the model's own array. */
  predict(timestep: number): Promise<Float32Array>;
}

export interface LatentEncoder {
  readonly sha256: string;
  /** A picture in 0..1, `downscale` times as large as the latent, to the latent that a sample ends as. */
  encode(image: PlanarImage): Promise<Float32Array>;
}

export interface DiffusionParts {
  readonly identity: PipelineIdentity;
  /** Shape of one sample: channels, height, width. */
  readonly latentDims: readonly [number, number, number];
  /** Side of the finished picture before any resizing, in pixels. */
  readonly nativeSize: number;
  readonly defaults: { readonly steps: number; readonly guidance: number };
  /** Guidance is inside the model: no scale above 1 and no negative prompt. Default false. */
  readonly isGuidanceDistilled?: boolean;
  readonly schedulerName: string;
  /** True when the denoiser reads masks and control pictures. */
  readonly readsCondition: boolean;
  /**
   * How often each step of an inpainting is made, so that what is made comes to fit what is known (RePaint, Lugmayr et al. 2022,
   * arXiv:2201.09865). Default 1, as in diffusers.
   */
  readonly inpaintRepeats?: number;
  /** How often what was made behind a mask goes through the auto-encoder beside what is known (edit/join.ts). Default 0: put back as it was made. */
  readonly inpaintJoins?: number;
  plan(steps: number): SigmaPlan;
  /** Check the prompts' lengths and encode them: one call to the denoiser sees them as its batch. */
  condition(prompts: readonly string[]): Promise<DenoiserCall>;
  /** Pixels of the decoder a row and column of the latent. */
  readonly downscale: number;
  /** Loads it when a picture is begun from. Absent: the folder has none, and there is nothing to begin from but noise. */
  encoder?(): Promise<LatentEncoder>;
  /** One denoised sample to a picture in 0..1. `sample` may be overwritten. */
  decode(sample: Float32Array): Promise<PlanarImage>;
  /** The picture at its native size; absent when the decoder's size is the native one. */
  upscale?(image: PlanarImage): Promise<PlanarImage>;
}
