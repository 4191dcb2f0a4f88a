/**
 * Prompt, and picture where there is one, to latent to picture, in the order in which the pipelines of diffusers do it, so that
 * the same seed gives the same picture.
 */
import { createTorchNormals } from '../../../core/index.js';
import { optionError } from '../../errors.js';
import { assertFinite } from '../../finite.js';
import type { ImageSize } from '../../options.js';
import type { PlanarImage } from '../../planar.js';
import { mixNoise } from '../../schedulers/add-noise.js';
import type { NoiseSource, SamplingPlan } from '../../schedulers/scheduler.js';
import { denoise } from '../denoise.js';
import type { StepHook } from '../diffuse.js';
import { latentMask, withoutMasked } from './known-part.js';
import type { FolderCall, FolderParts } from './parts.js';

export interface Drawing {
  readonly steps: number;
  readonly guidance: number;
  readonly negative: string;
  readonly size: ImageSize;
  /** How much of a picture is drawn anew, ]0, 1]. */
  readonly strength: number;
  readonly controlScale: number;
  readonly scheduler?: string;
}

/** Pictures that the drawing starts from, all of the size that is drawn. */
export interface Guides {
  /** Where the drawing starts; 0..1. */
  readonly init?: PlanarImage;
  /** 1 where it is drawn anew, 0 where `init` stays; one value a pixel, row-major. */
  readonly mask?: Float32Array;
  readonly control?: PlanarImage;
}

/**
 * Encode the prompt once for all images of a batch; with guidance the negative prompt comes first and
 * both go through the denoiser as one batch of 2, as in diffusers.
 */
export async function conditionPrompt(
  parts: FolderParts,
  prompt: string,
  options: Drawing,
  onStep: StepHook,
  guides: Guides = {},
): Promise<FolderCall> {
  onStep('encode', 0, 1);
  const { size, guidance } = options;
  const { control: image } = guides;
  const call = await parts.condition(
    isGuided(parts, options) ? [options.negative, prompt] : [prompt],
    {
      size,
      guidance,
      ...(image === undefined ? {} : { control: { image, scale: options.controlScale } }),
    },
  );
  onStep('encode', 1, 1);
  return call;
}

/**
 * One picture in 0..1. `call` comes from `conditionPrompt` with the same options
 * and must not be in use by another run.
 *
 * @throws GenerateError GENERATE_NAN, and whatever `onStep` throws.
 */
export async function drawImage(
  parts: FolderParts,
  call: FolderCall,
  seed: number,
  options: Drawing,
  onStep: StepHook,
  guides: Guides = {},
): Promise<PlanarImage> {
  const noise = createTorchNormals(seed);
  const start = await startOf(parts, call, noise, options, guides);
  const guided = isGuided(parts, options) ? { guidance: options.guidance } : {};
  const predict = (timestep: number) => call.predict(timestep);
  await denoise({ ...start, input: call.input, predict, noise, ...guided }, onStep);

  onStep('decode', 0, 1);
  const image = await parts.decode(start.sample, options.size);
  assertFinite(image.data, 'the decoder');
  onStep('decode', 1, 1);
  return image;
}

function isGuided(parts: FolderParts, { guidance }: Drawing): boolean {
  return parts.guidanceStyle === 'twice' && guidance > 1;
}

interface Start {
  readonly plan: SamplingPlan;
  readonly sample: Float32Array;
  /** Index of the first model call. */
  readonly first: number;
  /** Puts the known part back, as noisy as the sample is at call `index`. */
  readonly keepKnown?: (sample: Float32Array, index: number) => void;
}

/**
 * The first sample. Random numbers are drawn in the order of diffusers: picture, noise, masked picture.
 */
async function startOf(
  parts: FolderParts,
  call: FolderCall,
  noise: NoiseSource,
  options: Drawing,
  { init, mask }: Guides,
): Promise<Start> {
  const { steps, size, strength } = options;
  const scheduler = parts.sampler(options.scheduler);
  const run = { steps, size, strength, scheduler: scheduler.name };
  const plan = scheduler.plan(parts.planRequest(run));
  const dims = parts.latentDims(size);
  const length = dims[0] * dims[1] * dims[2];
  if (init === undefined) {
    return { plan, sample: scaled(noise(length), plan.initialNoiseScale), first: 0 };
  }
  const first = parts.firstStep(run) * (plan.order ?? 1);
  if (first >= plan.timesteps.length) {
    throw optionError(
      `strength ${strength} of ${steps} steps leaves none to take: raise one of them`,
    );
  }
  const isWhole = mask !== undefined && strength === 1;
  const needsLatents = !isWhole || parts.inpainting === 'blend';
  const known = needsLatents ? await encoded(parts, init, noise) : undefined;
  const fresh = noise(length);
  const sample = isWhole
    ? scaled(fresh.slice(), plan.initialNoiseScale)
    : mixNoise(plan, known!, fresh, first);
  if (mask === undefined) return { plan, sample, first };

  // diffusers encodes the masked picture even where the model does not read it; the noise is spent.
  const masked = await encoded(parts, withoutMasked(init, mask), noise);
  const small = latentMask(mask, size, dims);
  if (parts.inpainting === 'context') {
    const context = new Float32Array(small.length + masked.length);
    context.set(small);
    context.set(masked, small.length);
    call.setContext!(context);
    return { plan, sample, first };
  }
  const plane = small.length;
  const last = plan.timesteps.length;
  const keepKnown = (current: Float32Array, index: number): void => {
    const proper = index < last ? mixNoise(plan, known!, fresh, index) : known!;
    for (let i = 0; i < current.length; i++) {
      const m = small[i % plane]!;
      current[i] = Math.fround((1 - m) * proper[i]!) + Math.fround(m * current[i]!);
    }
  };
  return { plan, sample, first, keepKnown };
}

async function encoded(
  parts: FolderParts,
  image: PlanarImage,
  noise: NoiseSource,
): Promise<Float32Array> {
  if (parts.encode === undefined) {
    throw optionError(
      'this model has no encoder of pictures (vae_encoder), so it draws from text only: ' +
        'leave the picture out, or export the model with its encoder',
    );
  }
  const latent = await parts.encode(image, noise);
  assertFinite(latent, 'the encoder');
  return latent;
}

function scaled(values: Float32Array, factor: number): Float32Array {
  for (let i = 0; i < values.length; i++) values[i] = values[i]! * factor;
  return values;
}
