/** The last steps of every marking verb: declare the watermark, sign, and put the result together. */
import type { ManifestTemplate, ParentImage, SoftBinding } from '../c2pa/index.js';
import { signImage } from '../c2pa/index.js';
import { softBindingValue } from '../detect/index.js';
import type { OutputFormat } from '../image/index.js';
import type { EmbedResult } from '../watermark/index.js';
import { payloadOrigin, WATERMARK_ALG } from '../watermark/index.js';
import type { Issuer } from './identity.js';
import type { ManifestOptions } from './manifest-options.js';
import { deliveryOf } from './manifest-options.js';
import type { MarkedImage } from './marked.js';
import { OUTPUT_MIME } from './output.js';
import { remember } from './remember.js';

/** How the manifest names the mark (`c2pa.soft-binding`). */
export function softBindingFor(payload: string, keyId: string): SoftBinding {
  return {
    alg: WATERMARK_ALG,
    name: 'imprint-watermark',
    version: '1',
    value: softBindingValue(payload),
    keyId,
  };
}

export interface SignMarkedOptions {
  /** The marked image as a file. */
  encoded: Uint8Array;
  format: OutputFormat;
  payload: string;
  embedded: EmbedResult;
  template: ManifestTemplate;
  parent?: ParentImage;
  /** As many as the template names. */
  inputs?: readonly ParentImage[];
  warnings?: readonly string[];
  /** Thumbnail, remote address and embedding. Default: none, embedded. */
  manifest?: ManifestOptions;
}

/** @throws C2paError, RegistryError */
export async function signMarked(issuer: Issuer, options: SignMarkedOptions): Promise<MarkedImage> {
  const {
    encoded,
    format,
    payload,
    embedded,
    template,
    parent,
    inputs = [],
    warnings = [],
    manifest = {},
  } = options;
  const mime = OUTPUT_MIME[format];
  const signed = await signImage(encoded, mime, {
    template,
    signer: issuer.signer,
    ...(issuer.timestamp === undefined ? {} : { timestamp: issuer.timestamp }),
    ...(parent === undefined ? {} : { parent }),
    inputs,
    softBindingAlgorithms: [WATERMARK_ALG],
    ...(await deliveryOf(manifest, () => embedded.pixels)),
  });
  const manifestId = await remember(issuer, {
    bytes: signed.bytes,
    mime,
    manifest: signed.manifest,
    pixels: embedded.pixels,
    bindings: [{ alg: WATERMARK_ALG, value: softBindingValue(payload) }],
    origin: payloadOrigin(payload),
  });
  return {
    bytes: signed.bytes,
    manifest: signed.manifest,
    manifestId,
    mime,
    format,
    width: embedded.pixels.width,
    height: embedded.pixels.height,
    watermark: {
      payload,
      psnr: embedded.psnr,
      ssim: embedded.ssim,
      margin: embedded.margin,
    },
    warnings: [
      ...(embedded.advice === undefined ? [] : [embedded.advice]),
      ...warnings,
      ...signed.warnings,
    ],
  };
}
