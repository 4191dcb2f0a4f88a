/** Credit to a model and, where the user wants it, the prompt: ingredients and the AI disclosure. */
import { created } from './parts.js';
import type { Json } from './parts.js';
import { assertPlainText, assertWebAddress } from './text.js';
import type { ManifestIngredient, ModelCredit } from './types.js';

const PROMPT_RESOURCE = 'prompt.txt';
const PROMPT_TYPES = [{ type: 'c2pa.types.generator.prompt' }];

export function checkModel(model: ModelCredit): void {
  assertPlainText(model.name, 'model.name');
  assertPlainText(model.version, 'model.version');
  if (model.identifier !== undefined) assertPlainText(model.identifier, 'model.identifier');
  if (model.url !== undefined) assertWebAddress(model.url, 'model.url');
}

export const modelIngredient = (model: ModelCredit): ManifestIngredient => ({
  label: 'model',
  title: `${model.name} ${model.version}`,
  format: 'application/octet-stream',
  relationship: 'inputTo',
  data_types: [
    { type: modelType(model), version: model.version },
    { type: 'c2pa.types.generator' },
  ],
  ...(model.url === undefined ? {} : { informational_URI: model.url }),
});

/** The ingredient, and the bytes that it refers to. */
export function promptIngredient(prompt: string): {
  ingredient: ManifestIngredient;
  resource: [string, Uint8Array];
} {
  return {
    ingredient: {
      label: 'prompt',
      title: 'prompt',
      format: 'text/plain',
      relationship: 'inputTo',
      data_types: PROMPT_TYPES,
      data: { format: 'text/plain', identifier: PROMPT_RESOURCE, data_types: PROMPT_TYPES },
    },
    resource: [PROMPT_RESOURCE, new TextEncoder().encode(prompt)],
  };
}

/** C2PA 2.4 section 18.28. `oversight` is left out where nobody can know it. */
export function disclosureAssertion(model: ModelCredit, oversight?: 'prompt_guided'): Json {
  return created('c2pa.ai-disclosure', {
    modelType: modelType(model),
    modelName: model.name,
    ...(model.identifier === undefined ? {} : { modelIdentifier: model.identifier }),
    ...(oversight === undefined ? {} : { contentProfile: { humanOversightLevel: oversight } }),
  });
}

const modelType = (model: ModelCredit): string => model.type ?? 'c2pa.types.model';
