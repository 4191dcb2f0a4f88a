/** JSON from a file: never trusted to parse, to be an object, or to be shallow. */

export type JsonObject = Record<string, unknown>;

/** Python's `json.dumps` writes NaN and infinities, which JSON does not have. */
const PYTHON_NUMBERS = /([:[,]\s*)(?:NaN|-?Infinity)\b/g;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object in `text`, or null. Numbers that only Python writes become null. */
export function parseJsonObject(text: string): JsonObject | null {
  if (!/^\s*\{/.test(text)) return null;
  const value = tryParse(text) ?? tryParse(text.replace(PYTHON_NUMBERS, '$1null'));
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
 */
export function findMember(root: JsonObject, key: string): unknown {
  let level: unknown[] = [root];
  let visits = 0;
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    const next: unknown[] = [];
    for (const item of level) {
      if (++visits > MAX_VISITS) return undefined;
      const value = typeof item === 'string' ? parseJsonObject(item) : item;
      if (isObject(value)) {
        if (Object.hasOwn(value, key)) return value[key];
        next.push(...Object.values(value).slice(0, MAX_VISITS));
      } else if (Array.isArray(value)) next.push(...(value as unknown[]).slice(0, MAX_VISITS));
    }
    level = next;
  }
  return undefined;
}
