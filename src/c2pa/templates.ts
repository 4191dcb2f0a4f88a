/** Manifest definitions for what this package does to images (C2PA 2.4; JSON in the form of c2pa-rs). */
export type DigitalSourceType =
  | 'trainedAlgorithmicMedia'
  | 'compositeWithTrainedAlgorithmicMedia'
  | 'compositeSynthetic'
  | 'algorithmicMedia'
  | 'digitalCapture'
  | 'digitalCreation'
  | 'digitalArt'
  | 'composite';

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

export interface ParentIngredient {
  label: string;
  relationship: 'parentOf';
  /** IPTC URI (C2PA 2.4: an ingredient may state its source type). */
  digital_source_type?: string;
}

export interface ManifestTemplate {
  /** Goes to the engine's builder as it is. */
  definition: Readonly<Record<string, unknown>>;
  ingredients: readonly ManifestIngredient[];
  /** Bytes that ingredients refer to by name. */
  resources: ReadonlyMap<string, Uint8Array>;
  /** How the parent that the definition opens is added (`signImage` must then be given it), or null. */
  parent: ParentIngredient | null;
}

export interface TextToImageOptions {
  title: string;
  /** MIME type of the signed file. */
  format: string;
  generator: Software;
  model: Software & {
    /** URI or package URL, such as `pkg:huggingface/org/name@1`. */
    identifier: string;
    /** Page about the model. Default: none. */
    url?: string;
  };
  when: Date;
  /** Default: no watermark is declared. */
  softBinding?: SoftBinding;
  /** Prompts are personal data: embedded only when given here. Default: left out. */
  prompt?: string;
}

export interface MarkedOptions {
  title: string;
  format: string;
  generator: Software;
  when: Date;
  softBinding?: SoftBinding;
  /** What the user states about the image's origin. Default: nothing is claimed. */
  source?: DigitalSourceType;
}

const SPEC_VERSION = '2.4.0';
const SOURCE_TYPE = 'http://cv.iptc.org/newscodes/digitalsourcetype/';
const PROMPT_RESOURCE = 'prompt.txt';
const PARENT_LABEL = 'parent';

type Json = Readonly<Record<string, unknown>>;

const isoSeconds = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, 'Z');
const created = (label: string, data: Json): Json => ({ label, created: true, data });

function watermarkAction(binding: SoftBinding, when: Date): Json {
  return {
    action: 'c2pa.watermarked.bound',
    when: isoSeconds(when),
    softwareAgent: { name: binding.name, version: binding.version },
    description: 'Invisible watermark embedded',
  };
}

function softBindingAssertion(binding: SoftBinding): Json {
  const { alg, name, value } = binding;
  return created('c2pa.soft-binding', { alg, name, blocks: [{ scope: {}, value }], pad: [] });
}

const TRAINING_MINING = created('cawg.training-mining', {
  entries: Object.fromEntries(
    ['ai_training', 'ai_generative_training', 'ai_inference', 'data_mining'].map((use) => [
      `cawg.${use}`,
      { use: 'notAllowed' },
    ]),
  ),
});

function definition(
  options: { title: string; format: string; generator: Software; softBinding?: SoftBinding },
  actions: readonly Json[],
  more: readonly Json[],
): Json {
  const { title, format, generator, softBinding } = options;
  return {
    claim_version: 2,
    vendor: 'imprint',
    title,
    format,
    claim_generator_info: [{ ...generator, specVersion: SPEC_VERSION }],
    assertions: [
      created('c2pa.actions.v2', { allActionsIncluded: true, actions }),
      ...(softBinding === undefined ? [] : [softBindingAssertion(softBinding)]),
      ...more,
      TRAINING_MINING,
    ],
  };
}

/** An image that a model made from text. */
export function textToImageManifest(options: TextToImageOptions): ManifestTemplate {
  const { model, when, softBinding, prompt } = options;
  const ingredients: ManifestIngredient[] = [
    {
      label: 'model',
      title: `${model.name} ${model.version}`,
      format: 'application/octet-stream',
      relationship: 'inputTo',
      data_types: [
        { type: 'c2pa.types.model.onnx', version: model.version },
        { type: 'c2pa.types.generator' },
      ],
      ...(model.url === undefined ? {} : { informational_URI: model.url }),
    },
  ];
  const resources = new Map<string, Uint8Array>();
  if (prompt !== undefined) {
    const data_types = [{ type: 'c2pa.types.generator.prompt' }];
    ingredients.push({
      label: 'prompt',
      title: 'prompt',
      format: 'text/plain',
      relationship: 'inputTo',
      data_types,
      data: { format: 'text/plain', identifier: PROMPT_RESOURCE, data_types },
    });
    resources.set(PROMPT_RESOURCE, new TextEncoder().encode(prompt));
  }
  const actions: Json[] = [
    {
      action: 'c2pa.created',
      when: isoSeconds(when),
      digitalSourceType: `${SOURCE_TYPE}trainedAlgorithmicMedia`,
      softwareAgent: { name: model.name, version: model.version },
      description: 'Text-to-image generation',
      parameters: { ingredientIds: ingredients.map((ingredient) => ingredient.label) },
    },
  ];
  if (softBinding !== undefined) actions.push(watermarkAction(softBinding, when));
  const disclosure = created('c2pa.ai-disclosure', {
    modelType: 'c2pa.types.model.onnx',
    modelName: model.name,
    modelIdentifier: model.identifier,
    contentProfile: { humanOversightLevel: 'prompt_guided' },
  });
  return {
    definition: definition(options, actions, [disclosure]),
    ingredients,
    resources,
    parent: null,
  };
}

/**
 * An image that was made elsewhere and is watermarked here. Its earlier credentials, if any, stay
 * inside the parent ingredient. What the user states about its origin stands on that ingredient:
 * `c2pa.opened` must not carry a digitalSourceType (Conformance Program 0.2), and no edit is claimed.
 */
export function markedManifest(options: MarkedOptions): ManifestTemplate {
  const { when, softBinding, source } = options;
  const actions: Json[] = [
    {
      action: 'c2pa.opened',
      when: isoSeconds(when),
      parameters: { ingredientIds: [PARENT_LABEL] },
    },
  ];
  if (softBinding !== undefined) actions.push(watermarkAction(softBinding, when));
  return {
    definition: definition(options, actions, []),
    ingredients: [],
    resources: new Map(),
    parent: {
      label: PARENT_LABEL,
      relationship: 'parentOf',
      ...(source === undefined ? {} : { digital_source_type: SOURCE_TYPE + source }),
    },
  };
}
