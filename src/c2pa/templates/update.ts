/** A change of metadata only, over an image that has credentials: its pixels stay as they were signed. */
import { definition } from './definition.js';
import { metadataAssertion } from './metadata.js';
import { isoSeconds, openedAction, PARENT_LABEL } from './parts.js';
import type { Json } from './parts.js';
import type { ManifestTemplate, TemplateOptions } from './types.js';

export interface UpdateOptions extends TemplateOptions {
  /** Default null: what the earlier manifest says about it goes on. */
  trainingMining?: TemplateOptions['trainingMining'];
}

/**
 * An update manifest (C2PA 2.4 section 11.2.3) has no hard binding of its own; that of the parent keeps
 * holding. `signImage` must be given the parent, which is the image itself.
 *
 * @throws TypeError or RangeError for text that is too long or holds control characters.
 */
export function updateManifest(options: UpdateOptions): ManifestTemplate {
  const { when, metadata, trainingMining = null } = options;
  const edited = metadata !== undefined && metadataAssertion(metadata) !== null;
  const actions: Json[] = [openedAction(when)];
  if (edited) actions.push({ action: 'c2pa.edited.metadata', when: isoSeconds(when) });
  return {
    definition: definition({ ...options, trainingMining }, { actions }),
    ingredients: [],
    resources: new Map(),
    parent: { label: PARENT_LABEL, relationship: 'parentOf' },
    update: true,
  };
}
