/** Careful access to JSON that the engine made from a stranger's file. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Strings of a manifest are cut here: the longest that anything shows or compares. */
export const MAX_STRING = 1000;
const MAX_ITEMS = 1000;

export function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : {};
}

/** The first `limit` elements of an array, or nothing. */
export function asArray(value: unknown, limit = MAX_ITEMS): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]).slice(0, limit) : [];
}

export function asText(value: unknown): string | null {
  return typeof value === 'string' ? value.slice(0, MAX_STRING) : null;
}

/** A copy within bounds: strings cut, arrays and depth limited, so that a report stays a report. */
export function boundedCopy(value: unknown, budget = { nodes: 20_000 }, depth = 0): unknown {
  if (typeof value === 'string') {
    return value.length > MAX_STRING ? `${value.slice(0, MAX_STRING)}…` : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 32 || budget.nodes <= 0) return '…';
  if (Array.isArray(value)) {
    budget.nodes -= value.length;
    const kept = (value as unknown[]).slice(0, MAX_ITEMS);
    return kept.map((item) => boundedCopy(item, budget, depth + 1));
  }
  const entries = Object.entries(value).slice(0, MAX_ITEMS);
  budget.nodes -= entries.length;
  return Object.fromEntries(
    entries.map(([key, item]) => [key.slice(0, MAX_STRING), boundedCopy(item, budget, depth + 1)]),
  );
}
