/** The loop that every pipeline runs: ask the model, guide, step. */
import { assertFinite } from '../finite.js';
import { applyGuidance } from '../guidance.js';
import type { NoiseSource, SamplingPlan } from '../schedulers/scheduler.js';
import type { StepHook } from './diffuse.js';

export interface Denoising {
  readonly plan: SamplingPlan;
  /** Becomes the finished latent, in place. */
  readonly sample: Float32Array;
  /** Index of the first model call: those before it are left out. */
  readonly first: number;
  /** Where the model reads the sample; as long. */
  readonly input: Float32Array;
  /** What the model says of `input`: one sample, or with guidance two, the unconditional one first. */
  predict(timestep: number): Promise<Float32Array>;
  /** Scale of classifier-free guidance between the two; absent: there is one. */
  readonly guidance?: number;
  readonly noise: NoiseSource;
  /** Puts what is known back, as noisy as the sample is before call `index`; the last index says that it is finished. */
  keepKnown?(sample: Float32Array, index: number): void;
  /** How often call `index` is made. Default 1. */
  repeats?(index: number): number;
}

/** @throws GenerateError GENERATE_NAN, and whatever `onStep` throws. */
export async function denoise(run: Denoising, onStep: StepHook): Promise<void> {
  const { plan, sample, first, input, guidance, noise } = run;
  const last = plan.timesteps.length;
  const count = last - first;
  const guided = guidance === undefined ? undefined : new Float32Array(sample.length);
  const move = async (index: number): Promise<void> => {
    if (plan.scaleInput) plan.scaleInput(sample, index, input);
    else input.set(sample);
    let prediction = await run.predict(plan.timesteps[index]!);
    if (guided !== undefined) {
      applyGuidance(prediction, guidance!, guided);
      prediction = guided;
    }
    assertFinite(prediction, `step ${index + 1 - first} of ${count}`);
    plan.step(sample, prediction, index, noise);
    run.keepKnown?.(sample, index + 1);
  };
  onStep('denoise', 0, count);
  for (let index = first; index < last; index++) {
    await move(index);
    for (let again = 1; again < (run.repeats?.(index) ?? 1); again++) {
      plan.stepBack!(sample, index, noise);
      await move(index);
    }
    onStep('denoise', index + 1 - first, count);
  }
}
