/** The manifest of an image whose metadata is gone: by its bytes, its watermark, then its fingerprint. */
import type { CredentialsReport, GuardedFetch, TrustSettings } from '../c2pa/index.js';
import { breaksIntegrity, readCredentials } from '../c2pa/index.js';
import { assertBytes, assertInteger, sha256Hex } from '../core/index.js';
import type { ImageLimits } from '../image/index.js';
import { decodeImage, fingerprintVariants } from '../image/index.js';
import type { Registry } from '../registry/index.js';
import type { WatermarkKey } from '../watermark/index.js';
import { extractWatermark, PUBLIC_KEY, WATERMARK_ALG } from '../watermark/index.js';
import type { LookupOptions, RegistryMatch } from './lookup.js';
import { lookUp } from './lookup.js';

export interface RecoverOptions extends LookupOptions {
  /** Watermark keys to read with. Default: the public key. */
  keys?: readonly WatermarkKey[];
  /** Trust lists for the signer of what is recovered. Default: none. */
  trust?: TrustSettings;
  /** Time at which certificates are judged. Default: now. */
  validationTime?: Date;
  limits?: Partial<ImageLimits>;
}

export interface Recovery {
  file: { sha256: string; mime: string; width: number; height: number };
  /** What was read from the pixels, known to the registry or not. */
  watermark: { payload: string; keyId: string | null; pValue: number } | null;
  fingerprint: { hash: string; quality: number };
  /** The best first. */
  matches: RegistryMatch[];
  /** Manifest store of the first match. */
  manifest: Uint8Array | null;
  /** That manifest held against this file: `presence` is `recovered`. */
  credentials: CredentialsReport | null;
}

/**
 * @throws ImageError for bytes that are no readable image; RegistryError; TypeError and RangeError for options.
 */
export async function recover(
  bytes: Uint8Array,
  registry: Registry,
  options: RecoverOptions = {},
): Promise<Recovery> {
  assertBytes(bytes, 'bytes');
  const { keys = [PUBLIC_KEY], limit = 10, radius = 31 } = options;
  assertInteger(limit, 'limit', 1, 100);
  assertInteger(radius, 'radius', 0, 31);
  const { pixels, mime } = await decodeImage(bytes, options.limits);
  const sha256 = sha256Hex(bytes);
  const { payload, keyId, pValue } = extractWatermark(pixels, { keys });
  const variants = await fingerprintVariants(pixels);
  const matches = await lookUp(registry, { sha256, payload, variants }, { limit, radius });
  const manifest =
    matches[0] === undefined ? null : await registry.readManifest(matches[0].record.id);
  return {
    file: { sha256, mime, width: pixels.width, height: pixels.height },
    watermark: payload === null ? null : { payload, keyId, pValue },
    fingerprint: variants[0]!,
    matches,
    manifest,
    credentials:
      manifest === null ? null : await recoveredCredentials(bytes, mime, manifest, options),
  };
}

/**
 * A recovered manifest held against the file. Its hash is that of the registered file, so of a copy it cannot match;
 * that says nothing against the copy. `integrity` is then `unknown`, and never better than `intact`, which it is for a
 * file from which just the manifest was cut out.
 */
export async function recoveredCredentials(
  bytes: Uint8Array,
  mime: string,
  manifest: Uint8Array,
  options: { trust?: TrustSettings; validationTime?: Date; fetchRemote?: GuardedFetch },
): Promise<CredentialsReport> {
  const { trust, validationTime } = options;
  const read = await readCredentials(bytes, mime, {
    trust: {
      ...trust,
      softBindingAlgorithms: [WATERMARK_ALG, ...(trust?.softBindingAlgorithms ?? [])],
    },
    ...(validationTime === undefined ? {} : { validationTime }),
    manifestData: manifest,
  });
  // The file has its own: that is what counts.
  if (read.presence !== 'sidecar') return read;
  if (read.integrity === 'intact') return { ...read, presence: 'recovered' };
  const broken = read.codes.failure.filter((code) => !HARD_BINDING.test(code));
  return {
    ...read,
    presence: 'recovered',
    integrity: broken.some(breaksIntegrity) ? 'altered' : 'unknown',
    problem: NOT_BOUND,
  };
}

const HARD_BINDING = /^assertion\.(data|bmff|boxes|collection|multiAsset)Hash\./;
const NOT_BOUND =
  'the manifest is associated with the file, not bound to it: the file is not the one that was signed';
