/** What the pipelines of model folders are made of, whatever their family. `load.ts` builds these parts, `draw.ts` runs them. */
import type { ImageSize } from '../../options.js';
import type { PlanarImage } from '../../planar.js';
import type { PipelineIdentity } from '../parts.js';
import type { NoiseSource, PlanRequest, Scheduler } from '../../schedulers/scheduler.js';

/** What one call to the denoiser is made for, besides the prompts. */
export interface ConditionRequest {
  /** Of the picture, in pixels. */
  readonly size: ImageSize;
  /** For models that are told the guidance instead of being called twice. */
  readonly guidance: number;
  /** Picture in 0..1 that steers the shapes, and how much. */
  readonly control?: { readonly image: PlanarImage; readonly scale: number };
}

export interface FolderCall {
  /** One latent sample, refilled by the caller between calls; the call repeats it for every prompt. */
  readonly input: Float32Array;
  /** Channels that stay the same through a run, for models that read more than the sample: [c, h, w]. */
  setContext?(channels: Float32Array): void;
  /** Runs the model on `input`; for every prompt one result, behind each other. */
  predict(timestep: number): Promise<Float32Array>;
}

export interface SamplingRun {
  readonly steps: number;
  /** Of the picture, in pixels. */
  readonly size: ImageSize;
  /** How much of a picture is drawn anew, ]0, 1]. */
  readonly strength: number;
  /** Name of the sampler's class. */
  readonly scheduler: string;
}

export interface FolderParts {
  readonly identity: PipelineIdentity;
  /** What is drawn when nobody asks for a size. */
  readonly nativeSize: ImageSize;
  /** Sides are multiples of this. */
  readonly sizeMultiple: number;
  readonly defaults: { readonly steps: number; readonly guidance: number };
  /** `twice`: guided by calling the model with and without the prompt; `told`: the guidance is an input. */
  readonly guidanceStyle: 'twice' | 'told';
  /** What a mask needs: a model that reads it, or blending with the known part at every step. */
  readonly inpainting: 'context' | 'blend';
  /** True when it cannot draw without a control picture. */
  readonly needsControl: boolean;
  /** Shape of one sample for a picture of this size: channels, height, width. */
  latentDims(size: ImageSize): readonly [number, number, number];
  /** The pipeline's own sampler, or the one that the user names. @throws GenerateError GENERATE_OPTION */
  sampler(name?: string): Scheduler;
  /** What the sampler has to know beyond the number of steps. */
  planRequest(run: SamplingRun): PlanRequest;
  /** The first step of a run that starts from a picture, from 0. */
  firstStep(run: SamplingRun): number;
  /** Check the prompts' lengths and encode them: one call to the denoiser sees them as its batch. */
  condition(prompts: readonly string[], request: ConditionRequest): Promise<FolderCall>;
  /** A picture in 0..1 to a sample, with the noise that encoders of distributions need. */
  encode?(image: PlanarImage, noise: NoiseSource): Promise<Float32Array>;
  /** One denoised sample to a picture in 0..1. `sample` may be overwritten. */
  decode(sample: Float32Array, size: ImageSize): Promise<PlanarImage>;
  /** What the user should be told about these prompts, such as a part that one of two encoders cannot read. */
  warnings(prompts: readonly string[]): readonly string[];
}
