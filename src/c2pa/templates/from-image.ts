/** What templates that begin from another image share. */
import { definition } from './definition.js';
import { disclosureAssertion, modelIngredient, promptIngredient } from './model.js';
import { PARENT_LABEL } from './parts.js';
import type { Json } from './parts.js';
import { watermarkAction } from './soft-binding.js';
import type { ManifestTemplate, ModelCredit, SoftBinding, TemplateOptions } from './types.js';

export interface FromImageOptions extends TemplateOptions {
  model?: ModelCredit;
  softBinding?: SoftBinding;
  /** Prompts are personal data: embedded only when given here, and only with `model`. Default: left out. */
  prompt?: string;
}

/** Labels of what the model was given and is, for the action that it did. */
export const usedIngredients = ({ model, prompt, inputs = [] }: FromImageOptions): string[] => [
  ...(model === undefined ? [] : ['model', ...(prompt === undefined ? [] : ['prompt'])]),
  ...inputs,
];

/**
 * `actions`, then the watermark's; the model, when one is credited, is disclosed and an ingredient.
 *
 * @param relationship of the other image, which `signImage` is given.
 */
export function templateFromImage(
  options: FromImageOptions,
  relationship: 'parentOf' | 'inputTo',
  actions: readonly Json[],
): ManifestTemplate {
  const { model, softBinding, when } = options;
  const prompt =
    options.prompt === undefined || model === undefined ? null : promptIngredient(options.prompt);
  const bound = softBinding === undefined ? [] : [watermarkAction(softBinding, when)];
  const more = model === undefined ? [] : [disclosureAssertion(model)];
  return {
    definition: definition(options, { actions: [...actions, ...bound], softBinding, more }),
    ingredients: [
      ...(model === undefined ? [] : [modelIngredient(model)]),
      ...(prompt === null ? [] : [prompt.ingredient]),
    ],
    resources: new Map(prompt === null ? [] : [prompt.resource]),
    parent: { label: PARENT_LABEL, relationship },
    ...(options.inputs === undefined ? {} : { inputs: options.inputs }),
    update: false,
  };
}
