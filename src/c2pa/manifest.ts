/** The parts of one manifest, as c2pa-rs shows it in JSON. */
import { reportsSuccess } from './codes.js';
import { asArray, asObject, asText } from './json.js';
import type { JsonObject } from './json.js';

export interface ClaimedAction {
  action: string;
  when: string | null;
  digitalSourceType: string | null;
  softwareAgent: string | null;
  description: string | null;
}

export function softwareName(value: unknown): string | null {
  if (typeof value === 'string') return asText(value);
  const { name, version } = asObject(value);
  const text = asText(name);
  if (text === null) return null;
  const release = asText(version);
  return release === null ? text : `${text}/${release}`;
}

/** Data of the assertions whose label matches. */
export const labelled = (manifest: JsonObject, pattern: RegExp): JsonObject[] =>
  asArray(manifest['assertions'])
    .map(asObject)
    .filter((assertion) => pattern.test(asText(assertion['label']) ?? ''))
    .map((assertion) => asObject(assertion['data']));

/** All of them, in the order of the file, at most 1000 of an assertion. */
export function actionsOf(manifest: JsonObject): ClaimedAction[] {
  return labelled(manifest, /^c2pa\.actions(\.v\d+)?(__\d+)?$/)
    .flatMap((data) => asArray(data['actions']))
    .map(asObject)
    .map((action) => ({
      action: asText(action['action']) ?? '',
      when: asText(action['when']),
      digitalSourceType: asText(action['digitalSourceType']),
      softwareAgent: softwareName(action['softwareAgent']),
      description: asText(action['description']),
    }));
}

/** Failure codes that the signer wrote down when the ingredient was added. */
export function recordedFailures(ingredient: JsonObject): string[] {
  const results = asObject(asObject(ingredient['validation_results'])['activeManifest']);
  // validation_status (v1, v2) mixes failures with what went well in one list of the signer's.
  const recorded = [...asArray(results['failure']), ...asArray(ingredient['validation_status'])];
  return codesOf(recorded).filter((code) => !reportsSuccess(code));
}

/** Codes of validation statuses, each once. */
export function codesOf(statuses: readonly unknown[]): string[] {
  const codes = statuses.map((status) => asText(asObject(status)['code']));
  return [...new Set(codes.filter((code) => code !== null))];
}
