/** Text to latent to picture, over any set of parts. */
import { createTorchNormals } from '../../core/index.js';
import { GenerateError } from '../errors.js';
import { applyGuidance, isAllFinite } from '../guidance.js';
import type { GenerateStage, ResolvedOptions } from '../options.js';
import type { PlanarImage } from '../planar.js';
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
  const call = await parts.condition(isGuided ? [options.negative, prompt] : [prompt]);
  onStep('encode', 1, 1);
  return call;
}

/**
 * One picture in 0..1 at the native size. `call` comes from `conditionPrompt` with the same options
 * and must not be in use by another run.
 *
 * @throws GenerateError GENERATE_NAN, and whatever `onStep` throws.
 */
export async function textToImage(
  parts: DiffusionParts,
  call: DenoiserCall,
  seed: number,
  options: ResolvedOptions,
  onStep: StepHook,
): Promise<PlanarImage> {
  const { steps, guidance } = options;
  const plan = parts.plan(steps);
  const [channels, height, width] = parts.latentDims;
  const size = channels * height * width;
  const noise = createTorchNormals(seed);
  const sample = noise(size);
  for (let i = 0; i < size; i++) sample[i] = sample[i]! * plan.initialNoiseScale;
  const guided = new Float32Array(size);
  const count = plan.timesteps.length;
  onStep('denoise', 0, count);
  for (let index = 0; index < count; index++) {
    const input = call.sample.subarray(0, size);
    if (plan.scaleInput) plan.scaleInput(sample, index, input);
    else input.set(sample);
    for (let at = size; at < call.sample.length; at += size) call.sample.copyWithin(at, 0, size);
    let prediction = await call.predict(plan.timesteps[index]!);
    if (guidance > 1) {
      applyGuidance(prediction, guidance, guided);
      prediction = guided;
    }
    if (!isAllFinite(prediction)) throw notANumber(`step ${index + 1} of ${count}`);
    plan.step(sample, prediction, index, noise);
    onStep('denoise', index + 1, count);
  }

  onStep('decode', 0, 1);
  let image = await parts.decode(sample);
  if (!isAllFinite(image.data)) throw notANumber('the decoder');
  onStep('decode', 1, 1);
  if (parts.upscale !== undefined) {
    onStep('upscale', 0, 1);
    image = await parts.upscale(image);
    if (!isAllFinite(image.data)) throw notANumber('the super-resolution');
    onStep('upscale', 1, 1);
  }
  return image;
}

function notANumber(where: string): GenerateError {
  return new GenerateError({
    code: 'GENERATE_NAN',
    message:
      `the model returned values that are no numbers at ${where}: ` +
      'lower the guidance, or check the model files (a half-precision export may overflow)',
  });
}
