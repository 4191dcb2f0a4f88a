/** A folder of diffusers' ONNX layout as the parts of a pipeline. */
import { basename, resolve } from 'node:path';
import { printable } from '../../../core/index.js';
import type { ModelFolder } from '../../../onnx/index.js';
import type { PlanRequest } from '../../schedulers/scheduler.js';
import type { ImageSize } from '../../options.js';
import type { FolderParts, SamplingRun } from './parts.js';
import { badFolder, numberIn, readConfig } from './configs.js';
import type { Config } from './configs.js';
import { readLayout } from './layout.js';
import type { Family, Layout } from './layout.js';
import { createPromptEncoder } from './prompts.js';
import type { PromptOptions } from './prompts.js';
import { readSchedulerConfig, samplerFor } from './samplers.js';
import { fluxCall, sd3Call } from './transformer.js';
import { CONTROL_MAPS, unetCall } from './unet.js';
import { decodeLatent, encodePicture } from './vae.js';

/** Text encoders above this are released when the prompt is read: T5 alone has 9 GB in half precision. */
const KEPT_TEXT_BYTES = 2 ** 31;

/** Pixels; decoding them at once takes some 3 GB with the published decoders. Above, memory stays that of one tile. */
const DECODED_AT_ONCE = 1024 * 1024;

export interface FolderSettings extends PromptOptions {
  /** Pictures of more pixels are decoded in tiles. Default 1,048,576. */
  readonly decodedAtOnce?: number;
}

/** When a folder has no configuration of its VAE (very old exports): the values of the published models. */
const SCALING: Readonly<Record<Family, readonly [scaling: number, shift: number]>> = {
  sd: [0.18215, 0],
  sdxl: [0.13025, 0],
  sd3: [1.5305, 0.0609],
  flux: [0.3611, 0.1159],
};
/** Latents that a transformer reads as one, a side. */
const PATCH = 2;
const UNET_MULTIPLE = 8;
const LCM_CLASS = 'LCMScheduler';
const LATENT_CHANNELS: Readonly<Record<Family, number>> = { sd: 4, sdxl: 4, sd3: 16, flux: 16 };

/**
 * @throws GenerateError GENERATE_PIPELINE_INVALID, OnnxError
 */
export async function loadFolder(
  folder: ModelFolder,
  options: FolderSettings,
): Promise<FolderParts> {
  const layout = await readLayout(folder);
  const { family, rules } = layout;
  const schedulerConfig = await readSchedulerConfig(folder);
  samplerFor(schedulerConfig, family, undefined);
  const vae = await readConfig(folder, 'vae_decoder/config.json');
  const model = await readConfig(folder, `${rules.denoiser}/config.json`);
  const texts = await createPromptEncoder(folder, layout, options);
  const textParts: string[] = [];
  for (const { encoder, isOptional } of rules.encoders) {
    if (isOptional !== true || (await folder.has(encoder))) textParts.push(encoder);
  }
  const sha256s = await digests(folder, [...textParts, rules.denoiser, 'vae_decoder']);
  const keepsTexts = await fitsIn(folder, textParts, KEPT_TEXT_BYTES);
  const denoiser = await folder.load(rules.denoiser);
  const hasEncoder = await folder.has('vae_encoder');

  const downscale = downscaleOf(vae);
  const channels = numberIn(vae, 'latent_channels', LATENT_CHANNELS[family], [1, 64]);
  const scale = {
    scaling: numberIn(vae, 'scaling_factor', SCALING[family][0], [1e-6, 1e6]),
    shift: numberIn(vae, 'shift_factor', vae === undefined ? SCALING[family][1] : 0, [-1e6, 1e6]),
  };
  const sampleInfo = denoiser.inputs.find((info) => info.name === 'sample');
  const declared = sampleInfo?.dims[1];
  const inChannels =
    rules.denoiser === 'unet'
      ? numberIn(model, 'in_channels', typeof declared === 'number' ? declared : channels, [1, 64])
      : channels;
  if (inChannels !== channels && inChannels !== 2 * channels + 1) {
    throw badFolder(
      folder,
      `its U-Net reads ${inChannels} channels, this version knows ${channels} and, with a mask, ${2 * channels + 1}`,
    );
  }
  const side = nativeSide(layout, model, downscale);
  const latentDims = ({ width, height }: ImageSize) =>
    [channels, Math.floor(height / downscale), Math.floor(width / downscale)] as const;
  const isTold = family === 'flux' || denoiser.inputs.some((info) => info.name === 'timestep_cond');

  return {
    identity: {
      name: nameOf(folder, layout),
      version: versionOf(sha256s),
      isBundled: false,
      sha256s,
    },
    nativeSize: { width: side, height: side },
    sizeMultiple: downscale * latentMultiple(layout, model),
    defaults: defaultsOf(layout, folder, model),
    guidanceStyle: isTold ? 'told' : 'twice',
    inpainting: inChannels > channels ? 'context' : 'blend',
    needsControl: denoiser.inputs.some((info) => CONTROL_MAPS.some((name) => name === info.name)),
    latentDims,
    sampler: (name) => samplerFor(schedulerConfig, family, name),
    planRequest: (run) => planRequest(layout, schedulerConfig, run, latentDims(run.size)),
    firstStep({ steps, strength, scheduler }) {
      // LCM takes all of its steps, from a lower start.
      if (layout.isLcm && scheduler === LCM_CLASS) return 0;
      const taken = rules.denoiser === 'unet' ? Math.floor(steps * strength) : steps * strength;
      return Math.floor(Math.max(steps - Math.min(taken, steps), 0));
    },
    async condition(prompts, request) {
      const encoded = await texts.encode(prompts);
      if (!keepsTexts) for (const part of textParts) await folder.release(part);
      const dims = latentDims(request.size);
      if (family === 'sd3') return sd3Call(denoiser, encoded, dims);
      if (family === 'flux') return fluxCall(denoiser, encoded, dims, request);
      return unetCall(denoiser, encoded, { latentDims: dims, inChannels }, request);
    },
    ...(hasEncoder
      ? {
          encode: async (image, noise) => {
            const size = { width: image.width, height: image.height };
            const encoder = await folder.load('vae_encoder');
            return encodePicture(encoder, image, latentDims(size), scale, noise);
          },
        }
      : {}),
    async decode(sample, size) {
      const isLarge = size.width * size.height > (options.decodedAtOnce ?? DECODED_AT_ONCE);
      const tiles = isLarge ? { side: tileSide(vae, downscale), downscale } : undefined;
      const decoder = await folder.load('vae_decoder');
      return decodeLatent(decoder, sample, latentDims(size), scale, size, tiles);
    },
    warnings: (prompts) => texts.warnings(prompts),
  };
}

