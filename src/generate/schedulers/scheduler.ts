/**
 * What every sampler offers to the pipelines. A scheduler is the fixed configuration; `plan` makes the
 * state of one run, so that one scheduler serves many images at once.
 */
export interface Scheduler<Plan extends SamplingPlan = SamplingPlan> {
  /** The class name that diffusers gives it; recorded with every image. */
  readonly name: string;
  /** @throws RangeError or GenerateError GENERATE_OPTION for a request that it cannot honour. */
  plan(request: PlanRequest): Plan;
}

export interface PlanRequest {
  /**
   * Number of steps, which is the number of model calls but for PNDM and Heun; ignored when `sigmas` or
   * `timesteps` are given.
   */
  readonly steps?: number;
  /** Noise levels to visit, before any shift, without the closing 0. Flow-matching Euler only. */
  readonly sigmas?: readonly number[];
  /** Training steps to visit, falling. Consistency models only. */
  readonly timesteps?: readonly number[];
  /** Strength of a resolution-dependent shift, for schedulers configured with one. */
  readonly mu?: number;
  /** Share of fresh noise in every step, 0..1. DDIM (default 0) and TCD (default 0.3) only. */
  readonly eta?: number;
  /** Share of the training steps to start below, ]0, 1], for a run that starts from a picture. LCM only. */
  readonly strength?: number;
}

/** The next `count` values of unit normal noise, from the generator that made the first sample. */
export type NoiseSource = (count: number) => Float32Array;

export interface SamplingPlan {
  /** What the model is told at each call. */
  readonly timesteps: Float32Array;
  /** Factor on unit noise to get the first sample. */
  readonly initialNoiseScale: number;
  /** Model calls that belong to one step. Default 1. */
  readonly order?: number;
  /** What the model is to read at call `index`, into `out` (may be `sample`). Absent: the sample itself. */
  scaleInput?(sample: Float32Array, index: number, out: Float32Array): void;
  /**
   * A finished latent as it is before call `index`, with `noise` of unit deviation in it, into `out`: where
   * image-to-image begins. Absent: this scheduler cannot begin in the middle.
   */
  addNoise?(clean: Float32Array, noise: Float32Array, index: number, out: Float32Array): void;
  /**
   * Undo `step` of call `index` as far as noise goes: `sample`, as it is before call `index + 1`, becomes one of those that it
   * may have come from, in place. Absent: this scheduler cannot go back.
   */
  stepBack?(sample: Float32Array, index: number, noise: NoiseSource): void;
  /**
   * Move `sample` in place from call `index` to the next one. Multistep plans keep what they saw: call
   * it once for every index, in order, from the first one of the run. `modelOutput` is not kept. Draws from `noise` only what diffusers
   * draws there, so that the same generator gives the same picture.
   */
  step(sample: Float32Array, modelOutput: Float32Array, index: number, noise: NoiseSource): void;
}

/** A plan whose steps are noise levels. */
export interface SigmaPlan extends SamplingPlan {
  /** Noise level at each call, and the final one: one longer than `timesteps`. */
  readonly sigmas: Float32Array;
}
