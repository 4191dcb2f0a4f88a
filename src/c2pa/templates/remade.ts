/** An image made wholly anew, guided by another one: none of its pixels are left. */
import { templateFromImage, usedIngredients, type FromImageOptions } from './from-image.js';
import { checkModel } from './model.js';
import { isoSeconds, PARENT_LABEL, SOURCE_TYPE } from './parts.js';
import type { Json } from './parts.js';
import { assertPlainText } from './text.js';
import type { DigitalSourceType, ManifestTemplate, ModelCredit } from './types.js';

export interface RemadeOptions extends FromImageOptions {
  /** Default `trainedAlgorithmicMedia`. */
  source?: DigitalSourceType;
  /** Default: none. */
  description?: string;
  /** Default: none is credited. */
  model?: ModelCredit;
}

/**
 * `c2pa.created`, with the guiding image as an `inputTo` ingredient; `signImage` must be given that
 * image. Where its pixels survive the image was edited, not made: `editedManifest`.
 *
 * @throws TypeError or RangeError for text that is too long or holds control characters.
 */
export function remadeManifest(options: RemadeOptions): ManifestTemplate {
  const { source = 'trainedAlgorithmicMedia', description, model, when } = options;
  if (description !== undefined) assertPlainText(description, 'description');
  if (model !== undefined) checkModel(model);
  const used = [PARENT_LABEL, ...usedIngredients(options)];
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
  return templateFromImage(options, 'inputTo', actions);
}
