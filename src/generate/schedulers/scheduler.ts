/**
 * What every sampler offers to the pipelines. A scheduler is the fixed configuration; `plan` makes the
 * state of one run, so that one scheduler serves many images at once.
 */
export interface Scheduler {
  /** The class name that diffusers gives it; recorded with every image. */
  readonly name: string;
  plan(request: PlanRequest): SamplingPlan;
}

export interface PlanRequest {
  /** Number of model calls; ignored when `sigmas` are given. */
  readonly steps?: number;
  /** Noise levels to visit, before any shift, without the closing 0. */
  readonly sigmas?: readonly number[];
  /** Strength of a resolution-dependent shift, for schedulers configured with one. */
  readonly mu?: number;
}

export interface SamplingPlan {
  /** What the model is told at each step. */
  readonly timesteps: Float32Array;
  /** Noise level at each step, and the final one: one longer than `timesteps`. */
  readonly sigmas: Float32Array;
  /** Factor on unit noise to get the first sample. */
  readonly initialNoiseScale: number;
  /** Move `sample` in place from step `index` to the next one. */
  step(sample: Float32Array, modelOutput: Float32Array, index: number): void;
}
