/** What a family of generative models is to the rest: a name, what it takes, and one picture for a seed. */
import type { Pixels } from '../../image/index.js';
import type { ModelStore, OnnxModel } from '../../onnx/index.js';
import type { Toward } from '../options.js';
import type { StepHook } from '../pipelines/diffuse.js';
import type { Exhibit } from './exhibit.js';
import type { PlanarImage } from '../planar.js';

/** What only some families take; each is told by name when another is given it. */
export interface FamilyOptions {
  /** GAN: the style of this seed from this layer on (1..layers - 1); the first layers are coarse, the last fine. */
  readonly mix?: { readonly seed: number; readonly layer: number };
  /** GAN: how far from the mean of all styles, 0..1: less varied and more typical. Default 0.8. */
  readonly truncation?: number;
  /** Flow: spread of the noise, 0..1.5. Default 0.7 (Kingma & Dhariwal 2018, section 6). */
  readonly temperature?: number;
  /** DDPM: "ddpm" (ancestral, default 250 steps) or "ddim" (deterministic, default 50 steps). Default "ddim". */
  readonly sampler?: Sampler;
  /** DDPM: not the picture but how it came about: noising, sample and guess at eight moments. Default false. */
  readonly trace?: boolean;
}

export const SAMPLERS = ['ddim', 'ddpm'] as const;
export type Sampler = (typeof SAMPLERS)[number];

/** One picture to be drawn: checked, with whatever the family takes. */
export interface DrawRequest extends FamilyOptions {
  readonly seed: number;
  readonly steps?: number;
  /** What to make again instead of a sample. */
  readonly init?: Pixels;
  readonly toward?: Toward;
  readonly onStep: StepHook;
}

export interface Drawn {
  /** 0..1, at the family's own size. */
  readonly image: PlanarImage;
  /** Everything besides the seed that decided the pixels. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly scheduler: string;
  readonly steps: number;
}

/** The models of a family, loaded. */
export interface FamilyModel {
  /** Those that had a part in a picture drawn so. */
  readonly models: readonly OnnxModel[];
  /** Of one picture, in pixels. */
  readonly side: number;
  readonly draw: (request: DrawRequest) => Promise<Drawn>;
}

/** What may be taken besides a seed and a count. */
export type FamilyOptionName =
  keyof FamilyOptions | 'steps' | 'init' | 'interpolate' | TextOptionName;

/** Of the families that draw from text: their other options are those of `GenerateOptions`. */
export type TextOptionName =
  | 'prompt'
  | 'guidance'
  | 'negative'
  | 'size'
  | 'strength'
  | 'mask'
  | 'outpaint'
  | 'upscale'
  | 'style'
  | 'control'
  | 'latentMark'
  /** Of model folders alone. */
  | 'scheduler';

export interface Family {
  readonly name: string;
  /** As the literature calls it. */
  readonly title: string;
  /** Names in models/manifest.json, the one with the card first. */
  readonly models: readonly string[];
  readonly takes: readonly FamilyOptionName[];
  /** What `models show` draws; absent for families that draw from text. */
  readonly exhibit?: Exhibit;
  /** Absent for families that draw from text: `createGenerator` runs them. */
  readonly load?: (store: ModelStore) => Promise<FamilyModel>;
}
