/** An image edited from a parent whose pixels survive in it: img2img, inpainting, retouching. */
import { templateFromImage, usedIngredients, type FromImageOptions } from './from-image.js';
import { checkModel } from './model.js';
import { isoSeconds, openedAction, SOURCE_TYPE } from './parts.js';
import type { Json } from './parts.js';
import { assertPlainText } from './text.js';
import type { DigitalSourceType, ManifestTemplate, ModelCredit } from './types.js';

export interface EditedOptions extends FromImageOptions {
  /** What the edit made of it, such as `compositeWithTrainedAlgorithmicMedia` or `humanEdits`. */
  source: DigitalSourceType;
  /** For people, such as `img2img, strength 0.6`. Default: none. */
  description?: string;
  /** The model that edited it. Default: none is credited. */
  model?: ModelCredit;
}

/**
 * `c2pa.opened` of the parent, then one `c2pa.edited` with the source type: that of the edit stands on the
 * edit, that of the parent in the parent. `signImage` must be given the parent.
 *
 * @throws TypeError or RangeError for text that is too long or holds control characters.
 */
export function editedManifest(options: EditedOptions): ManifestTemplate {
  const { source, description, model, when } = options;
  if (description !== undefined) assertPlainText(description, 'description');
  if (model !== undefined) checkModel(model);
  const actions: Json[] = [
    openedAction(when),
    {
      action: 'c2pa.edited',
      when: isoSeconds(when),
      digitalSourceType: SOURCE_TYPE + source,
      ...(description === undefined ? {} : { description }),
      ...(model === undefined
        ? {}
        : {
            softwareAgent: { name: model.name, version: model.version },
            parameters: { ingredientIds: usedIngredients(options) },
          }),
    },
  ];
  return templateFromImage(options, 'parentOf', actions);
}
