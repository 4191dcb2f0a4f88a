/** The pictures of the page, as data URIs: small enough to be mailed, upright, without metadata. */
import type { ImageLimits, Pixels } from '../../image/index.js';
import { decodeImage, encodeImage, ImageError, resizePixels } from '../../image/index.js';
import type { ForensicPicture, Report } from '../../detect/index.js';
import type { WatermarkKey } from '../../watermark/index.js';
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
  /** What forensic tests draw. Default: nothing. */
  forensics?: readonly ForensicPicture[];
  limits?: Partial<ImageLimits>;
}

export async function reportPictures(
  bytes: Uint8Array,
  report: Report,
  { keys, forensics = [], limits }: PictureOptions,
): Promise<ReportPictures> {
  const pixels = await decodeOrNull(bytes, limits);
  if (pixels === null) return { image: null, watermark: null, classifier: null, forensics: [] };
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
      forensics.map(async ({ title, caption, pixels: drawn }) => ({
        title,
        caption,
        uri: await dataUri(drawn, 'png'),
      })),
    ),
  };
}

async function decodeOrNull(
  bytes: Uint8Array,
  limits: Partial<ImageLimits> | undefined,
): Promise<Pixels | null> {
  try {
    return (await decodeImage(bytes, limits)).pixels;
  } catch (error) {
    // A report can be about credentials alone.
    if (error instanceof ImageError) return null;
    throw error;
  }
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
