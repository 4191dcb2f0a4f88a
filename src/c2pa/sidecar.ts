/**
 * A manifest store beside its image. The engine reads such a store only by itself, and then holds
 * against it that no image is there; so the hash (C2PA 2.4 sections 18.5 and 18.7) is compared here, once
 * the engine has found the assertion that carries it covered by the claim's signature.
 */
import { createHash } from 'node:crypto';
import { bmffHash } from './bmff-hash.js';
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
  const { checked, kind } = checkBinding(found, image);
  const results = asObject(found.store['validation_results']);
  const active = asObject(results['activeManifest']);
  const without = (list: string): JsonObject[] =>
    asArray(active[list])
      .map(asObject)
      .filter((status) => !HARD_BINDING.test(asText(status['code']) ?? ''));
  const success = without('success');
  const failure = without('failure');
  if (checked === 'match') {
    const explanation = 'hash of the image beside the manifest';
    success.push({ code: `assertion.${kind}.match`, explanation });
  } else if (checked === 'mismatch') {
    const explanation = 'the image beside the manifest is not the one that was signed';
    failure.push({ code: `assertion.${kind}.mismatch`, explanation });
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

/** Labels of the hard bindings that are compared here -> their names in status codes. */
const KINDS: Readonly<Record<string, string>> = {
  'c2pa.hash.data': 'dataHash',
  'c2pa.hash.bmff.v3': 'bmffHash',
};

interface Binding {
  checked: Checked;
  /** Name in status codes. */
  kind: string;
}

function checkBinding({ store, crJson }: DetachedFindings, image: Uint8Array): Binding {
  const unchecked: Binding = { checked: 'unchecked', kind: 'dataHash' };
  const label = asText(store['active_manifest']);
  const manifests = asArray(crJson['manifests']).map(asObject);
  const manifest = manifests.find((entry) => label !== null && entry['label'] === label);
  if (manifest === undefined || manifest['isUpdateManifest'] === true) return unchecked;
  const assertions = asObject(manifest['assertions']);
  const bindings = Object.keys(assertions).filter((name) => name.startsWith('c2pa.hash.'));
  const [binding] = bindings;
  if (bindings.length !== 1 || !Object.hasOwn(KINDS, binding!)) return unchecked;

  const results = asObject(store['validation_results']);
  const url = `self#jumbf=/c2pa/${label}/c2pa.assertions/${binding}`;
  const signed = asArray(asObject(results['activeManifest'])['success'])
    .map(asObject)
    .some((status) => status['code'] === 'assertion.hashedURI.match' && status['url'] === url);
  const assertion = asObject(assertions[binding!]);
  const name =
    asText(assertion['alg']) ?? asText(asObject(manifest['claim.v2'] ?? manifest['claim'])['alg']);
  const expected = /^b64'([A-Za-z0-9+/]+=*)'$/.exec(asText(assertion['hash']) ?? '')?.[1];
  if (!signed || name === null || !Object.hasOwn(DIGESTS, name) || expected === undefined) {
    return unchecked;
  }
  const compare = binding === 'c2pa.hash.data' ? compareData : compareBmff;
  return { checked: compare(image, assertion, DIGESTS[name]!, expected), kind: KINDS[binding!]! };
}

type Compare = (
  image: Uint8Array,
  assertion: JsonObject,
  digest: string,
  expected: string,
) => Checked;

const compareData: Compare = (image, { exclusions }, digest, expected) => {
  if (createHash(digest).update(image).digest('base64') === expected) return 'match';
  // Bytes left out were those of a manifest inside the file. When exactly these were cut out, the
  // rest is what was hashed (above); otherwise sizes and offsets of the format went with them.
  return leavesNothingOut(exclusions) ? 'mismatch' : 'unchecked';
};

/** The place of every box is hashed too, so a file whose manifest was cut out is not the signed one. */
const compareBmff: Compare = (image, assertion, digest, expected) => {
  const found = bmffHash(image, assertion, digest);
  if (found === null) return 'unchecked';
  return found === expected ? 'match' : 'mismatch';
};

/** For TIFF c2pa-rs writes an exclusion of no bytes. */
const leavesNothingOut = (exclusions: unknown): boolean =>
  exclusions === undefined ||
  (Array.isArray(exclusions) &&
    asArray(exclusions).every((range) => asObject(range)['length'] === 0));
