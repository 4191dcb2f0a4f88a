/** What templates that begin from another image share. */
import { definition } from './definition.js';
import { disclosureAssertion, modelIngredient } from './model.js';
import { PARENT_LABEL } from './parts.js';
import type { Json } from './parts.js';
import { watermarkAction } from './soft-binding.js';
import type { ManifestTemplate, ModelCredit, SoftBinding, TemplateOptions } from './types.js';

export interface FromImageOptions extends TemplateOptions {
  model?: ModelCredit;
  softBinding?: SoftBinding;
}

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
  const bound = softBinding === undefined ? [] : [watermarkAction(softBinding, when)];
  const more = model === undefined ? [] : [disclosureAssertion(model)];
  return {
    definition: definition(options, { actions: [...actions, ...bound], softBinding, more }),
    ingredients: model === undefined ? [] : [modelIngredient(model)],
    resources: new Map(),
    parent: { label: PARENT_LABEL, relationship },
    update: false,
  };
}
