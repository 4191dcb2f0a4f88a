/**
 * A manifest store beside its image. The engine reads such a store only by itself, and then holds
 * against it that no image is there; so the data hash (C2PA 2.4 section 18.5) is compared here, once
 * the engine has found the assertion that carries it covered by the claim's signature.
 */
import { createHash } from 'node:crypto';
import { asArray, asObject, asText } from './json.js';
import type { JsonObject } from './json.js';

/** Type of a manifest store by itself. */
export const STORE_MIME = 'application/c2pa';

type Checked = 'match' | 'mismatch' | 'unchecked';

export interface DetachedFindings {
  store: JsonObject;
  crJson: JsonObject;
}

const HARD_BINDING = /^assertion\.(data|bmff|boxes|collection|multiAsset)Hash\.[a-zA-Z]+$/;
/** C2PA 2.4 section 13.1, by their names in OpenSSL. */
const DIGESTS: Readonly<Record<string, string>> = {
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
};
const UNCHECKED =
  'this engine cannot check a detached manifest of this kind against the image: ' +
  'whether it belongs to it is not known';

/**
 * @param found the engine's view of the store alone.
 * @returns the same with the engine's verdict on the (absent) image replaced by ours, and `problem`
 *   where there is none. `validation_state` goes, since it is about a file that nobody has.
 */
export function bindDetached<T extends DetachedFindings>(
  found: T,
  image: Uint8Array,
): { found: T; problem: string | null } {
  const checked = checkDataHash(found, image);
  const results = asObject(found.store['validation_results']);
  const active = asObject(results['activeManifest']);
  const without = (kind: string): JsonObject[] =>
    asArray(active[kind])
      .map(asObject)
      .filter((status) => !HARD_BINDING.test(asText(status['code']) ?? ''));
  const success = without('success');
  const failure = without('failure');
  if (checked === 'match') {
    const explanation = 'data hash of the image beside the manifest';
    success.push({ code: 'assertion.dataHash.match', explanation });
  } else if (checked === 'mismatch') {
    const explanation = 'the image beside the manifest is not the one that was signed';
    failure.push({ code: 'assertion.dataHash.mismatch', explanation });
  }
  const judged = { ...active, success, failure };
  const store = {
    ...found.store,
    validation_state: null,
    validation_results: { ...results, activeManifest: judged },
  };
  const crJson = withResults(found.crJson, asText(found.store['active_manifest']), judged);
  return {
    found: { ...found, store, crJson },
    problem: checked === 'unchecked' ? UNCHECKED : null,
  };
}

/** crJSON repeats the results in the manifest that they are about. */
function withResults(crJson: JsonObject, label: string | null, judged: JsonObject): JsonObject {
  const manifests = crJson['manifests'];
  if (!Array.isArray(manifests)) return crJson;
  return {
    ...crJson,
    manifests: (manifests as unknown[]).map((entry) => {
      const manifest = asObject(entry);
      if (manifest['label'] !== label) return entry;
      return {
        ...manifest,
        validationResults: { ...asObject(manifest['validationResults']), ...judged },
      };
    }),
  };
}

function checkDataHash({ store, crJson }: DetachedFindings, image: Uint8Array): Checked {
  const label = asText(store['active_manifest']);
  const manifests = asArray(crJson['manifests']).map(asObject);
  const manifest = manifests.find((entry) => label !== null && entry['label'] === label);
  if (manifest === undefined || manifest['isUpdateManifest'] === true) return 'unchecked';
  const assertions = asObject(manifest['assertions']);
  const bindings = Object.keys(assertions).filter((name) => name.startsWith('c2pa.hash.'));
  if (bindings.length !== 1 || bindings[0] !== 'c2pa.hash.data') return 'unchecked';

  const results = asObject(store['validation_results']);
  const url = `self#jumbf=/c2pa/${label}/c2pa.assertions/c2pa.hash.data`;
  const signed = asArray(asObject(results['activeManifest'])['success'])
    .map(asObject)
    .some((status) => status['code'] === 'assertion.hashedURI.match' && status['url'] === url);
  const { alg, hash, exclusions } = asObject(assertions['c2pa.hash.data']);
  const name = asText(alg) ?? asText(asObject(manifest['claim.v2'] ?? manifest['claim'])['alg']);
  const expected = /^b64'([A-Za-z0-9+/]+=*)'$/.exec(asText(hash) ?? '')?.[1];
  if (!signed || name === null || !Object.hasOwn(DIGESTS, name) || expected === undefined) {
    return 'unchecked';
  }
  const equal = createHash(DIGESTS[name]!).update(image).digest('base64') === expected;
  if (equal) return 'match';
  // Bytes left out were those of a manifest inside the file. When exactly these were cut out, the
  // rest is what was hashed (above); otherwise sizes and offsets of the format went with them.
  return leavesNothingOut(exclusions) ? 'mismatch' : 'unchecked';
}

/** For TIFF c2pa-rs writes an exclusion of no bytes. */
const leavesNothingOut = (exclusions: unknown): boolean =>
  exclusions === undefined ||
  (Array.isArray(exclusions) &&
    asArray(exclusions).every((range) => asObject(range)['length'] === 0));
