/** One order for what the engine keeps in hash maps, whose own order is another one at each reading. */
import { asText } from './json.js';
import type { JsonObject } from './json.js';

/**
 * `store` with its active manifest first and the others by label, and the members of what is inside them by name
 * (parameters of actions are a hash map as well). Else the same file would be shown in many ways, and whatever
 * takes the first few manifests would see others each time.
 */
export function inOrder(store: JsonObject): JsonObject {
  const manifests = store['manifests'];
  if (!isObject(manifests)) return store;
  const active = asText(store['active_manifest']);
  const rank = (label: string): number => (label === active ? 0 : 1);
  const entries = Object.entries(manifests)
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([label, manifest]): [string, unknown] => [
      label,
      isObject(manifest) ? withValues(Object.entries(manifest)) : manifest,
    ]);
  return { ...store, manifests: Object.fromEntries(entries) };
}

const withValues = (entries: [string, unknown][]): JsonObject =>
  Object.fromEntries(entries.map(([name, value]) => [name, byName(value)]));

/** The engine refuses JSON nested deeper than 128, so this may call itself. */
function byName(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(byName);
  if (!isObject(value)) return value;
  return withValues(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
