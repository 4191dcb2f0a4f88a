/**
 * The manifest store as crJSON, the form that the C2PA Conformance Program exchanges and that its rubrics
 * are written for. It is the engine's own output, whole: names and places included.
 */
import { assertBytes, errorMessage, isImprintError } from '../core/index.js';
import { withEngine } from './engine.js';
import { isCredentialFormat } from './formats.js';
import { asObject } from './json.js';
import type { JsonObject } from './json.js';
import type { ReadCredentialsOptions } from './read.js';
import { readSettings } from './settings.js';
import { bindDetached, STORE_MIME } from './sidecar.js';
import { checkTrust } from './trust.js';

export interface CrJsonResult {
  /** Null when the file has no credentials that can be read. */
  crJson: JsonObject | null;
  /** Why there is none, else null. */
  problem: string | null;
}

/** As text. A store larger than this is one made to be large. */
const MAX_CHARACTERS = 16 << 20;
const NONE = 'no Content Credentials';

/**
 * @param mime its true type, by magic bytes.
 * @throws TypeError for arguments of the wrong kind; C2paError C2PA_CERTIFICATE for a trust list that
 *   cannot be read, C2PA_ENGINE without an engine. Nothing about the file throws.
 */
export async function readCrJson(
  bytes: Uint8Array,
  mime: string,
  options: ReadCredentialsOptions = {},
): Promise<CrJsonResult> {
  assertBytes(bytes, 'bytes');
  const { trust = {}, validationTime: now, manifestData } = options;
  if (manifestData !== undefined) assertBytes(manifestData, 'manifestData');
  checkTrust(trust);
  const read = (
    source: Uint8Array,
    type: string,
    remoteManifest?: Uint8Array,
    image?: Uint8Array,
  ): Promise<CrJsonResult> =>
    withEngine(
      async ({ Reader }) => {
        const settings = readSettings(trust, remoteManifest !== undefined);
        const reader = await Reader.fromBytes(type, source, settings);
        try {
          const text = reader.crJson();
          if (text.length > MAX_CHARACTERS) return { crJson: null, problem: 'more than 16 MiB' };
          const crJson = asObject(JSON.parse(text) as unknown);
          if (image === undefined) return { crJson, problem: null };
          const store = asObject(JSON.parse(reader.json()) as unknown);
          return { crJson: bound({ store, crJson }, image), problem: null };
        } finally {
          reader.free();
        }
      },
      { now, remoteManifest },
    ).catch(unreadable);

  const inside = isCredentialFormat(mime)
    ? await read(bytes, mime)
    : { crJson: null, problem: NONE };
  if (inside.crJson !== null || manifestData === undefined) return inside;
  const addressed = isCredentialFormat(mime) ? await read(bytes, mime, manifestData) : inside;
  return addressed.crJson === null ? read(manifestData, STORE_MIME, undefined, bytes) : addressed;
}

/** What the engine holds against a store without its image gives way to what the image says. */
function bound(found: { store: JsonObject; crJson: JsonObject }, image: Uint8Array): JsonObject {
  const { store } = bindDetached(found, image).found;
  const validationResults = asObject(asObject(store['validation_results'])['activeManifest']);
  const manifests = found.crJson['manifests'];
  if (!Array.isArray(manifests)) return found.crJson;
  const [first, ...rest] = manifests as unknown[];
  return { ...found.crJson, manifests: [{ ...asObject(first), validationResults }, ...rest] };
}

function unreadable(error: unknown): CrJsonResult {
  if (isImprintError(error) && error.code === 'C2PA_ENGINE') throw error;
  const said = errorMessage(error).slice(0, 500);
  return { crJson: null, problem: /\bJumbfNotFound\b/.test(said) ? NONE : said };
}
