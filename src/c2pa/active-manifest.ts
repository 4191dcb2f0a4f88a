/** Which manifest of a store is the active one, without the engine. */
import { readJumbf } from './jumbf.js';

/**
 * The label of the last manifest of a store, which is the active one (C2PA 2.4 section 11.1.4); it names the store in
 * registries.
 *
 * @returns null when `store` holds no manifest with a label.
 */
export function activeManifestLabel(store: Uint8Array): string | null {
  const top = readJumbf(store).find(({ type, label }) => type === 'jumb' && label === 'c2pa');
  if (top === undefined) return null;
  const manifests = readJumbf(top.content).filter(({ type }) => type === 'jumb');
  return manifests[manifests.length - 1]?.label ?? null;
}
