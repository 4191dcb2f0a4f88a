/** An image of unknown origin that is watermarked or signed here. */
import { definition } from './definition.js';
import { checkModel, disclosureAssertion } from './model.js';
import { openedAction, PARENT_LABEL, SOURCE_TYPE } from './parts.js';
import type { Json } from './parts.js';
import { watermarkAction } from './soft-binding.js';
import type {
  DigitalSourceType,
  ManifestTemplate,
  ModelCredit,
  SoftBinding,
  TemplateOptions,
} from './types.js';

export interface MarkedOptions extends TemplateOptions {
  /** Default: no watermark is declared. */
  softBinding?: SoftBinding;
  /** What the user states about the image's origin. Default: nothing is claimed. */
  source?: DigitalSourceType;
  /** The model that the user says made it. Default: none is credited. */
  model?: ModelCredit;
}

/**
 * Its earlier credentials, if any, stay inside the parent ingredient. What the user states about its
 * origin stands on that ingredient: `c2pa.opened` must not carry a digitalSourceType (Conformance
 * Program 0.2), and no edit is claimed.
 *
 * @throws TypeError or RangeError for text that is too long or holds control characters.
 */
export function markedManifest(options: MarkedOptions): ManifestTemplate {
  const { when, softBinding, source, model } = options;
  if (model !== undefined) checkModel(model);
  const actions: Json[] = [openedAction(when)];
  if (softBinding !== undefined) actions.push(watermarkAction(softBinding, when));
  const more = model === undefined ? [] : [disclosureAssertion(model)];
  return {
    definition: definition(options, { actions, softBinding, more }),
    ingredients: [],
    resources: new Map(),
    parent: {
      label: PARENT_LABEL,
      relationship: 'parentOf',
      ...(source === undefined ? {} : { digital_source_type: SOURCE_TYPE + source }),
    },
    update: false,
  };
}
