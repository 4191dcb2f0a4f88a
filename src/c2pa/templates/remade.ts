/** An image made wholly anew, guided by another one: none of its pixels are left. */
import { definition } from './definition.js';
import { checkModel, disclosureAssertion, modelIngredient } from './model.js';
import { isoSeconds, PARENT_LABEL, SOURCE_TYPE } from './parts.js';
import type { Json } from './parts.js';
import { watermarkAction } from './soft-binding.js';
import { assertPlainText } from './text.js';
import type {
  DigitalSourceType,
  ManifestTemplate,
  ModelCredit,
  SoftBinding,
  TemplateOptions,
} from './types.js';

export interface RemadeOptions extends TemplateOptions {
  /** Default `trainedAlgorithmicMedia`. */
  source?: DigitalSourceType;
  /** Default: none. */
  description?: string;
  /** Default: none is credited. */
  model?: ModelCredit;
  softBinding?: SoftBinding;
}

/**
 * `c2pa.created`, with the guiding image as an `inputTo` ingredient; `signImage` must be given that
 * image. Where its pixels survive the image was edited, not made: `editedManifest`.
 *
 * @throws TypeError or RangeError for text that is too long or holds control characters.
 */
export function remadeManifest(options: RemadeOptions): ManifestTemplate {
  const { source = 'trainedAlgorithmicMedia', description, model, when, softBinding } = options;
  if (description !== undefined) assertPlainText(description, 'description');
  if (model !== undefined) checkModel(model);
  const used = [PARENT_LABEL, ...(model === undefined ? [] : ['model'])];
  const actions: Json[] = [
    {
      action: 'c2pa.created',
      when: isoSeconds(when),
      digitalSourceType: SOURCE_TYPE + source,
      ...(description === undefined ? {} : { description }),
      ...(model === undefined
        ? {}
        : { softwareAgent: { name: model.name, version: model.version } }),
      parameters: { ingredientIds: used },
    },
  ];
  if (softBinding !== undefined) actions.push(watermarkAction(softBinding, when));
  const more = model === undefined ? [] : [disclosureAssertion(model)];
  return {
    definition: definition(options, { actions, softBinding, more }),
    ingredients: model === undefined ? [] : [modelIngredient(model)],
    resources: new Map(),
    parent: { label: PARENT_LABEL, relationship: 'inputTo' },
    update: false,
  };
}
