/** One image -> one report: every signal read once, fused, with findings for policies. */
import { performance } from 'node:perf_hooks';
import { printable, sha256Hex } from '../core/index.js';
import type {
  CredentialsEngine,
  GuardedFetch,
  ReadCredentialsOptions,
  Rubric,
  TrustSettings,
} from '../c2pa/index.js';
import { checkRubric, readCredentials } from '../c2pa/index.js';
import type { DecodedImage, ImageLimits } from '../image/index.js';
import { decodeImage, ImageError, sniffFormat } from '../image/index.js';
import type { ModelStore } from '../onnx/index.js';
import type { Search, WatermarkKey } from '../watermark/index.js';
import { readForeignMarks, WATERMARK_ALG } from '../watermark/index.js';
import type { Evidence } from './evidence.js';
import { STRENGTH_RANK } from './evidence.js';
import { fuse } from './fusion/fuse.js';
import type { PixelFindings } from './pixel-signals.js';
import { readPixelSignals } from './pixel-signals.js';
import type { Finding, MetadataReport, Report } from './report.js';
import { REPORT_SCHEMA_VERSION } from './report.js';
import { consistencyEvidence, withThumbnailClash } from './signals/consistency.js';
import { credentialsEvidence, credentialsFindings } from './signals/credentials.js';
import { foreignMarkEvidence, foreignMarkReport } from './signals/foreign-marks.js';
import { buildMetadataView } from './signals/metadata/build-view.js';
import { readMarks } from './signals/metadata/evidence.js';
import { credentialGenerators } from './signals/metadata/generators.js';
import { summariseMetadata } from './signals/metadata/summary.js';
import { rubricFindings } from './signals/rubric.js';
import { latentMarkEvidence, readLatentMark } from './signals/latent/latent-mark.js';
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
  /** Rubric that the manifest is held to. Default: none. */
  rubric?: Rubric;
  /** Fetches manifests that files keep elsewhere. Default: nothing is fetched. */
  fetchRemote?: GuardedFetch;
  /** Which engine judges the credentials; `native` takes no `validationTime` and no `rubric`. Default: `wasm`. */
  engine?: CredentialsEngine;
  /** Watermark keys to try. Default: the public key. */
  keys?: readonly WatermarkKey[];
  /** Where the classifier's model lies; it is opened once. Default: none, so the classifier does not run. */
  models?: ModelStore;
  /** Let the classifier say where as well. Default false. */
  heatmap?: boolean;
  /** Whether the pixels are searched for watermarks, which takes most of the time. Default true. */
  watermark?: boolean;
  /**
   * Also ask the bundled model for the noise that the picture may have been drawn from, and look for the mark of
   * `--latent-mark` in it; needs `models`, and takes a second. Default false.
   */
  deep?: boolean;
  /** `fast` searches for the likeliest changes of a marked image alone (docs/detector-speed.md). Default `full`. */
  search?: Search;
  /** Whether forensics and the classifier look at the pixels. Default true. */
  pixelSignals?: boolean;
  /** Prior probability that an image is synthetic. Default 0.5. */
  prior?: number;
  /** Show names, places and prompts found in the metadata. Default false. */
  includePersonal?: boolean;
  /** Time at which certificates are judged. Default: now. */
  validationTime?: Date;
  limits?: Partial<ImageLimits>;
}

