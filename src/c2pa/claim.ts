/** What a manifest store claims: actions, source type, ingredients, soft bindings. */
import { createSourceFinder } from './claim-source.js';
import { asArray, asObject, asText } from './json.js';
import type { JsonObject } from './json.js';
import { actionsOf, labelled, recordedFailures, softwareName } from './manifest.js';
import type { ClaimedAction } from './manifest.js';

export interface ClaimedIngredient {
  title: string | null;
  format: string | null;
  relationship: string | null;
  /** Label of the ingredient's own manifest, null when it had none. */
  manifest: string | null;
  /** What prevails about its origin, by its own manifest and by whoever added it (null: nothing). */
  digitalSourceType: string | null;
  /** Failure codes that the signer recorded when the ingredient was added. */
  failure: string[];
  /** 0 for an ingredient of the active manifest, 1 for an ingredient of that, ... */
  depth: number;
}

export interface Claim {
  /** `name/version` of the software that made the claim. */
  generator: string | null;
  actions: ClaimedAction[];
  /**
   * IPTC URI: generative AI where anything that is in the picture states it, whole
   * (`trainedAlgorithmicMedia`) or in part (`compositeWithTrainedAlgorithmicMedia`); else what the
   * active manifest states, else its parent. A camera type only when nothing contradicts it.
   */
  digitalSourceType: string | null;
  /** Who states that: the signer of this file, or the signer of an ingredient. Null: nobody. */
  sourceTypeFrom: 'active' | 'ingredient' | null;
  /** Failure codes of the ingredients that the statement comes through, as recorded and as found. */
  sourceTypeFailures: string[];
  /** Depth first; at most 200, 64 deep, each manifest once. */
  ingredients: ClaimedIngredient[];
  title: string | null;
}

export interface DeclaredSoftBinding {
  alg: string;
  /** Text as written; bytes (int array or `b64'...'`) as base64. */
  value: string;
}

const MAX_INGREDIENTS = 200;
const MAX_DEPTH = 64;
const MAX_ACTIONS = 200;
const MAX_BINDINGS = 50;

/** Read the claim of the manifest `activeLabel` and of everything it was made from. */
export function readClaim(store: JsonObject, activeLabel: string): Claim | null {
  const manifests = asObject(store['manifests']);
  const has = (label: string): boolean => Object.hasOwn(manifests, label);
  if (!has(activeLabel)) return null;
  const active = asObject(manifests[activeLabel]);
  const sources = createSourceFinder(store);
  // Before the ingredients: where manifests contain each other, the answer is that from the top.
  const source = sources.ofManifest(activeLabel);
  const ingredients: ClaimedIngredient[] = [];
  const seen = new Set([activeLabel]);

  // Its own stack, not recursion: a chain of ingredients is as long as its maker likes.
  const stack = ingredientsOf(active, activeLabel, 0);
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (ingredients.length >= MAX_INGREDIENTS) break;
    const { entry, owner, depth } = next;
    const label = asText(entry['active_manifest']);
    const manifest = label !== null && has(label) ? asObject(manifests[label]) : undefined;
    ingredients.push({
      title: asText(entry['title']),
      format: asText(entry['format']),
      relationship: asText(entry['relationship']),
      manifest: label,
      digitalSourceType: sources.ofIngredient(owner, entry)?.type ?? null,
      failure: recordedFailures(entry),
      depth,
    });
    if (manifest !== undefined && !seen.has(label!) && depth < MAX_DEPTH) {
      seen.add(label!);
      stack.push(...ingredientsOf(manifest, label!, depth + 1));
    }
  }
  return {
    generator:
      softwareName(asArray(active['claim_generator_info'])[0]) ?? asText(active['claim_generator']),
    actions: actionsOf(active).slice(0, MAX_ACTIONS),
    digitalSourceType: source?.type ?? null,
    sourceTypeFrom: source?.from ?? null,
    sourceTypeFailures: [...(source?.failures ?? [])],
    ingredients,
    title: asText(active['title']),
  };
}

/** In reverse, so that a stack yields them in the order of the file. */
function ingredientsOf(
  manifest: JsonObject,
  owner: string,
  depth: number,
): { entry: JsonObject; owner: string; depth: number }[] {
  return asArray(manifest['ingredients'])
    .map((entry) => ({ entry: asObject(entry), owner, depth }))
    .reverse();
}

/** Soft bindings of the active manifest (`c2pa.soft-binding`, one value per block). */
export function readSoftBindings(store: JsonObject, activeLabel: string): DeclaredSoftBinding[] {
  const manifests = asObject(store['manifests']);
  if (!Object.hasOwn(manifests, activeLabel)) return [];
  const out: DeclaredSoftBinding[] = [];
  for (const data of labelled(asObject(manifests[activeLabel]), /^c2pa\.soft-binding(__\d+)?$/)) {
    const alg = asText(data['alg']);
    if (alg === null) continue;
    for (const block of asArray(data['blocks'])) {
      const value = bindingValue(asObject(block)['value']);
      if (value !== null && out.length < MAX_BINDINGS) out.push({ alg, value });
    }
  }
  return out;
}

function bindingValue(value: unknown): string | null {
  if (typeof value === 'string') return asText(/^b64'(.*)'$/s.exec(value)?.[1] ?? value);
  if (!Array.isArray(value)) return null;
  const bytes = asArray(value);
  return bytes.every((byte) => typeof byte === 'number' && byte >= 0 && byte <= 255)
    ? Buffer.from(bytes as number[]).toString('base64')
    : null;
}
