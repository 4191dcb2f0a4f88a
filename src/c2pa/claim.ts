/** What a manifest store claims: actions, source type, ingredients, soft bindings. */
import { createSourceFinder, MAX_DEPTH } from './claim-source.js';
import {
  foundFailures,
  ingredientDeltas,
  ingredientsOf,
  MAX_INGREDIENTS_READ,
} from './ingredient-failures.js';
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
  /** Failure codes that the engine finds today and the signer had not recorded. */
  found: string[];
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
  /**
   * Depth first, to a depth of 1000, each manifest once. At most 200, and behind them up to 200 more
   * that have failures, so that none is hidden behind a crowd.
   */
  ingredients: ClaimedIngredient[];
  /** How many more there are. */
  ingredientsOmitted: number;
  title: string | null;
}

export interface DeclaredSoftBinding {
  alg: string;
  /** Text as written; bytes (int array or `b64'...'`) as base64. */
  value: string;
}

const MAX_INGREDIENTS = 200;
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
  const failing: ClaimedIngredient[] = [];
  let omitted = 0;
  const seen = new Set([activeLabel]);
  const deltas = ingredientDeltas(store);

  // Its own stack, not recursion: a chain of ingredients is as long as its maker likes.
  const stack = entriesOf(active, activeLabel, 0);
  for (let read = 0; stack.length > 0 && read < MAX_INGREDIENTS_READ; read++) {
    const { entry, owner, depth } = stack.pop()!;
    const label = asText(entry['active_manifest']);
    const manifest = label !== null && has(label) ? asObject(manifests[label]) : undefined;
    const ingredient = {
      title: asText(entry['title']),
      format: asText(entry['format']),
      relationship: asText(entry['relationship']),
      manifest: label,
      digitalSourceType: sources.ofIngredient(owner, entry)?.type ?? null,
      failure: recordedFailures(entry),
      found: foundFailures(owner, entry, deltas),
      depth,
    };
    const fails = ingredient.failure.length + ingredient.found.length > 0;
    if (ingredients.length < MAX_INGREDIENTS) ingredients.push(ingredient);
    else if (fails && failing.length < MAX_INGREDIENTS) failing.push(ingredient);
    else omitted++;
    if (manifest !== undefined && !seen.has(label!) && depth < MAX_DEPTH) {
      seen.add(label!);
      stack.push(...entriesOf(manifest, label!, depth + 1));
    }
  }
  return {
    generator:
      softwareName(asArray(active['claim_generator_info'])[0]) ?? asText(active['claim_generator']),
    actions: actionsOf(active).slice(0, MAX_ACTIONS),
    digitalSourceType: source?.type ?? null,
    sourceTypeFrom: source?.from ?? null,
    sourceTypeFailures: [...(source?.failures ?? [])],
    ingredients: [...ingredients, ...failing],
    ingredientsOmitted: omitted + stack.length,
    title: asText(active['title']),
  };
}

/** In reverse, so that a stack yields them in the order of the file. */
function entriesOf(
  manifest: JsonObject,
  owner: string,
  depth: number,
): { entry: JsonObject; owner: string; depth: number }[] {
  return ingredientsOf(manifest)
    .map((entry) => ({ entry, owner, depth }))
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
