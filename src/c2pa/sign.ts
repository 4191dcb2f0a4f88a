/** Sign an image: the manifest is built by the engine, the signature by the caller's `Signer`. */
import { assertBytes, errorMessage, isImprintError, printable } from '../core/index.js';
import { reserveSize, signClaim } from './cose.js';
import { withEngine } from './engine.js';
import { C2paError } from './errors.js';
import { CREDENTIAL_FORMATS, isCredentialFormat, takesUpdate } from './formats.js';
import type { CredentialFormat } from './formats.js';
import { addIngredients, blobOf } from './ingredients.js';
import type { Builder, ParentImage } from './ingredients.js';
import { prepareImage } from './prepare.js';
import { signSettings } from './settings.js';
import type { Signer } from './signer.js';
import { createStamp } from './stamp.js';
import { assertWebAddress } from './templates/text.js';
import type { ManifestTemplate } from './templates/types.js';
import type { TimestampSource } from './timestamp.js';

export interface SignImageOptions {
  template: ManifestTemplate;
  signer: Signer;
  /** Default: none; the signature then stops counting when the certificate expires (a warning says so). */
  timestamp?: TimestampSource;
  /** The image that this one was made from; its credentials are kept. Needed when the template opens a parent. */
  parent?: ParentImage;
  /** The further images that the template names as its inputs, in its order. Default: none. */
  inputs?: readonly ParentImage[];
  /** Names of soft binding algorithms the engine should know. Default: none. */
  softBindingAlgorithms?: readonly string[];
  /**
   * A small picture of the image for viewers, JPEG or PNG (`c2pa.thumbnail.claim`). It adds its own size
   * to the file. Not for update manifests. Default: none.
   */
  thumbnail?: { bytes: Uint8Array; mime: 'image/jpeg' | 'image/png' };
  /** https address of the manifest, written into the file's XMP. Default: none. */
  remoteUrl?: string;
  /** False leaves the manifest out of the file; `manifest` of the result is then its only copy. Default true. */
  embed?: boolean;
}

export interface SignedImage {
  /** The file, with the manifest inside unless `embed` was false. */
  bytes: Uint8Array;
  /** The manifest store alone (application/c2pa). */
  manifest: Uint8Array;
  /** True when an update manifest was written (where the template is one and the format takes it). */
  update: boolean;
  warnings: string[];
}

/**
 * @param bytes a whole image file; an earlier manifest in it is replaced (give it as `parent` to keep it).
 * @param mime its true type (see `CREDENTIAL_FORMATS`).
 * @throws C2paError C2PA_UNSUPPORTED_FORMAT, C2PA_SIGN_FAILED, C2PA_SIGNATURE, C2PA_TIMESTAMP,
 *   C2PA_ENGINE(_CRASHED), and whatever `signer.sign` rejects with.
 */