function planRequest(
  { family, isLcm }: Layout,
  config: Config,
  { steps, strength, scheduler }: SamplingRun,
  dims: readonly [number, number, number],
): PlanRequest {
  if (scheduler === LCM_CLASS && isLcm && strength < 1) return { steps, strength };
  // What the pipelines of diffusers pass unless they are told otherwise.
  if (scheduler === 'TCDScheduler') return { steps, eta: 0 };
  const isDynamic = config['use_dynamic_shifting'] === true;
  const mu = isDynamic ? { mu: shiftFor(config, (dims[1] / 2) * (dims[2] / 2)) } : {};
  if (family === 'flux') {
    // numpy.linspace(1, 1 / steps, steps)
    const end = 1 / steps;
    const line = (i: number): number => (steps === 1 ? 1 : 1 + (i / (steps - 1)) * (end - 1));
    return { sigmas: Array.from({ length: steps }, (_, i) => line(i)), ...mu };
  }
  return family === 'sd3' ? { steps, ...mu } : { steps };
}

/** Larger pictures need more noise (Esser et al. 2024, arXiv:2403.03206, section 5.3.2). */
function shiftFor(config: Config, tokens: number): number {
  const number = (field: string, fallback: number): number =>
    numberIn(config, field, fallback, [1e-6, 1e6]);
  const from = number('base_image_seq_len', 256);
  const low = number('base_shift', 0.5);
  const slope = (number('max_shift', 1.15) - low) / (number('max_image_seq_len', 4096) - from);
  return tokens * slope + (low - slope * from);
}

function downscaleOf(vae: Config | undefined): number {
  const blocks = vae?.['block_out_channels'];
  return Array.isArray(blocks) && blocks.length >= 1 && blocks.length <= 7
    ? 2 ** (blocks.length - 1)
    : 8;
}

/**
 * Exported U-Nets halve and double without looking at what there was, so that every level must halve evenly (64 pixels for
 * Stable Diffusion, though diffusers itself draws in steps of 8); transformers read patches.
 */
function latentMultiple({ rules }: Layout, model: Config | undefined): number {
  if (rules.denoiser === 'transformer') return PATCH;
  const blocks = model?.['block_out_channels'];
  return Array.isArray(blocks) && blocks.length >= 1 && blocks.length <= 7
    ? 2 ** (blocks.length - 1)
    : UNET_MULTIPLE;
}

/** Side of a tile in latents: the size that the decoder was trained on. */
function tileSide(vae: Config | undefined, downscale: number): number {
  return Math.max(4, Math.floor(numberIn(vae, 'sample_size', 512, [32, 4096]) / downscale));
}

/** What the model was trained on: its configuration counts latents. */
function nativeSide({ family }: Layout, model: Config | undefined, downscale: number): number {
  const fallback = family === 'sd' ? 64 : 128;
  if (family === 'flux') return downscale * numberIn(model, 'sample_size', fallback, [1, 1024]);
  return downscale * numberIn(model, 'sample_size', fallback, [1, 1024]);
}

/** Distilled models are told by their name or by what they lack: twenty steps would spoil their pictures. */
function defaultsOf(
  { rules, family, index, isLcm }: Layout,
  { dir }: ModelFolder,
  model: Config | undefined,
): { steps: number; guidance: number } {
  const names = [dir, index['_name_or_path'], model?.['_name_or_path']].join(' ').toLowerCase();
  if (isLcm) return { steps: 4, guidance: 8.5 };
  if (/turbo/.test(names)) return { steps: 1, guidance: 0 };
  if (family === 'flux' && model?.['guidance_embeds'] === false) return { steps: 4, guidance: 0 };
  return { steps: rules.steps, guidance: rules.guidance };
}

async function digests(
  folder: ModelFolder,
  parts: readonly string[],
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const part of parts) found[part] = await folder.digest(part);
  return found;
}

async function fitsIn(
  folder: ModelFolder,
  parts: readonly string[],
  limit: number,
): Promise<boolean> {
  let bytes = 0;
  for (const part of parts) bytes += (await folder.inspect(part)).weightBytes;
  return bytes <= limit;
}

/** The name that the weights were published under, or that of the folder. */
function nameOf({ dir }: ModelFolder, { index }: Layout): string {
  const published = index['_name_or_path'];
  const name =
    typeof published === 'string' && /^[\w.-]+\/[\w.-]+$/.test(published) ? published : '';
  return printable(name === '' ? basename(resolve(dir)) : name, 100);
}

/** Folders carry no version: the denoiser's digest tells two of the same name apart. */
function versionOf(sha256s: Readonly<Record<string, string>>): string {
  return `sha256-${(sha256s['unet'] ?? sha256s['transformer'] ?? '').slice(0, 12)}`;
}
