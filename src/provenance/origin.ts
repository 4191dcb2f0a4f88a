/** What the user states about where an image comes from, and the manifest that says so. */
import type {
  DigitalSourceType,
  ManifestTemplate,
  ModelCredit,
  ParentImage,
  SoftBinding,
  TemplateOptions,
} from '../c2pa/index.js';
import { editedManifest, markedManifest, remadeManifest } from '../c2pa/index.js';
import { assertBytes, assertOneOf } from '../core/index.js';
import { ImageError, sniffFormat } from '../image/index.js';
import type { PayloadOrigin } from '../watermark/index.js';

export interface MadeFrom {
  /** `edited`: its pixels survive in this image. `remade`: it only guided the making. */
  how: 'edited' | 'remade';
  /** The whole file. */
  bytes: Uint8Array;
  /** Usually its file name. Default 'image'. */
  title?: string;
}

export interface OriginOptions {
  /** What the user states about the origin (IPTC code). Default: nothing is claimed. */
  source?: DigitalSourceType;
  /** The image that this one was made from; `source` must then say how. Default: none is named. */
  madeFrom?: MadeFrom;
  /** The generative model that made or edited it; `source` must then be a generative one. Default: none. */
  model?: ModelCredit;
  /** What was done, for people, such as `inpainting`. Only with `madeFrom`. Default: none. */
  description?: string;
}

const GENERATIVE: readonly DigitalSourceType[] = [
  'trainedAlgorithmicMedia',
  'compositeWithTrainedAlgorithmicMedia',
  'compositeSynthetic',
];

/**
 * @throws RangeError or TypeError for statements that do not go together; ImageError IMAGE_UNSUPPORTED when
 *   `madeFrom` is no image.
 */
export function checkOrigin({ source, madeFrom, model, description }: OriginOptions): void {
  if (model !== undefined && (source === undefined || !GENERATIVE.includes(source))) {
    throw new RangeError(
      `"source" expected a generative one (${GENERATIVE.join(', ')}) with a model, got ${source}`,
    );
  }
  if (description !== undefined && madeFrom === undefined) {
    throw new RangeError('"description" expected with "madeFrom" only, got one alone');
  }
  if (madeFrom === undefined) return;
  assertBytes(madeFrom.bytes, 'madeFrom.bytes');
  assertOneOf(madeFrom.how, 'madeFrom.how', ['edited', 'remade']);
  if (source === undefined) {
    throw new RangeError('"source" expected what was made of the other image, got undefined');
  }
}

/** The image that the manifest names: the one it was made from, else the input itself. */
export function parentOf(itself: ParentImage, madeFrom: MadeFrom | undefined): ParentImage {
  if (madeFrom === undefined) return itself;
  const sniffed = sniffFormat(madeFrom.bytes);
  if (sniffed === null) {
    throw new ImageError({
      code: 'IMAGE_UNSUPPORTED',
      message: `${madeFrom.title ?? 'image'}: not a known image format`,
    });
  }
  return { bytes: madeFrom.bytes, mime: sniffed.mime, title: madeFrom.title ?? 'image' };
}

export function originManifest(
  common: TemplateOptions & { softBinding?: SoftBinding },
  { source, madeFrom, model, description }: OriginOptions,
): ManifestTemplate {
  const credit = {
    ...(model === undefined ? {} : { model }),
    ...(description === undefined ? {} : { description }),
  };
  if (madeFrom === undefined || source === undefined) {
    return markedManifest({ ...common, ...credit, ...(source === undefined ? {} : { source }) });
  }
  const options = { ...common, ...credit, source };
  return madeFrom.how === 'edited' ? editedManifest(options) : remadeManifest(options);
}

/** What the watermark's payload says. */
export function payloadOriginOf(source: DigitalSourceType | undefined): PayloadOrigin {
  if (source === 'trainedAlgorithmicMedia') return 'generated';
  return source !== undefined && GENERATIVE.includes(source) ? 'edited' : 'unstated';
}
