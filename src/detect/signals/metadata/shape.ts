/** Whether JSON holds what a tool always writes: own members, by name and by kind. Anybody's JSON may have one or two of them. */
import type { JsonObject } from './json.js';
import { isObject } from './json.js';

/** `number` may stand in quotes: some tools write all settings as text. */
export type Kind = 'string' | 'number' | 'object' | 'array';
export type Shape = Readonly<Record<string, Kind>>;

const NUMBER = /^-?\d{1,20}(?:\.\d{1,20})?$/;

export function isKind(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case 'string':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number' || (typeof value === 'string' && NUMBER.test(value));
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
  }
}

/** How many members of `shape` the object has. */
export function countFitting(json: JsonObject, shape: Shape): number {
  return Object.entries(shape).filter(
    ([name, kind]) => Object.hasOwn(json, name) && isKind(json[name], kind),
  ).length;
}

/** Whether the object has every member of `shape`. */
export function fits(json: JsonObject, shape: Shape): boolean {
  return countFitting(json, shape) === Object.keys(shape).length;
}
