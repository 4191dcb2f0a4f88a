/** Where an image comes from, by all that its manifest store states. */
import { ingredientDeltas, ingredientsOf, knownFailures } from './ingredient-failures.js';
import { asObject, asText } from './json.js';
import type { JsonObject } from './json.js';
import { actionsOf } from './manifest.js';
import type { SourceStatement } from './source-type.js';
import { prevailingSource } from './source-type.js';

export interface SourceFinder {
  /** What prevails in a manifest; `from` is as seen from there. Null: nothing is stated. */
  ofManifest(label: string): SourceStatement | null;
  /** What prevails about an ingredient of the manifest `owner`; `from` is as seen from `owner`. */
  ofIngredient(owner: string, ingredient: JsonObject): SourceStatement | null;
}

/** Deeper than the engine reads (200), and shallow enough for the stack. */
export const MAX_DEPTH = 1000;

export function createSourceFinder(store: JsonObject): SourceFinder {
  const manifests = asObject(store['manifests']);
  const deltas = ingredientDeltas(store);
  /** Null while a manifest is being looked at, too: a circle adds nothing. */
  const known = new Map<string, SourceStatement | null>();

  function ofManifest(label: string, depth = 0): SourceStatement | null {
    const earlier = known.get(label);
    if (earlier !== undefined) return earlier;
    if (!Object.hasOwn(manifests, label) || depth > MAX_DEPTH) return null;
    known.set(label, null);
    const manifest = asObject(manifests[label]);
    const began: SourceStatement[] = [];
    const edits: SourceStatement[] = [];
    const parents: SourceStatement[] = [];
    const components: SourceStatement[] = [];
    for (const { action, digitalSourceType: type } of actionsOf(manifest)) {
      if (type === null) continue;
      const origin = action === 'c2pa.created' || action === 'c2pa.opened';
      (origin ? began : edits).push({ type, from: 'active', failures: [] });
    }
    for (const entry of ingredientsOf(manifest)) {
      // What only guided the making (`inputTo`) is not in the picture.
      if (entry['relationship'] === 'inputTo') continue;
      const statement = ofIngredient(label, entry, depth + 1);
      if (statement === null) continue;
      (entry['relationship'] === 'parentOf' ? parents : components).push(statement);
    }
    const found = prevailingSource({ began, edits, parents, components });
    known.set(label, found);
    return found;
  }

  function ofIngredient(owner: string, entry: JsonObject, depth = 1): SourceStatement | null {
    const label = asText(entry['active_manifest']);
    const inner = label === null ? null : ofManifest(label, depth);
    const stated = asText(entry['digital_source_type']);
    const failures = knownFailures(owner, entry, deltas);
    // What the owner says about its ingredient is the owner's word; C2PA 2.4 allows it since v3.
    const own: SourceStatement[] =
      stated === null ? [] : [{ type: stated, from: 'active', failures }];
    const inherited: SourceStatement[] =
      inner === null
        ? []
        : [
            {
              type: inner.type,
              from: 'ingredient',
              failures: [...new Set([...failures, ...inner.failures])],
            },
          ];
    return prevailingSource({ began: own, edits: [], parents: inherited, components: [] });
  }

  return {
    ofManifest: (label) => ofManifest(label),
    ofIngredient: (owner, entry) => ofIngredient(owner, entry),
  };
}
