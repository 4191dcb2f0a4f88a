/** The frame that every template fills: claim generator, actions, soft binding, rights. */
import { metadataAssertion } from './metadata.js';
import { created, SPEC_VERSION } from './parts.js';
import type { Json } from './parts.js';
import { softBindingAssertion } from './soft-binding.js';
import { trainingMiningAssertion } from './training-mining.js';
import type { SoftBinding, TemplateOptions } from './types.js';

export interface DefinitionParts {
  actions: readonly Json[];
  softBinding?: SoftBinding | undefined;
  /** Further assertions of the template. */
  more?: readonly Json[];
}

/** `allActionsIncluded` is mandatory (Conformance Program 0.2); our templates list all of them. */
export function definition(options: TemplateOptions, parts: DefinitionParts): Json {
  const { title, format, generator, trainingMining = 'notAllowed', metadata } = options;
  const { actions, softBinding, more = [] } = parts;
  const stated = metadata === undefined ? null : metadataAssertion(metadata);
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
      ...(trainingMining === null ? [] : [trainingMiningAssertion(trainingMining)]),
      ...(stated === null ? [] : [stated]),
    ],
  };
}
