/** One image -> one report: every signal read once, fused, with findings for policies. */
import { performance } from 'node:perf_hooks';
import { sha256Hex } from '../core/index.js';
import type { TrustSettings } from '../c2pa/index.js';
import { readCredentials } from '../c2pa/index.js';
import type { ImageLimits } from '../image/index.js';
import { decodeImage } from '../image/index.js';
import type { WatermarkKey } from '../watermark/index.js';
import { PUBLIC_KEY, WATERMARK_ALG } from '../watermark/index.js';
import type { Evidence } from './evidence.js';
import { STRENGTH_RANK } from './evidence.js';
import { fuse } from './fuse.js';
import type { Report } from './report.js';
import { REPORT_SCHEMA_VERSION } from './report.js';
import { credentialsEvidence, credentialsFindings } from './signals/credentials.js';
import { buildMetadataView } from './signals/metadata/build-view.js';
import { metadataEvidence } from './signals/metadata/evidence.js';
import { summariseMetadata } from './signals/metadata/summary.js';
import { readWatermark, watermarkEvidence, watermarkFindings } from './signals/watermark.js';

export interface InspectOptions {
  /** Shown in the report. Default null. */
  path?: string | null;
  /** Name and version of the tool, for the report. */
  tool: { name: string; version: string };
  /** Trust lists for signers. Default: none, so every signer is untrusted. */
  trust?: TrustSettings;
  /** Manifest store (application/c2pa) that came beside the file. Default: none. */
  manifestData?: Uint8Array;
  /** Watermark keys to try. Default: the public key. */
  keys?: readonly WatermarkKey[];
  /** Prior probability that an image is synthetic. Default 0.5. */
  prior?: number;
  /** Show names, places and prompts found in the metadata. Default false. */
  includePersonal?: boolean;
  /** Time at which certificates are judged. Default: now. */
  validationTime?: Date;
  limits?: Partial<ImageLimits>;
}

/**
 * @throws ImageError when the bytes are no readable image. Everything found in a readable one, bad
 * signatures included, is part of the report.
 */
export async function inspectImage(bytes: Uint8Array, options: InspectOptions): Promise<Report> {
  const timings: Record<string, number> = {};
  const timed = async <T>(stage: string, work: () => T | Promise<T>): Promise<T> => {
    const started = performance.now();
    try {
      return await work();
    } finally {
      timings[stage] = Math.round(performance.now() - started);
    }
  };

  const image = await timed('decode', () => decodeImage(bytes, options.limits));
  const validationTime = options.validationTime ?? new Date();
  const credentials = await timed('credentials', () =>
    readCredentials(bytes, image.mime, {
      trust: {
        ...options.trust,
        softBindingAlgorithms: [WATERMARK_ALG, ...(options.trust?.softBindingAlgorithms ?? [])],
      },
      ...(options.validationTime === undefined ? {} : { validationTime }),
      ...(options.manifestData === undefined ? {} : { manifestData: options.manifestData }),
    }),
  );
  const view = await timed('metadata', () => buildMetadataView(bytes, image, options.limits));
  const watermark = await timed('watermark', () =>
    readWatermark(image.pixels, credentials, options.keys ?? [PUBLIC_KEY]),
  );

  const evidence: Evidence[] = [
    ...credentialsEvidence(credentials),
    ...watermarkEvidence(watermark, credentials),
    ...metadataEvidence(view),
  ].sort((a, b) => STRENGTH_RANK[a.strength] - STRENGTH_RANK[b.strength]);
  const { verdict, clashes } = fuse(
    evidence,
    options.prior === undefined ? {} : { prior: options.prior },
  );

  return {
    schemaVersion: REPORT_SCHEMA_VERSION,
    tool: { ...options.tool, engines: { c2pa: credentials.engine } },
    file: {
      path: options.path ?? null,
      sha256: sha256Hex(bytes),
      mime: image.mime,
      width: image.width,
      height: image.height,
      bytes: bytes.length,
    },
    validationTime: validationTime.toISOString(),
    verdict,
    // The whole manifest store holds names and places; it is for those who ask for personal data.
    credentials: options.includePersonal === true ? credentials : { ...credentials, store: null },
    watermarks: [watermark],
    metadata: summariseMetadata(view, options.includePersonal ?? false),
    evidence,
    clashes,
    findings: [...credentialsFindings(credentials), ...watermarkFindings(watermark, credentials)],
    timings,
  };
}
