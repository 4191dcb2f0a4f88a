/** Sign an image as it is: no watermark, not a pixel changed. */
import type { ManifestTemplate, SignedImage } from '../c2pa/index.js';
import { C2paError, isCredentialFormat, signImage, updateManifest } from '../c2pa/index.js';
import { readCredentials } from '../c2pa/index.js';
import { assertBytes, systemClock } from '../core/index.js';
import type { ImageLimits } from '../image/index.js';
import { assertWhole, decodeImage, sniffFormat } from '../image/index.js';
import { decodeOrNull } from './decode-or-null.js';
import type { Issuer } from './identity.js';
import { brokenWarning, judgeParent } from './judge-parent.js';
import type { ManifestOptions } from './manifest-options.js';
import { deliveryOf, statedIn } from './manifest-options.js';
import type { OriginOptions } from './origin.js';
import { checkOrigin, originManifest, parentOf } from './origin.js';
import { remember } from './remember.js';
import { TOOL } from './version.js';

export interface SignOnlyOptions extends ManifestOptions, OriginOptions {
  /** Title of the image in the manifest, usually its file name. Default 'image'. */
  title?: string;
  /** For the picture that a thumbnail is made of. */
  limits?: Partial<ImageLimits>;
}

export interface SignedFile extends SignedImage {
  mime: string;
  /**
   * `update` over intact credentials, which keep holding; `full` where there were none, where the
   * container takes no update (WebP, TIFF), and with options that an update cannot have.
   */
  kind: 'full' | 'update';
  /** Under which the registry knows it; null without a registry. */
  manifestId: string | null;
}

/**
 * Works for every format that carries credentials, decodable here or not (HEIC, JPEG XL, SVG). An image
 * without a known origin is opened and stated as such; one with credentials keeps them.
 *
 * @throws C2paError C2PA_UNSUPPORTED_FORMAT and as `signImage`; ProvenanceError MARK_SOURCE_STATED;
import type { ImageLimits } from '../image/index.js';
import { assertWhole, decodeImage, sniffFormat } from '../image/index.js';
 */
export async function signOnly(
  bytes: Uint8Array,
  issuer: Issuer,
  options: SignOnlyOptions = {},
): Promise<SignedFile> {
  assertBytes(bytes, 'bytes');
  checkOrigin(options);
  const mime = sniffFormat(bytes)?.mime;
  if (mime === undefined || !isCredentialFormat(mime)) {
    throw new C2paError({
      code: 'C2PA_UNSUPPORTED_FORMAT',
      message: 'the file is none that carries Content Credentials here',
    });
  }
  assertWhole(bytes);
  const { credentials, warnings } = await judgeParent(bytes, mime, options.source);
  const title = options.title ?? 'image';
  const parent = parentOf({ bytes, mime, title }, options.madeFrom);
  if (options.madeFrom !== undefined) {
    const before = await readCredentials(parent.bytes, parent.mime);
    warnings.push(...brokenWarning(before, 'the image that it was made from'));
  }
  const updates =
    credentials.presence === 'embedded' &&
    credentials.integrity === 'intact' &&
    options.thumbnail !== true &&
    options.embed !== false &&
    options.remoteManifest === undefined;
  const template = templateOf(title, mime, issuer, options, updates);
  const delivery = await deliveryOf(
    options,
    async () => (await decodeImage(bytes, options.limits)).pixels,
  );
  const signed = await signImage(bytes, mime, {
    template,
    signer: issuer.signer,
    ...(issuer.timestamp === undefined ? {} : { timestamp: issuer.timestamp }),
    parent,
    ...delivery,
  });
  const manifestId = await remember(issuer, {
    bytes: signed.bytes,
    mime,
    manifest: signed.manifest,
    pixels:
      issuer.registry === undefined
        ? null
        : ((await decodeOrNull(bytes, options.limits))?.pixels ?? null),
    // Not a pixel changes, so a mark that intact credentials declare is in the new file too.
    bindings: credentials.integrity === 'intact' ? credentials.softBindings : [],
    origin: null,
  });
  return {
    ...signed,
    manifestId,
    mime,
    kind: signed.update ? 'update' : 'full',
    warnings: [...warnings, ...signed.warnings],
  };
}

function templateOf(
  title: string,
  format: string,
  issuer: Issuer,
  options: SignOnlyOptions,
  updates: boolean,
): ManifestTemplate {
  const when = (issuer.clock ?? systemClock).now();
  const common = { title, format, generator: TOOL, when, ...statedIn(options) };
  return updates ? updateManifest(common) : originManifest(common, options);
}
