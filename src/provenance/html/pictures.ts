/** The pictures of the page, as data URIs: small enough to be mailed, upright, without metadata. */
import type { ImageLimits, Pixels } from '../../image/index.js';
import { encodeImage, resizePixels } from '../../image/index.js';
import type { Report } from '../../detect/index.js';
import { forensicPictures } from '../../detect/index.js';
import type { WatermarkKey } from '../../watermark/index.js';
import { decodeOrNull } from '../decode-or-null.js';
import { classifierMap, HEATMAP_RANGE, watermarkMap } from '../heatmap.js';

export interface Picture {
  title: string;
  caption: string;
  uri: string;
}

export interface ReportPictures {
  /** The image itself; null when it cannot be decoded. */
  image: string | null;
  watermark: Picture | null;
  classifier: Picture | null;
  forensics: Picture[];
}

const LONG_SIDE = 1024;
const QUALITY = 80;

export interface PictureOptions {
  /** Keys that the report was made with. Default: the public key. */
  keys?: readonly WatermarkKey[];
  /** Draw error levels, grid votes, ghosts and spectrum, which takes about a second. Default true. */
  forensics?: boolean;
  limits?: Partial<ImageLimits>;
}

export async function reportPictures(
  bytes: Uint8Array,
  report: Report,
  { keys, forensics = true, limits }: PictureOptions,
): Promise<ReportPictures> {
  const image = await decodeOrNull(bytes, limits);
  // A report can be about credentials alone.
  if (image === null) return { image: null, watermark: null, classifier: null, forensics: [] };
  const { pixels } = image;
  // Where the pixels were not looked at, the page has no place for them.
  const wanted = forensics && report.pixels !== undefined;
  const drawn = wanted ? await forensicPictures({ bytes, image }, limits) : [];
  const watermark = await watermarkMap(pixels, report, keys);
  const classifier = await classifierMap(pixels, report);
  return {
    image: await dataUri(await small(pixels)),
    watermark: watermark && {
      title: 'Where the watermark stands out',
      caption: `Violet from ${HEATMAP_RANGE.from}, yellow from ${HEATMAP_RANGE.to} standard deviations of chance. Grey: parts pasted over, or too busy to tell.`,
      uri: await dataUri(watermark),
    },
    classifier: classifier && {
      title: 'Where the classifier sees artefacts',
      caption:
        'Coloured where crops look generated. Single places err far more often than the whole: a map, not a proof.',
      uri: await dataUri(classifier),
    },
    forensics: await Promise.all(
      drawn.map(async ({ title, caption, pixels: picture }) => ({
        title,
        caption,
        uri: await dataUri(picture, 'png'),
      })),
    ),
  };
}

async function small(pixels: Pixels): Promise<Pixels> {
  const shrink = Math.min(1, LONG_SIDE / Math.max(pixels.width, pixels.height));
  if (shrink === 1) return pixels;
  const side = (length: number): number => Math.max(1, Math.round(length * shrink));
  return resizePixels(pixels, side(pixels.width), side(pixels.height));
}

async function dataUri(pixels: Pixels, format: 'webp' | 'png' = 'webp'): Promise<string> {
  const bytes = await encodeImage(pixels, { format, quality: QUALITY });
  return `data:image/${format};base64,${Buffer.from(bytes).toString('base64')}`;
}
