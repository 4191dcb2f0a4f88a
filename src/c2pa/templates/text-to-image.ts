/** An image that a model made from text. */
import { definition } from './definition.js';
import { checkModel, disclosureAssertion, modelIngredient, promptIngredient } from './model.js';
import { isoSeconds, SOURCE_TYPE } from './parts.js';
import type { Json } from './parts.js';
import { unboundMarkAction, watermarkAction } from './soft-binding.js';
import type { ManifestTemplate, ModelCredit, SoftBinding, TemplateOptions } from './types.js';

export interface TextToImageOptions extends TemplateOptions {
  model: ModelCredit;
  /** Default: no watermark is declared. */
  softBinding?: SoftBinding;
  /** Another mark that no soft binding names: nothing is looked up by it. Default: none. */
  unboundMark?: { name: string; version: string };
  /** Prompts are personal data: embedded only when given here. Default: left out. */
  prompt?: string;
}

/** @throws TypeError or RangeError for text that is too long or holds control characters. */
export function textToImageManifest(options: TextToImageOptions): ManifestTemplate {
  const { model, when, softBinding, unboundMark } = options;
  checkModel(model);
  const prompt = options.prompt === undefined ? null : promptIngredient(options.prompt);
  const ingredients = [modelIngredient(model), ...(prompt === null ? [] : [prompt.ingredient])];
  const actions: Json[] = [
    {
      action: 'c2pa.created',
      when: isoSeconds(when),
      digitalSourceType: `${SOURCE_TYPE}trainedAlgorithmicMedia`,
      softwareAgent: { name: model.name, version: model.version },
      description: 'Text-to-image generation',
      parameters: {
        ingredientIds: [...ingredients.map(({ label }) => label), ...(options.inputs ?? [])],
      },
    },
  ];
  if (unboundMark !== undefined) actions.push(unboundMarkAction(unboundMark, when));
  if (softBinding !== undefined) actions.push(watermarkAction(softBinding, when));
  const more = [disclosureAssertion(model, 'prompt_guided')];
  return {
    definition: definition(options, { actions, softBinding, more }),
    ingredients,
    resources: new Map(prompt === null ? [] : [prompt.resource]),
    parent: null,
    ...(options.inputs === undefined ? {} : { inputs: options.inputs }),
    update: false,
  };
}
