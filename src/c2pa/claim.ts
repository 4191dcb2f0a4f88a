/** What a manifest store claims: actions, source type, ingredients, soft bindings. */
import { asArray, asObject, asText } from './json.js';
import type { JsonObject } from './json.js';

export interface ClaimedAction {
  action: string;
  when: string | null;
  digitalSourceType: string | null;
  softwareAgent: string | null;
  description: string | null;
}

export interface ClaimedIngredient {
  title: string | null;
  format: string | null;
  relationship: string | null;
  /** Label of the ingredient's own manifest, null when it had none. */
  manifest: string | null;
  /** What that manifest says about its origin, however deep (null: nothing). */
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
  /** IPTC URI, from the active manifest or else from the nearest ingredient that has one. */
  digitalSourceType: string | null;
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

function softwareName(value: unknown): string | null {
  if (typeof value === 'string') return asText(value);
  const { name, version } = asObject(value);
  const text = asText(name);
  if (text === null) return null;
  const release = asText(version);
  return release === null ? text : `${text}/${release}`;
}

const labelled = (manifest: JsonObject, pattern: RegExp): JsonObject[] =>
  asArray(manifest['assertions'])
    .map(asObject)
    .filter((assertion) => pattern.test(asText(assertion['label']) ?? ''))
    .map((assertion) => asObject(assertion['data']));

function actionsOf(manifest: JsonObject): ClaimedAction[] {
  return labelled(manifest, /^c2pa\.actions(\.v\d+)?(__\d+)?$/)
    .flatMap((data) => asArray(data['actions']))
    .slice(0, MAX_ACTIONS)
    .map(asObject)
    .map((action) => ({
      action: asText(action['action']) ?? '',
      when: asText(action['when']),
      digitalSourceType: asText(action['digitalSourceType']),
      softwareAgent: softwareName(action['softwareAgent']),
      description: asText(action['description']),
    }));
}

/** The source type of a manifest's own actions: how the image began decides, then the first other. */
function ownSourceType(actions: readonly ClaimedAction[]): string | null {
  const withType = actions.filter((action) => action.digitalSourceType !== null);
  const created = withType.find((action) => action.action === 'c2pa.created');
  return (created ?? withType[0])?.digitalSourceType ?? null;
}

/** Read the claim of the manifest `activeLabel` and of everything it was made from. */
export function readClaim(store: JsonObject, activeLabel: string): Claim | null {
  const manifests = asObject(store['manifests']);
  const has = (label: string): boolean => Object.hasOwn(manifests, label);
  if (!has(activeLabel)) return null;
  const active = asObject(manifests[activeLabel]);
  const ingredients: ClaimedIngredient[] = [];
  const seen = new Set([activeLabel]);

  // Its own stack, not recursion: a chain of ingredients is as long as its maker likes.
  const stack = ingredientsOf(active, 0);
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (ingredients.length >= MAX_INGREDIENTS) break;
    const { entry, depth } = next;
    const label = asText(entry['active_manifest']);
    const manifest = label !== null && has(label) ? asObject(manifests[label]) : undefined;
    ingredients.push({
      title: asText(entry['title']),
      format: asText(entry['format']),
      relationship: asText(entry['relationship']),
      manifest: label,
      digitalSourceType:
        asText(entry['digital_source_type']) ??
        (manifest === undefined ? null : ownSourceType(actionsOf(manifest))),
      failure: recordedFailures(entry),
      depth,
    });
    if (manifest !== undefined && !seen.has(label!) && depth < MAX_DEPTH) {
      seen.add(label!);
      stack.push(...ingredientsOf(manifest, depth + 1));
    }
  }
  const actions = actionsOf(active);
  const inherited = ingredients
    .filter((entry) => entry.digitalSourceType !== null && entry.relationship !== 'inputTo')
    .sort((a, b) => a.depth - b.depth)[0];
  return {
    generator:
      softwareName(asArray(active['claim_generator_info'])[0]) ?? asText(active['claim_generator']),
    actions,
    digitalSourceType: ownSourceType(actions) ?? inherited?.digitalSourceType ?? null,
    ingredients,
    title: asText(active['title']),
  };
}

/** In reverse, so that a stack yields them in the order of the file. */
function ingredientsOf(
  manifest: JsonObject,
  depth: number,
): { entry: JsonObject; depth: number }[] {
  return asArray(manifest['ingredients'])
    .map((entry) => ({ entry: asObject(entry), depth }))
    .reverse();
}

function recordedFailures(entry: JsonObject): string[] {
  const results = asObject(asObject(entry['validation_results'])['activeManifest']);
  const recorded = [...asArray(results['failure']), ...asArray(entry['validation_status'])];
  const codes = recorded
    .map((status) => asText(asObject(status)['code']))
    .filter((c) => c !== null);
  // validation_status (v1, v2) mixes failures with notes about trust in a list of the signer's.
  return [...new Set(codes)];
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