export async function signImage(
  bytes: Uint8Array,
  mime: string,
  options: SignImageOptions,
): Promise<SignedImage> {
  assertBytes(bytes, 'bytes');
  if (!isCredentialFormat(mime)) {
    throw new C2paError({
      code: 'C2PA_UNSUPPORTED_FORMAT',
      message: `${mime} cannot carry Content Credentials (${CREDENTIAL_FORMATS.join(', ')})`,
    });
  }
  checkOptions(options);
  const { template, signer, timestamp, parent, embed = true } = options;
  const prepared = prepareImage(bytes, mime, embed);
  const warnings = [...prepared.warnings];
  if (timestamp === undefined) {
    warnings.push(
      'no timestamp was taken: the signature stops counting when its certificate expires',
    );
  }
  const size = reserveSize(signer, timestamp);
  // The engine turns what a callback throws into text; the original is kept here for the caller.
  let callbackError: unknown;
  const definition = {
    alg: signer.algorithm,
    reserveSize: size,
    sign: async (claim: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> => {
      try {
        // The engine lends a view of its own memory, which may move while we wait.
        const copy = new Uint8Array(claim);
        const stamp = timestamp && createStamp(timestamp, warnings);
        return new Uint8Array(await signClaim(copy, { signer, stamp, size }));
      } catch (error) {
        callbackError = error;
        throw error;
      }
    },
  };
  try {
    return await withEngine(async ({ Builder }) => {
      const settings = signSettings(options.softBindingAlgorithms ?? []);
      const builder = Builder.fromJson(JSON.stringify(template.definition), settings);
      try {
        warnings.push(...applyOptions(builder, mime, options));
        warnings.push(...(await addIngredients(builder, template, parent, options.inputs)));
        const signed = (await builder.signAndGetManifestBytes(
          definition,
          [],
          mime,
          blobOf(prepared.bytes),
        )) as unknown;
        return { ...signedParts(signed), update: template.update && takesUpdate(mime), warnings };
      } finally {
        builder.free();
      }
    });
  } catch (cause) {
    if (isImprintError(callbackError)) throw callbackError;
    if (isImprintError(cause)) throw cause;
    const original = callbackError ?? cause;
    throw new C2paError({
      code: 'C2PA_SIGN_FAILED',
      message: `the image could not be signed: ${refusal(errorMessage(original))}`,
      cause: original,
    });
  }
}

/** The engine's own check of what it has signed comes as a page of Rust; what failed is the end of it. */
function refusal(said: string): string {
  const failures = said.slice(said.indexOf('failure: [ValidationStatus'));
  // One after the other: together they would be tried from each code to the end.
  const code = /code: "([^"]+)"/.exec(failures);
  const why = code && /explanation: Some\("([^"]+)"\)/.exec(failures.slice(code.index));
  if (!said.includes('InvalidManifest') || !why) return printable(said, 500);
  return `the manifest would not be valid: ${code[1]} (${printable(why[1]!, 200)})`;
}

function checkOptions(options: SignImageOptions): void {
  const { template, parent, inputs = [], remoteUrl, embed, thumbnail } = options;
  const named = template.inputs?.length ?? 0;
  if (inputs.length !== named) {
    throw new TypeError(`"inputs" expected ${named} images, got ${inputs.length}`);
  }
  if (template.parent !== null && parent === undefined) {
    throw new TypeError('"parent" expected the opened image, got undefined');
  }
  if (remoteUrl !== undefined) assertWebAddress(remoteUrl, 'remoteUrl', true);
  const more = embed === false || thumbnail !== undefined || remoteUrl !== undefined;
  if (template.update && more) {
    throw new TypeError('"template" expected a full manifest for these options, got an update');
  }
}

/** @returns warnings. */
function applyOptions(
  builder: Builder,
  mime: CredentialFormat,
  { template, remoteUrl, embed, thumbnail }: SignImageOptions,
): string[] {
  if (remoteUrl !== undefined) builder.setRemoteUrl(remoteUrl);
  if (embed === false) builder.setNoEmbed(true);
  if (thumbnail !== undefined) {
    builder.setThumbnailFromBlob(thumbnail.mime, blobOf(thumbnail.bytes));
  }
  if (!template.update) return [];
  if (takesUpdate(mime)) {
    builder.setIntent('update');
    return [];
  }
  return [`an update manifest would break the earlier one in ${mime}: a full manifest was written`];
}

/** The engine answers `{ asset, manifest }`; the names are checked because its types say `any`. */
function signedParts(value: unknown): { bytes: Uint8Array; manifest: Uint8Array } {
  const record = value as Record<string, unknown>;
  const bytes = record['asset'];
  const manifest = record['manifest'];
  if (!(bytes instanceof Uint8Array) || !(manifest instanceof Uint8Array)) {
    throw new Error(`unexpected answer of the engine: ${Object.keys(record).join(', ')}`);
  }
  return { bytes, manifest };
}
