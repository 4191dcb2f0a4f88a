/** JSON from a file: never trusted to parse, to be an object, or to be shallow. */

import { countJsonValues } from './json-size.js';

export type JsonObject = Record<string, unknown>;

/** Python's `json.dumps` writes NaN and infinities, which JSON does not have. */
const PYTHON_NUMBERS = /([:[,]\s*)(?:NaN|-?Infinity)\b/g;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object in a text, or null. */
export type ReadJson = (text: string) => JsonObject | null;

/**
 * Members and items of all texts together: a graph of ComfyUI of 3 MB has 300,000, and parsing so many different keys takes half a
 * second.
 */
const MAX_VALUES = 400_000;

/**
 * Reads the texts of one file. A dozen readers look into the same text, so each is parsed once, and what is too large or too deep not
 * at all. The objects live as long as the function.
 */
export function createJsonReader(): ReadJson {
  const known = new Map<string, JsonObject | null>();
  let left = MAX_VALUES;
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (!/^\s*\{/.test(text)) return null;
    const values = countJsonValues(text);
    const json = values <= left ? parse(text) : null;
    if (values <= left) left -= values;
    known.set(text, json);
    return json;
  };
}

/** The object in a text that nobody else reads, or null. */
export function parseJsonObject(text: string): JsonObject | null {
  return createJsonReader()(text);
}

/** Numbers that only Python writes become null. */
function parse(text: string): JsonObject | null {
  const value =
    tryParse(text) ??
    (text.search(PYTHON_NUMBERS) < 0 ? null : tryParse(text.replace(PYTHON_NUMBERS, '$1null')));
  return isObject(value) ? value : null;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const MAX_DEPTH = 6;
const MAX_VISITS = 5000;

/**
 * The first value of the member `key` anywhere in `root` (breadth first), strings that hold JSON
 * objects included, since apps nest their settings so. Undefined when there is none.
 * @param readJson reads those strings.
 */
export function findMember(
  root: JsonObject,
  key: string,
  readJson: ReadJson = parseJsonObject,
): unknown {
  let level: unknown[] = [root];
  let visits = 0;
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    const next: unknown[] = [];
    for (const item of level) {
      if (++visits > MAX_VISITS) return undefined;
      const value = typeof item === 'string' ? readJson(item) : item;
      if (isObject(value)) {
        if (Object.hasOwn(value, key)) return value[key];
        next.push(...Object.values(value).slice(0, MAX_VISITS));
      } else if (Array.isArray(value)) next.push(...(value as unknown[]).slice(0, MAX_VISITS));
    }
    level = next;
  }
  return undefined;
}
