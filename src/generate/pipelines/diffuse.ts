/** Text, and perhaps a picture, to latent to picture, over any set of parts. */
import { createTorchNormals } from '../../core/index.js';
import { optionError } from '../errors.js';
import { assertFinite } from '../finite.js';
import { mixLast, turnToward } from '../mix.js';
import type { GenerateStage, LatentMark, ResolvedOptions } from '../options.js';
import type { PlanarImage } from '../planar.js';
import { mixNoise } from '../schedulers/add-noise.js';
import type { SamplingPlan } from '../schedulers/scheduler.js';
import { showCondition } from './condition.js';
import type { Shown } from './condition.js';
import { denoise } from './denoise.js';
import { keepNoise } from './kept-noise.js';
import type { DenoiserCall, DiffusionParts } from './parts.js';

/** Called at the start (0) and after every step of a stage; also where the work may be stopped. */
export type StepHook = (stage: GenerateStage, step: number, steps: number) => void;

/**
 * Encode the prompt once for all images of a batch; with guidance the negative prompt comes first and
 * both go through the denoiser as one batch of 2, as in diffusers.
 */
export async function conditionPrompt(
  parts: DiffusionParts,
  prompt: string,
  options: ResolvedOptions,
  onStep: StepHook,
): Promise<DenoiserCall> {
  onStep('encode', 0, 1);
  const isGuided = options.guidance > 1;
  const other = options.toward?.prompt;
  const prompts = [...(isGuided ? [options.negative] : []), prompt];
  const call = await parts.condition(other === undefined ? prompts : [...prompts, other]);
  onStep('encode', 1, 1);
  return call;
}

/** A finished latent to begin from instead of from noise. */
export interface StartLatent {
  readonly latent: Float32Array;
  /** Share of the schedule that is run, ]0, 1]: how far the picture may go from `latent`. */
  readonly strength: number;
  /** Per row and column of the latent: 1 is made anew, 0 stays `latent`. Default: all is made anew. */
  readonly anew?: Float32Array;
}

/** What steers a picture beside its prompt. Default: nothing. */
export interface Guidance {
  readonly start?: StartLatent;
  readonly control?: Pick<Shown, 'control' | 'controlScale'>;
  /** Put into the noise, which is then kept to; not with `start`. */
  readonly mark?: LatentMark;
}

/**
 * One picture in 0..1 at the native size. `call` comes from `conditionPrompt` with the same options
 * and must not be in use by another run.
 *
 * @param guidance.start image-to-image as in SDEdit (Meng et al. 2022, arXiv:2108.01073), with `anew` the blended latents of
 *   Avrahami et al. 2023 (arXiv:2206.02779), both in the order of diffusers.
 * @throws GenerateError GENERATE_NAN, GENERATE_OPTION, and whatever `onStep` throws.
 */
export async function diffuse(
  parts: DiffusionParts,
  call: DenoiserCall,
  seed: number,
  options: Pick<ResolvedOptions, 'steps' | 'guidance' | 'toward'>,
  onStep: StepHook,
  { start, control, mark }: Guidance = {},
): Promise<PlanarImage> {
  const { steps, guidance, toward } = options;
  const levels = parts.plan(steps);
  const count = levels.timesteps.length;
  const [channels, height, width] = parts.latentDims;
  const size = channels * height * width;
  const noise = createTorchNormals(seed);
  const first = start === undefined ? 0 : firstCall(count, start.strength);
  const drawn = noise(size);
  const sample = mark === undefined ? drawn : mark.mark(drawn, seed);
  const plan = mark === undefined ? levels : keepNoise(levels, sample.slice());
  if (toward?.seed !== undefined) {
    turnToward(sample, createTorchNormals(toward.seed)(size), toward.share);
  }
  const fresh = start?.anew === undefined ? null : sample.slice();
  if (start === undefined) {
    for (let i = 0; i < size; i++) sample[i] = sample[i]! * plan.initialNoiseScale;
  } else {
    mixNoise(plan, start.latent, sample, first, sample);
  }
  if (call.condition !== undefined) {
    showCondition(call.condition, parts.latentDims, {
      ...(start?.anew === undefined ? {} : { anew: start.anew, known: start.latent }),
      ...control,
    });
  }
  const known = new Float32Array(size);
  await denoise(
    {
      plan,
      sample,
      first,
      input: call.sample.subarray(0, size),
      noise,
      async predict(timestep) {
        for (let at = size; at < call.sample.length; at += size)
          call.sample.copyWithin(at, 0, size);
        const prediction = await call.predict(timestep);
        if (toward?.prompt === undefined) return prediction;
        mixLast(prediction, size, toward.share);
        return prediction.subarray(0, prediction.length - size);
      },
      ...(guidance > 1 ? { guidance } : {}),
      ...(start?.anew === undefined
        ? {}
        : {
            keepKnown(current: Float32Array, index: number): void {
              if (index < count) mixNoise(plan, start.latent, fresh!, index, known);
              else known.set(start.latent);
              blend(current, known, start.anew!);
            },
          }),
      repeats: (index) => repeatsOf(parts, plan, start, index),
    },
    onStep,
  );

  onStep('decode', 0, 1);
  let image = await parts.decode(sample);
  assertFinite(image.data, 'the decoder');
  onStep('decode', 1, 1);
  if (parts.upscale !== undefined) {
    onStep('upscale', 0, 1);
    image = await parts.upscale(image);
    assertFinite(image.data, 'the super-resolution');
    onStep('upscale', 1, 1);
  }
  return image;
}

/** Of `count` calls the last `strength` are made, as in diffusers. */
function firstCall(count: number, strength: number): number {
  const calls = Math.min(Math.trunc(count * strength), count);
  if (calls > 0) return count - calls;
  throw optionError(`strength ${strength} of ${count} steps leaves none to do: raise one of them`);
}

/** The last call is made once: nothing clean comes back from it. */
function repeatsOf(
  { inpaintRepeats = 1 }: DiffusionParts,
  plan: SamplingPlan,
  start: StartLatent | undefined,
  index: number,
): number {
  const canRepeat = start?.anew !== undefined && plan.stepBack !== undefined;
  return canRepeat && index + 1 < plan.timesteps.length ? inpaintRepeats : 1;
}

/** Keep `known` where `anew` is 0, in every channel. */
function blend(sample: Float32Array, known: Float32Array, anew: Float32Array): void {
  for (let i = 0, cell = 0; i < sample.length; i++, cell++) {
    if (cell === anew.length) cell = 0;
    sample[i] = known[i]! + anew[cell]! * (sample[i]! - known[i]!);
  }
}