/**
 * @throws ImageError when the bytes are no readable image and carry no credentials either. Everything
 * found in a readable one, bad signatures included, is part of the report.
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

  const picture = await timed('decode', () => decodeOrExplain(bytes, options.limits));
  const validationTime = options.validationTime ?? new Date();
  const reading: ReadCredentialsOptions = {
    trust: {
      ...options.trust,
      softBindingAlgorithms: [WATERMARK_ALG, ...(options.trust?.softBindingAlgorithms ?? [])],
    },
    ...(options.validationTime === undefined ? {} : { validationTime }),
    ...(options.manifestData === undefined ? {} : { manifestData: options.manifestData }),
    ...(options.fetchRemote === undefined ? {} : { fetchRemote: options.fetchRemote }),
    ...(options.engine === undefined ? {} : { engine: options.engine }),
  };
  const credentials = await timed('credentials', () =>
    readCredentials(bytes, picture.mime, reading),
  );
  const { image } = picture;
  const { models = null, heatmap = false } = options;
  // Credentials of a picture that cannot be shown are still worth a report. Where neither the pixels nor a
  // manifest can be read, the file is simply broken.
  if (image === null && ['absent', 'malformed'].includes(credentials.presence)) throw picture.error;
  const { rubric: wanted } = options;
  const rubric =
    wanted && (await timed('rubric', () => checkRubric(bytes, picture.mime, wanted, reading)));
  const view = await timed('metadata', () =>
    image === null ? null : buildMetadataView(bytes, image, options.limits),
  );
  const searched = options.watermark === false ? null : image;
  const marks = await timed('marks', () => (view === null ? null : readMarks(view)));
  const named = credentialGenerators(credentials);
  const watermark = await timed('watermark', () =>
    searched === null
      ? null
      : readWatermark(searched.pixels, credentials, options.keys, options.search),
  );
  const latent =
    searched === null || options.deep !== true || models === null
      ? null
      : await timed('latentMark', () => readLatentMark(searched.pixels, models, options.keys));
  const foreign = await timed('foreignMarks', () =>
    searched === null ? [] : readForeignMarks(searched.pixels),
  );
  const seen: PixelFindings =
    image === null || view === null || options.pixelSignals === false
      ? { evidence: [] }
      : await readPixelSignals({ bytes, image, view, models, heatmap }, timed);

  const found: Evidence[] = [
    ...credentialsEvidence(credentials),
    ...named.evidence,
    ...(watermark === null ? [] : watermarkEvidence(watermark, credentials)),
    ...(latent === null ? [] : latentMarkEvidence(latent)),
    ...foreign.map(foreignMarkEvidence),
    ...(marks?.evidence ?? []),
    ...seen.evidence,
  ];
  if (image !== null && view !== null) {
    const { width, height } = image;
    const facts = { view, width, height, credentials, at: validationTime };
    found.push(...consistencyEvidence(facts, found));
  }
  const evidence = withThumbnailClash(found).sort(
    (a, b) => STRENGTH_RANK[a.strength] - STRENGTH_RANK[b.strength],
  );
  const personal = options.includePersonal ?? false;
  const metadata: MetadataReport =
    view === null
      ? { system: named.parameters, personal: { redacted: 0 } }
      : summariseMetadata(view, [...named.parameters, ...(marks?.parameters ?? [])], personal);
  const { verdict, clashes } = fuse(evidence, {
    ...(options.prior === undefined ? {} : { prior: options.prior }),
    context: {
      credentials,
      pixelsRead: image !== null,
      metadataFields: countFields(metadata),
    },
  });

  return {
    schemaVersion: REPORT_SCHEMA_VERSION,
    tool: { ...options.tool, engines: { c2pa: credentials.engine } },
    file: {
      path: options.path ?? null,
      sha256: sha256Hex(bytes),
      mime: picture.mime,
      width: image?.width ?? null,
      height: image?.height ?? null,
      bytes: bytes.length,
    },
    validationTime: validationTime.toISOString(),
    verdict,
    // The whole manifest store holds names and places; it is for those who ask for personal data.
    credentials: personal ? credentials : { ...credentials, store: null },
    ...(rubric === undefined ? {} : { rubric }),
    watermarks: [
      ...(watermark === null ? [] : [watermark]),
      ...(latent === null ? [] : [latent]),
      ...foreign.map(foreignMarkReport),
    ],
    metadata,
    ...(seen.pixels === undefined ? {} : { pixels: seen.pixels }),
    evidence,
    clashes,
    findings: [
      ...credentialsFindings(credentials),
      ...(rubric === undefined ? [] : rubricFindings(rubric)),
      ...(watermark === null ? [] : watermarkFindings(watermark, credentials)),
      ...(image === null ? [undecodable(picture.error)] : []),
    ],
    timings,
  };
}

function countFields({ system, personal }: MetadataReport): number {
  return system.length + (Array.isArray(personal) ? personal.length : personal.redacted);
}

type Picture =
  { mime: string; image: DecodedImage } | { mime: string; image: null; error: ImageError };

/** The decoded image, or why there is none where the container may still carry credentials. */
async function decodeOrExplain(
  bytes: Uint8Array,
  limits: Partial<ImageLimits> | undefined,
): Promise<Picture> {
  try {
    const image = await decodeImage(bytes, limits);
    return { mime: image.mime, image };
  } catch (error) {
    const sniffed = sniffFormat(bytes);
    const readable =
      error instanceof ImageError &&
      (error.code === 'IMAGE_MALFORMED' || error.code === 'IMAGE_UNSUPPORTED');
    if (!readable || sniffed === null) throw error;
    return { mime: sniffed.mime, image: null, error };
  }
}

function undecodable(error: ImageError): Finding {
  return {
    ruleId: 'IM901',
    level: 'warning',
    message: `The pixels cannot be decoded, so neither watermark nor metadata were read: ${printable(error.message)}`,
    code: error.code,
    where: 'file',
  };
}
