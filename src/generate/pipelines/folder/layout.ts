/** What a folder of diffusers' ONNX layout holds, and what its family needs. */
import { printable } from '../../../core/index.js';
import type { ModelFolder } from '../../../onnx/index.js';
import { badFolder, readConfig } from './configs.js';
import type { Config } from './configs.js';

export type Family = 'sd' | 'sdxl' | 'sd3' | 'flux';

export interface FamilyRules {
  /** In words. */
  readonly title: string;
  readonly denoiser: 'unet' | 'transformer';
  /** Text encoders, each with its tokenizer; the denoiser and the decoder are always needed. */
  readonly encoders: readonly TextPart[];
  readonly steps: number;
  readonly guidance: number;
}

export interface TextPart {
  readonly encoder: string;
  readonly tokenizer: string;
  readonly kind: 'clip' | 't5';
  readonly isOptional?: boolean;
}

const CLIP: TextPart = { encoder: 'text_encoder', tokenizer: 'tokenizer', kind: 'clip' };
const CLIP_2: TextPart = { encoder: 'text_encoder_2', tokenizer: 'tokenizer_2', kind: 'clip' };

/** Steps and guidance are the defaults of diffusers' pipelines. */
export const FAMILIES: Readonly<Record<Family, FamilyRules>> = {
  sd: {
    title: 'Stable Diffusion 1 or 2',
    denoiser: 'unet',
    encoders: [CLIP],
    steps: 50,
    guidance: 7.5,
  },
  sdxl: {
    title: 'Stable Diffusion XL',
    denoiser: 'unet',
    encoders: [CLIP, CLIP_2],
    steps: 50,
    guidance: 5,
  },
  sd3: {
    title: 'Stable Diffusion 3',
    denoiser: 'transformer',
    encoders: [
      CLIP,
      CLIP_2,
      { encoder: 'text_encoder_3', tokenizer: 'tokenizer_3', kind: 't5', isOptional: true },
    ],
    steps: 28,
    guidance: 7,
  },
  flux: {
    title: 'Flux',
    denoiser: 'transformer',
    encoders: [CLIP, { encoder: 'text_encoder_2', tokenizer: 'tokenizer_2', kind: 't5' }],
    steps: 28,
    guidance: 3.5,
  },
};

export interface Layout {
  readonly family: Family;
  readonly rules: FamilyRules;
  /** model_index.json */
  readonly index: Config;
  readonly className: string;
  /** Latent consistency models are run by rules of their own. */
  readonly isLcm: boolean;
}

/**
 * @throws GenerateError GENERATE_PIPELINE_INVALID without model_index.json, or for a pipeline of another kind.
 */
export async function readLayout(folder: ModelFolder): Promise<Layout> {
  const index = await readConfig(folder, 'model_index.json');
  if (index === undefined) {
    throw badFolder(
      folder,
      'it has no model_index.json: name the folder that holds it, exported as "optimum-cli export onnx" does',
    );
  }
  const className = index['_class_name'];
  if (typeof className !== 'string')
    throw badFolder(folder, 'model_index.json has no "_class_name"');
  const family = familyOf(className);
  if (family === undefined) {
    throw badFolder(
      folder,
      `"${printable(className, 80)}" is a pipeline that this version does not draw with; ` +
        'it knows Stable Diffusion 1, 2, XL and 3, LCM and Flux',
    );
  }
  const isLcm = /LatentConsistency/.test(className);
  return { family, rules: FAMILIES[family], index, className, isLcm };
}

/** `ORT...` and `Onnx...` are what optimum and old versions of diffusers put in front. */
function familyOf(className: string): Family | undefined {
  const name = className.replace(/^(ORT|Onnx)/, '');
  if (/^StableDiffusionXL/.test(name)) return 'sdxl';
  if (/^StableDiffusion3/.test(name)) return 'sd3';
  if (/^Flux/.test(name) && !/^Flux2/.test(name)) return 'flux';
  return /^(StableDiffusion|LatentConsistency)(Pipeline|Model|Img2Img|Inpaint|ControlNet)/.test(
    name,
  )
    ? 'sd'
    : undefined;
}
