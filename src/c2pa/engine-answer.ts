/** What the engine says about one file, in its three forms. */
import type { Engine } from './engine.js';
import { asObject } from './json.js';
import type { JsonObject } from './json.js';
import { inOrder } from './manifest-order.js';
import type { SignatureBox } from './signature-box.js';
import { readSignatureBox } from './signature-box.js';

export interface EngineAnswer {
  /** The manifest store as c2pa-rs shows it, its manifests in an order of ours. */
  store: JsonObject;
  /** The same as crJSON, which alone shows certificates. */
  crJson: JsonObject;
  /** What stands beside the active manifest's signature; null when it cannot be read. */
  signature: SignatureBox | null;
}

/** @throws whatever the engine throws about the file. */
export async function readOnce(
  engine: Engine,
  bytes: Uint8Array,
  mime: string,
  settings: string,
): Promise<EngineAnswer> {
  const reader = await engine.Reader.fromBytes(mime, bytes, settings);
  try {
    const label = reader.activeLabel();
    return {
      store: inOrder(asObject(JSON.parse(reader.json()) as unknown)),
      crJson: asObject(JSON.parse(reader.crJson()) as unknown),
      signature:
        label === undefined ? null : signatureOf(label, (uri) => reader.resourceToBytes(uri)),
    };
  } finally {
    reader.free();
  }
}

/** For the address of a manifest the engine hands out the whole store as it stands in the file. */
function signatureOf(label: string, resource: (uri: string) => Uint8Array): SignatureBox | null {
  let store: Uint8Array;
  try {
    store = resource(`self#jumbf=/c2pa/${label}`);
  } catch (error) {
    // It says ResourceNotFound as a string; an Error is a crash and goes on its way.
    if (error instanceof Error) throw error;
    return null;
  }
  return readSignatureBox(store, label);
}
