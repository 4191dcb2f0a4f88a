/** What a manifest template is, and what all of them take. */
import type { TrainingMining } from './training-mining.js';
import type { CreatorMetadata } from './metadata.js';

/** Codes of the IPTC Digital Source Type vocabulary that a user can state. */
export const DIGITAL_SOURCE_TYPES = [
  'trainedAlgorithmicMedia',
  'compositeWithTrainedAlgorithmicMedia',
  'compositeSynthetic',
  'algorithmicMedia',
  'algorithmicallyEnhanced',
  'digitalCapture',
  'digitalCreation',
  'digitalArt',
  'humanEdits',
  'minorHumanEdits',
  'composite',
] as const;
export type DigitalSourceType = (typeof DIGITAL_SOURCE_TYPES)[number];

export interface Software {
  name: string;
  version: string;
}

/** The watermark as the manifest declares it. */
export interface SoftBinding {
  /** Algorithm name as in the C2PA soft binding algorithm list, reverse DNS. */
  alg: string;
  /** For people. */
  name: string;
  /** Version of the algorithm, for `softwareAgent`. */
  version: string;
  /** Text form, `<schema>*<payload hex>`. */
  value: string;
  /** Which key reads it (`alg-params`). Default: not stated. */
  keyId?: string;
}

export interface ManifestIngredient {
  /** What `ingredientIds` of an action refers to. */
  label: string;
  title: string;
  format: string;
  relationship: 'parentOf' | 'inputTo' | 'componentOf';
  data_types?: readonly { type: string; version?: string }[];
  informational_URI?: string;
  data?: { format: string; identifier: string; data_types: readonly { type: string }[] };
}

/** The image that a template is given besides the one that is signed. */
export interface ParentIngredient {
  label: string;
  /** `parentOf`: its pixels are in the signed image; `inputTo`: they only guided it. */
  relationship: 'parentOf' | 'inputTo';
  /** IPTC URI (C2PA 2.4: an ingredient without a manifest may state its source type). */
  digital_source_type?: string;
}

export interface ManifestTemplate {
  /** Goes to the engine's builder as it is. */
  definition: Readonly<Record<string, unknown>>;
  ingredients: readonly ManifestIngredient[];
  /** Bytes that ingredients refer to by name. */
  resources: ReadonlyMap<string, Uint8Array>;
  /** How the image that this one was made from is added (`signImage` must then be given it), or null. */
  parent: ParentIngredient | null;
  /** Labels of further images that only guided this one (`signImage` must then be given them). Default: none. */
  inputs?: readonly string[];
  /** True for an update manifest (C2PA 2.4 section 11.2.3): the image itself stays as it was signed. */
  update: boolean;
}

/** What every template takes. */
export interface TemplateOptions {
  /** Of the image, usually its file name. */
  title: string;
  /** MIME type of the signed file. */
  format: string;
  generator: Software;
  when: Date;
  /** What others may do with the image. Default 'notAllowed'; null leaves the statement out. */
  trainingMining?: TrainingMining | null;
  /** Labels of further images that guided it, such as `control`, for the action that used them. Default: none. */
  inputs?: readonly string[];
  /** Who made it and under which rights (`cawg.metadata`). Default: nothing is stated. */
  metadata?: CreatorMetadata;
}

/** A model that made the image or a part of it. */
export interface ModelCredit extends Software {
  /** URI or package URL, such as `pkg:huggingface/org/name@1`. Default: not stated. */
  identifier?: string;
  /** Page about the model. Default: none. */
  url?: string;
  /** C2PA 2.4 table 12, such as `c2pa.types.model.onnx`. Default `c2pa.types.model`. */
  type?: string;
}
