/** What is held against the ingredients of a manifest: by whoever added them, and by the engine today. */
import { asArray, asObject, asText } from './json.js';
import type { JsonObject } from './json.js';
import { codesOf, recordedFailures } from './manifest.js';

/** More ingredients than any tool writes; the engine itself stops at chains of 200. */
export const MAX_INGREDIENTS_READ = 20_000;

/** Of one manifest, all of them within that bound. */
export const ingredientsOf = (manifest: JsonObject): JsonObject[] =>
  asArray(manifest['ingredients'], MAX_INGREDIENTS_READ).map(asObject);

/** What the engine finds about each ingredient today that differs from what its signer wrote down. */
export type IngredientDeltas = ReadonlyMap<string, JsonObject>;

export function ingredientDeltas(store: JsonObject): IngredientDeltas {
  const results = asObject(store['validation_results']);
  return new Map(
    asArray(results['ingredientDeltas'], Infinity)
      .map(asObject)
      .map((delta) => [
        asText(delta['ingredientAssertionURI']) ?? '',
        asObject(delta['validationDeltas']),
      ]),
  );
}

const assertionUri = (owner: string, ingredient: JsonObject): string =>
  `self#jumbf=/c2pa/${owner}/c2pa.assertions/${asText(ingredient['label']) ?? ''}`;

/** Failure codes of today that the signer had not recorded, each once. */
export function foundFailures(
  owner: string,
  ingredient: JsonObject,
  deltas: IngredientDeltas,
): string[] {
  const delta = deltas.get(assertionUri(owner, ingredient)) ?? {};
  return codesOf(asArray(delta['failure'], Infinity));
}

/** As recorded, with today's findings: a signer without trust lists records everyone as untrusted. */
export function knownFailures(
  owner: string,
  ingredient: JsonObject,
  deltas: IngredientDeltas,
): string[] {
  const delta = deltas.get(assertionUri(owner, ingredient)) ?? {};
  const trusted = codesOf(asArray(delta['success'])).includes('signingCredential.trusted');
  const recorded = recordedFailures(ingredient).filter(
    (code) => !(trusted && code === 'signingCredential.untrusted'),
  );
  return [...new Set([...recorded, ...foundFailures(owner, ingredient, deltas)])];
}
